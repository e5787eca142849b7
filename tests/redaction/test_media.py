"""What telephony and recorders of screens write is silenced like everything else: gone, the same kind, nothing beside it."""

from __future__ import annotations

import contextlib
import io
import random
import struct
import sys
from pathlib import Path

import numpy as np
import pytest

from governance.errors import IntegrityError, InvalidError, TooLargeError, UnsupportedFormatError
from governance.formats import headerless, telephony
from governance.redaction import audio, splicing
from governance.redaction.audio import Limits
from governance.redaction.treatment import Treatment
from tests.redaction import media_files, sounds
from tests.redaction.media_files import KINDS, redacted


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    media_files.require()
    return tmp_path_factory.mktemp("media")


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("treatment", ["silence", "tone"])
def test_a_span_is_gone_and_the_kind_is_kept(name: str, treatment: str, folder: Path) -> None:
    data = media_files.made(name, folder)
    before = audio.probe(io.BytesIO(data))
    copy = redacted(data, sounds.span(1000, 2500), sounds.span(4000, 4700), treatment=treatment)
    after = audio.probe(io.BytesIO(copy))
    assert (after.container, after.codec, after.rate, after.channels) == (
        before.container, before.codec, before.rate, before.channels,
    )  # fmt: skip
    assert abs(after.frames - before.frames) <= before.codec_frame
    told, was = media_files.probed(copy, folder), media_files.probed(data, folder)
    for field in ("codec_name", "sample_rate", "channels"):
        assert told["audio"][field] == was["audio"][field]
    assert told["audio"]["codec_name"] == KINDS[name][1]
    heard, original = media_files.heard(copy, folder), media_files.heard(data, folder)
    assert abs(len(heard) - len(original)) <= KINDS[name][2] * before.rate + 1
    settle = before.settle_ms / 1000
    under = heard[int((1 + settle) * before.rate) : int((2.5 - settle) * before.rate)]
    if treatment == "silence" or audio.treated(before, Treatment.TONE) is Treatment.SILENCE:
        assert np.abs(under).max() < 0.012
    else:
        spectrum = np.abs(np.fft.rfft(under[:, 0] * np.hanning(len(under)))) ** 2
        near = np.abs(np.fft.rfftfreq(len(under), 1 / before.rate) - 1000) < 40
        assert spectrum[near].sum() > 0.9 * spectrum.sum()
    beside = slice(int(2.8 * before.rate), int(3.7 * before.rate))
    loud, was_loud = np.sqrt(np.mean(heard[beside] ** 2)), np.sqrt(np.mean(original[beside] ** 2))
    assert 0.7 * was_loud < loud < 1.4 * was_loud


@pytest.mark.parametrize("name", ["amr", "amr-wb", "g729"])
def test_what_is_spliced_keeps_every_other_frame_bit_by_bit(name: str, folder: Path) -> None:
    data = media_files.made(name, folder)
    copy = redacted(data, sounds.span(1000, 2500))
    from governance.formats import containers

    frames = []
    for body in (data, copy):
        source = io.BytesIO(body)
        frames.append(list(telephony.frames(source, containers.walk(source))))
    rate, length = telephony.SHAPES[containers.walk(io.BytesIO(data)).codec]
    for at, (was, now) in enumerate(zip(*frames, strict=True)):
        start, end = at * length * 1000 / rate, (at + 1) * length * 1000 / rate
        if start < 2500 and end > 1000:
            assert now == splicing.SILENT[containers.walk(io.BytesIO(data)).codec]
        elif end < 990 or start >= 2500:
            assert now == was


@pytest.mark.parametrize("mode", range(8))
def test_silence_follows_any_sound_in_every_mode_of_narrow_band(mode: int, folder: Path) -> None:
    """Encoded silence of some modes rings on for ever after speech: what is spliced in must not."""
    chance = random.Random(mode)
    frames = [bytes((mode << 3 | 4,)) + chance.randbytes(media_files.AMR_NB_BYTES[mode]) for _ in range(200)]
    data = b"#!AMR\n" + b"".join(frames)
    under = media_files.heard(redacted(data, sounds.span(1000, 2000)), folder)[8000 + 480 : 16000]
    assert np.abs(under).max() < 0.01


def test_a_span_on_one_channel_leaves_the_other(folder: Path) -> None:
    for name in ("m4a", "webm"):
        heard = media_files.heard(
            redacted(media_files.made(name, folder), sounds.span(1000, 3000, 1)), folder
        )
        under = heard[int(len(heard) * 1.4 / 6) : int(len(heard) * 2.6 / 6)]
        assert np.abs(under[:, 0]).max() > 0.1
        assert np.sqrt(np.mean(under[:, 1] ** 2)) < 0.3 * np.sqrt(np.mean(under[:, 0] ** 2))


@pytest.mark.parametrize("name", [*KINDS, *media_files.SCREENS])
def test_tags_and_comments_stay_behind(name: str, folder: Path) -> None:
    data = media_files.made(name, folder)
    copy = redacted(data)
    assert b"Delgado" not in copy
    if name in ("m4a", "webm", "matroska", "h264", "vp9"):
        assert b"Delgado" in data


@pytest.mark.parametrize("name", [*KINDS, *media_files.SCREENS])
def test_a_file_cut_short_is_refused(name: str, folder: Path) -> None:
    whole = media_files.made(name, folder)
    for part in (0.001, 0.3, 0.7, 0.999):
        with pytest.raises(InvalidError):
            audio.probe(io.BytesIO(whole[: int(len(whole) * part) - (1 if name in ("g722", "g729") else 0)]))


@pytest.mark.parametrize("name", [*KINDS, *media_files.SCREENS])
def test_a_damaged_file_is_refused_or_redacted_and_never_crashes(name: str, folder: Path) -> None:
    whole, chance = media_files.made(name, folder), random.Random(name)
    for _ in range(12):
        raw = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            raw[chance.randrange(chance.choice((300, len(raw))))] = chance.randrange(256)
        sink = io.BytesIO()
        try:
            audio.redact(io.BytesIO(bytes(raw)), sink, [sounds.span(1000, 2500)])
        except (InvalidError, TooLargeError, IntegrityError):
            assert sink.getvalue() == b""


@pytest.mark.parametrize("declared", ["wav", "mp3", "m4a", "call.AMR", "video/webm", "audio/ogg"])
@pytest.mark.parametrize("name", ["m4a", "webm", "amr", "aac"])
def test_a_file_that_is_not_what_it_is_called_is_refused(name: str, declared: str, folder: Path) -> None:
    if declared.lower().endswith({"m4a": "m4a", "webm": "webm", "amr": "amr", "aac": "aac"}[name]):
        assert audio.probe(io.BytesIO(media_files.made(name, folder)), declared).frames
        return
    with pytest.raises(UnsupportedFormatError):
        audio.probe(io.BytesIO(media_files.made(name, folder)), declared)


@pytest.mark.parametrize("text", [b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", b"ffconcat version 1.0\nfile '/etc/passwd'\n", b"<?xml version='1.0'?><MPD/>", b"v=0\no=- 0 0 IN IP4 127.0.0.1\n"])  # fmt: skip
def test_a_list_of_other_files_is_no_recording(text: bytes) -> None:
    with pytest.raises(UnsupportedFormatError):
        audio.probe(io.BytesIO(text))


def test_a_file_that_points_at_another_does_not_get_it(folder: Path) -> None:
    """The sound of this one stands in a file beside it: players follow, and here nothing is opened."""
    other = folder / "other.bin"
    data = media_files.made("m4a", folder)
    other.write_bytes(data)
    pointing = data.replace(b"url \0\0\0\x01", b"alis\0\0\0\0")
    assert pointing != data
    opened: list[str] = []

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            opened.append(str(arguments[0]))

    sys.addaudithook(watch)
    with contextlib.suppress(InvalidError):
        audio.probe(io.BytesIO(pointing))
    assert str(other) not in opened


def test_hours_of_silence_in_a_small_file_are_refused(folder: Path) -> None:
    source = folder / "hour.wav"
    source.write_bytes(sounds.recording([sounds.silence(3600.0)]).getvalue())
    for name, codec in (("hour.m4a", "aac"), ("hour.webm", "libopus")):
        data = media_files._written(folder, name, "-i", str(source), "-c:a", codec, "-b:a", "8k")
        assert len(data) < 8_000_000
        with pytest.raises(TooLargeError):
            audio.probe(io.BytesIO(data), limits=Limits(max_duration_s=600))
    frames = b"\x3c" + bytes(31)
    with pytest.raises(TooLargeError):
        audio.probe(io.BytesIO(b"#!AMR\n" + frames * 40_000), limits=Limits(max_duration_s=600))


def test_sound_that_begins_later_keeps_its_time(folder: Path) -> None:
    source = media_files._voices(folder, 16000, 1)
    late = media_files._written(folder, "late.mkv", "-itsoffset", "2.0", "-i", source, "-c:a", "aac")
    assert 7.8 < audio.probe(io.BytesIO(late)).duration_ms / 1000 < 8.3
    copy = redacted(late, sounds.span(3000, 5000))
    blocks = np.concatenate([block.samples for block in audio.blocks(io.BytesIO(copy))])[:, 0]
    loud = [
        float(np.abs(blocks[int(s * 16000) : int((s + 0.3) * 16000)]).max()) for s in (1.5, 2.4, 4.0, 5.5)
    ]
    assert loud[0] < 0.01 < loud[1]
    assert loud[2] < 0.01 < loud[3]


@pytest.mark.parametrize("kind", ["amr-in-mp4", "vorbis"])
def test_what_can_be_read_and_not_written_is_refused_or_converted(kind: str, folder: Path) -> None:
    if kind == "vorbis":
        data = media_files._written(
            folder, "v.webm", "-i", media_files._voices(folder, 16000, 2), "-c:a", "libvorbis"
        )
    else:
        (folder / "in.amr").write_bytes(media_files.made("amr", folder))
        data = media_files._written(folder, "a.3gp", "-i", str(folder / "in.amr"), "-c:a", "copy")
    before, sink = audio.probe(io.BytesIO(data)), io.BytesIO()
    with pytest.raises(
        UnsupportedFormatError, match="can be read here, but not written; it can be written as wav or flac"
    ):
        audio.redact(io.BytesIO(data), sink, [sounds.span(1000, 2500)])
    assert sink.getvalue() == b""
    for form in ("wav", "flac"):
        after = audio.redact(io.BytesIO(data), sink, [sounds.span(1000, 2500)], otherwise=form)
        assert (after.container, after.rate, after.channels) == (form.upper(), before.rate, before.channels)
        heard = media_files.heard(sink.getvalue(), folder)
        assert len(heard) == before.frames
        assert np.abs(heard[int(1.0 * before.rate) : int(2.5 * before.rate)]).max() == 0
        assert np.abs(heard[int(3.0 * before.rate) : int(3.5 * before.rate)]).max() > 0.1


def test_a_splice_that_can_be_heard_is_not_called_redacted(monkeypatch: pytest.MonkeyPatch) -> None:
    """This one is digital silence as the reference encoder writes it in another mode: after noise it goes on ringing."""
    media_files.require()
    ringing = bytes.fromhex("2cc5a9cc001ff9ffe18266001fc003ffe820820000")
    monkeypatch.setitem(splicing.SILENT, "AMR_NB", ringing)
    chance, sink = random.Random(5), io.BytesIO()
    frames = [b"\x2c" + chance.randbytes(20) for _ in range(200)]
    with pytest.raises(IntegrityError, match="can still be heard"):
        audio.redact(io.BytesIO(b"#!AMR\n" + b"".join(frames)), sink, [sounds.span(1000, 2500)])
    assert sink.getvalue() == b""


def test_comfort_noise_of_wide_band_is_heard_as_silence(folder: Path) -> None:
    frames = media_files.amr_wb(None)[9:]
    pause = (b"\x4c" + bytes(5)) + b"\x7c" * 7
    data = b"#!AMR-WB\n" + pause * 25 + frames
    facts = audio.probe(io.BytesIO(data))
    assert facts.duration_ms == 4000 + 6000
    first = next(audio.blocks(io.BytesIO(data))).samples
    assert np.abs(first[: 3 * 16000]).max() == 0


@pytest.mark.parametrize("codec", ["g722", "g729"])
def test_a_file_without_a_header_is_what_it_is_called_where_nothing_contradicts(
    codec: str, folder: Path
) -> None:
    wav = media_files.made(codec, folder)
    raw = wav[wav.index(b"data") + 8 :][: struct.unpack("<I", wav[wav.index(b"data") + 4 :][:4])[0]]
    assert headerless.kind(f"call.{codec}") == headerless.kind(f"audio/{codec.upper()}") == codec
    seen = headerless.seen_as_wav(io.BytesIO(raw), codec)
    assert audio.probe(seen) == audio.probe(io.BytesIO(wav))
    sink = io.BytesIO()
    audio.redact(seen, sink, [sounds.span(1000, 2500)])
    headerless.without_head(sink)
    assert len(sink.getvalue()) == len(raw)
    assert sink.getvalue()[:900] == raw[:900] or codec == "g722"


def test_a_file_without_a_header_that_is_something_else_is_refused(folder: Path) -> None:
    for name in ("m4a", "webm", "amr", "g722"):
        with pytest.raises(InvalidError):
            headerless.seen_as_wav(io.BytesIO(media_files.made(name, folder)), "g722")
    with pytest.raises(UnsupportedFormatError, match="is not"):
        headerless.seen_as_wav(io.BytesIO(random.Random(1).randbytes(5000)), "g729")
    with pytest.raises(InvalidError, match="inside a frame"):
        headerless.seen_as_wav(io.BytesIO(media_files.g729_frames()[:-3]), "g729")
    with pytest.raises(InvalidError, match="empty"):
        headerless.seen_as_wav(io.BytesIO(), "g722")


def test_without_the_extra_such_a_file_is_refused_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    for data in (media_files.amr_wb(), media_files.g729()):
        with pytest.raises(UnsupportedFormatError, match="extra `media`"):
            audio.probe(io.BytesIO(data))
        with pytest.raises(UnsupportedFormatError, match="extra `media`"):
            audio.redact(io.BytesIO(data), io.BytesIO(), [])
