"""Sound is silenced where it was asked for, and nothing else of the file changes."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.errors import IntegrityError, InvalidError, TooLargeError, UnsupportedFormatError
from governance.formats import riff
from governance.formats.audio import BLOCK_FRAMES
from governance.redaction import audio, patching
from governance.redaction import treatment as painting
from governance.redaction.audio import Limits
from governance.redaction.treatment import Stretch, paint
from tests.redaction import sounds

EXACT = [codec for codec in sounds.CODECS if audio.AudioFacts(codec[0], codec[1], 8000, 1, 0).is_exact]


def make(codec: tuple[str, str, int, int], seconds: float = 2.0) -> io.BytesIO:
    container, subtype, rate, channels = codec
    voices = [sounds.babble(seconds, rate, seed) for seed in range(channels)]
    return sounds.recording(voices, container, subtype, rate)


@pytest.mark.parametrize("codec", sounds.CODECS, ids=lambda codec: "-".join(map(str, codec)))
@pytest.mark.parametrize("treatment", ["silence", "tone"])
def test_a_span_is_gone_and_everything_else_is_as_it_was(
    codec: tuple[str, str, int, int], treatment: str
) -> None:
    source, sink = make(codec), io.BytesIO()
    before = audio.probe(source)
    after = audio.redact(source, sink, [sounds.span(600, 1500)], treatment)
    assert after == before
    assert audio.probe(sink) == before
    settle = 0.05 if before.is_exact else before.settle_ms / 1000
    under = sounds.decoded(sink)[int((0.6 + settle) * before.rate) : int((1.5 - settle) * before.rate)]
    if treatment == "silence":
        assert np.abs(under).max() < 0.012
    else:
        spectrum = np.abs(np.fft.rfft(under[:, 0] * np.hanning(len(under))))
        loudest = np.argmax(spectrum) * before.rate / len(under)
        assert abs(loudest - 1000) < 10
        near = np.abs(np.fft.rfftfreq(len(under), 1 / before.rate) - 1000) < 40
        assert np.sum(spectrum[near] ** 2) > 0.9 * np.sum(spectrum**2)


@given(
    codec=st.sampled_from(EXACT),
    start=st.integers(-200, 1200),
    length=st.integers(1, 900),
    channel=st.sampled_from([None, 0, 1]),
    guard=st.integers(0, 200),
)
@settings(max_examples=60)
def test_a_codec_without_memory_loses_the_span_to_the_sample_and_nothing_beside_it(
    codec: tuple[str, str, int, int], start: int, length: int, channel: int | None, guard: int
) -> None:
    source, sink = make(codec, 1.0), io.BytesIO()
    facts = audio.redact(source, sink, [sounds.span(start, start + length, channel)], guard_ms=guard)
    before, after = sounds.decoded(source), sounds.decoded(sink)
    first = max((start - guard) * facts.rate // 1000, 0)
    last = max(min(-(-(start + length + guard) * facts.rate // 1000), facts.frames), first)
    assert after.shape == before.shape
    for at in range(facts.channels):
        is_cut = channel in (None, at) or channel not in range(facts.channels)
        kept = np.ones(facts.frames, dtype=bool)
        if is_cut:
            kept[first:last] = False
            assert np.abs(after[first:last, at]).max(initial=0) <= 8 / 32768
        assert np.array_equal(after[kept, at], before[kept, at])


@given(codec=st.sampled_from(sounds.CODECS), seconds=st.floats(0.05, 1.7))
@settings(max_examples=40)
def test_the_length_is_kept_whatever_it_is(codec: tuple[str, str, int, int], seconds: float) -> None:
    source, sink = make(codec, seconds), io.BytesIO()
    before = audio.probe(source)
    audio.redact(source, sink, [sounds.span(10, 30)])
    after = audio.probe(sink)
    if before.is_exact or before.codec in ("OPUS", "VORBIS", "MPEG_LAYER_III"):
        assert after.frames == before.frames
    assert abs(after.frames - before.frames) <= before.codec_frame


def test_the_tone_says_nothing_about_what_was_under_it() -> None:
    copies = []
    for seed in (1, 2):
        source = sounds.recording([sounds.babble(1.0, seed=seed)], "WAV", "PCM_16")
        sink = io.BytesIO()
        audio.redact(source, sink, [sounds.span(200, 800)], "tone")
        copies.append(sounds.decoded(sink)[1600:6400])
    assert np.array_equal(copies[0], copies[1])


def test_tags_and_comments_stay_behind() -> None:
    secret = "4111111111111111 Rosa Delgado"
    for container, codec, rate, channels in sounds.CODECS:
        voices = [sounds.babble(0.5, rate)] * channels
        try:
            source = sounds.recording(voices, container, codec, rate, title=secret, comment=secret)
        except soundfile.LibsndfileError:
            continue
        sink = io.BytesIO()
        audio.redact(source, sink, [])
        assert b"Delgado" not in sink.getvalue()
        if container in ("WAV", "FLAC", "OGG"):
            assert b"Delgado" in source.getvalue() or codec != "PCM_16"


def test_a_failed_redaction_leaves_an_empty_sink() -> None:
    whole = make(("WAV", "PCM_16", 8000, 1)).getvalue()
    sink = io.BytesIO(b"something older")
    with pytest.raises(InvalidError):
        audio.redact(io.BytesIO(whole[:-100]), sink, [])
    assert sink.getvalue() == b""


@pytest.mark.parametrize(
    "codec", [("WAV", "ULAW", 8000, 2), ("FLAC", "PCM_16", 8000, 2)], ids=["bytes", "encoder"]
)
def test_a_copy_that_does_not_show_the_cut_is_not_called_redacted(
    monkeypatch: pytest.MonkeyPatch, codec: tuple[str, str, int, int]
) -> None:
    monkeypatch.setattr(painting, "paint", lambda *_: None)
    monkeypatch.setattr(patching, "overwrite", lambda *_: None)
    sink = io.BytesIO()
    with pytest.raises(IntegrityError, match="can still be heard"):
        audio.redact(make(codec), sink, [sounds.span(100, 900, 1)])
    assert sink.getvalue() == b""


@pytest.mark.parametrize(
    "codec", [("WAV", "ULAW", 8000, 2), ("FLAC", "PCM_16", 8000, 2)], ids=["bytes", "encoder"]
)
def test_a_copy_in_which_something_else_was_changed_is_not_called_redacted(
    monkeypatch: pytest.MonkeyPatch, codec: tuple[str, str, int, int]
) -> None:
    put, painted = patching.overwrite, paint

    def too_much(block: Any, offset: int, stretch: Stretch, marks: Any) -> None:
        put(block, offset, Stretch(stretch.start, stretch.end + 1, stretch.channel), marks)

    monkeypatch.setattr(patching, "overwrite", too_much)
    monkeypatch.setattr(
        painting,
        "paint",
        lambda block, offset, cut, *how: painted(
            block, offset, [Stretch(one.start, one.end + 1, one.channel) for one in cut], *how
        ),
    )
    sink = io.BytesIO()
    with pytest.raises(IntegrityError, match="had to stay"):
        audio.redact(make(codec), sink, [sounds.span(100, 900, 1)])
    assert sink.getvalue() == b""


@given(
    codec=st.sampled_from([codec for codec in EXACT if codec[0] != "FLAC"]),
    spans=st.lists(st.tuples(st.integers(0, 9000), st.integers(1, 900), st.sampled_from([None, 0, 1]))),
    treatment=st.sampled_from(["silence", "tone"]),
)
@settings(max_examples=40, deadline=None)
def test_bytes_carried_over_are_the_samples_an_encoder_would_have_written(
    codec: tuple[str, str, int, int], spans: list[tuple[int, int, int | None]], treatment: str
) -> None:
    source = make(codec, 10.0)  # longer than a block
    cut = [sounds.span(start, start + length, channel) for start, length, channel in spans]
    carried, encoded = io.BytesIO(), io.BytesIO()
    facts = audio.redact(source, carried, cut, treatment)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patching, "is_possible", lambda *_: False)
        assert audio.redact(source, encoded, cut, treatment) == facts
    assert np.array_equal(sounds.decoded(carried), sounds.decoded(encoded))


def test_nothing_but_samples_comes_along_wherever_it_stands_in_the_file() -> None:
    whole = make(("WAV", "PCM_U8", 8000, 1), 1.0).getvalue()[
        :-1
    ]  # 7,999 bytes of samples, and none to even them
    riff_, samples = whole[:12], whole[44:]
    note = b"LIST" + (14).to_bytes(4, "little") + b"INFOIART" + b"Rosa D"
    odd = b"data" + len(samples).to_bytes(4, "little") + samples + b"\0"
    body = note + whole[12:36] + note + odd + note
    source = io.BytesIO(riff_[:4] + (4 + len(body)).to_bytes(4, "little") + b"WAVE" + body)
    sink = io.BytesIO()
    audio.redact(source, sink, [sounds.span(100, 200)])
    assert b"Rosa" in source.getvalue()
    assert b"Rosa" not in sink.getvalue()
    assert len(sink.getvalue()) == 44 + len(samples) + 1
    assert np.array_equal(sounds.decoded(sink)[1600:], sounds.decoded(source)[1600:])


class _Watched(io.BytesIO):
    """A file that remembers the most that was asked of it, or given to it, at once."""

    most = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.most = max(self.most, len(data))
        return data

    def write(self, data: Any, /) -> int:
        self.most = max(self.most, len(data))
        return super().write(data)


@pytest.mark.parametrize(
    "codec", [("WAV", "ULAW", 8000, 2), ("FLAC", "PCM_16", 8000, 2)], ids=["bytes", "encoder"]
)
def test_no_more_than_a_block_is_in_memory_however_long_the_recording_is(
    codec: tuple[str, str, int, int],
) -> None:
    source, sink = _Watched(make(codec, 30.0).getvalue()), _Watched()
    audio.redact(source, sink, [sounds.span(100, 29_000)])
    assert 0 < max(source.most, sink.most) <= 2 * BLOCK_FRAMES


def test_a_length_that_was_never_filled_in_is_filled_in_in_the_copy() -> None:
    whole = bytearray(make(("WAV", "ULAW", 8000, 2), 1.0).getvalue())
    whole[4:8] = b"\xff\xff\xff\xff"
    at = whole.index(b"data") + 4
    whole[at : at + 4] = b"\xff\xff\xff\xff"
    sink = io.BytesIO()
    assert audio.redact(io.BytesIO(bytes(whole)), sink, []).frames == 8000
    copy = sink.getvalue()
    assert int.from_bytes(copy[4:8], "little") == len(copy) - 8


def test_a_wav_file_ends_at_four_gigabytes_and_an_rf64_file_does_not() -> None:
    with pytest.raises(TooLargeError, match="too long"):
        riff.head("WAV", "PCM_16", 48_000, 2, 1 << 30)
    assert (4 << 30).to_bytes(8, "little") in riff.head("RF64", "PCM_16", 48_000, 2, 1 << 30)


@pytest.mark.parametrize("codec", sounds.CODECS, ids=lambda codec: "-".join(map(str, codec)))
def test_a_file_cut_short_is_refused(codec: tuple[str, str, int, int]) -> None:
    whole = make(codec).getvalue()
    for part in (0.3, 0.7, 0.95):
        with pytest.raises(InvalidError):
            audio.probe(io.BytesIO(whole[: int(len(whole) * part)]))


@given(st.binary(max_size=400))
def test_noise_is_no_recording(data: bytes) -> None:
    with pytest.raises(InvalidError):
        audio.probe(io.BytesIO(data))


@given(data=st.data(), codec=st.sampled_from(sounds.CODECS))
@settings(max_examples=80)
def test_a_damaged_file_is_refused_or_read_to_its_end_and_never_crashes(
    data: st.DataObject, codec: tuple[str, str, int, int]
) -> None:
    raw = bytearray(make(codec, 0.3).getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, min(len(raw) - 1, 200)))] = data.draw(st.integers(0, 255))
    try:
        facts = audio.probe(io.BytesIO(bytes(raw)))
    except (InvalidError, TooLargeError):
        return
    assert facts.frames > 0


def test_a_header_of_forty_four_bytes_with_a_long_promise_is_cut_short() -> None:
    header = bytearray(sounds.recording([sounds.babble(1.0)]).getvalue()[:44])
    header[40:44] = (22_094_080).to_bytes(4, "little")
    with pytest.raises(InvalidError, match="cut short"):
        audio.probe(io.BytesIO(bytes(header)))


def test_a_length_a_streaming_writer_could_not_fill_in_is_tolerated_when_the_data_is_whole() -> None:
    whole = bytearray(sounds.recording([sounds.babble(1.0)]).getvalue())
    whole[4:8] = whole[40:44] = b"\xff\xff\xff\xff"
    assert audio.probe(io.BytesIO(bytes(whole))).frames == 8000
    with pytest.raises(InvalidError, match="inside a sample"):
        audio.probe(io.BytesIO(bytes(whole[:-1])))


def test_a_header_that_was_never_finished_is_refused() -> None:
    whole = bytearray(sounds.recording([sounds.babble(1.0)]).getvalue())
    whole[40:44] = b"\0\0\0\0"
    with pytest.raises(InvalidError, match="never finished"):
        audio.probe(io.BytesIO(bytes(whole)))


@pytest.mark.parametrize("declared", ["mp3", "call.MP3", "audio/mpeg", ".ogg", "video/mp4", "exe"])
def test_a_file_that_is_not_what_it_is_called_is_refused(declared: str) -> None:
    with pytest.raises(UnsupportedFormatError):
        audio.probe(sounds.recording([sounds.babble(0.2)]), declared)


@pytest.mark.parametrize("declared", ["wav", "call.wav", "audio/x-wav", "audio/wav; rate=8000", None])
def test_a_file_that_is_what_it_is_called_is_read(declared: str | None) -> None:
    assert audio.probe(sounds.recording([sounds.babble(0.2)]), declared).container == "WAV"


def test_nothing_is_no_recording() -> None:
    with pytest.raises(InvalidError, match="empty"):
        audio.probe(io.BytesIO())
    with pytest.raises(InvalidError):
        audio.probe(sounds.recording([sounds.silence(0.0)]))


def test_hours_of_silence_in_a_small_file_are_refused_before_they_are_decoded() -> None:
    sink = io.BytesIO()
    with soundfile.SoundFile(sink, "w", 8000, 1, format="FLAC", subtype="PCM_16") as bomb:
        for _ in range(60):
            bomb.write(np.zeros(8000 * 60, dtype=np.int16))
    assert len(sink.getvalue()) < 200_000
    with pytest.raises(TooLargeError):
        audio.probe(sink, limits=Limits(max_duration_s=600))
    # The same with a header that does not say how long it is: found while it is decoded, not afterwards.
    unknown = bytearray(sink.getvalue())
    unknown[21] &= 0xF0
    unknown[22:26] = b"\0\0\0\0"
    with pytest.raises((TooLargeError, InvalidError)):
        audio.probe(io.BytesIO(bytes(unknown)), limits=Limits(max_duration_s=600))


def test_absurd_rates_and_channels_are_refused() -> None:
    for offset, value in ((24, 1), (24, 3_000_000_000)):
        raw = bytearray(sounds.recording([sounds.babble(0.2)]).getvalue())
        raw[offset : offset + 4] = value.to_bytes(4, "little")
        with pytest.raises(InvalidError):
            audio.probe(io.BytesIO(bytes(raw)))
    with pytest.raises(InvalidError, match="channels"):
        audio.probe(sounds.recording([sounds.babble(0.2)] * 9))


def test_samples_that_are_no_sound_are_refused() -> None:
    for poison in (np.nan, np.inf, 1e20):
        voice = sounds.babble(0.2).copy()
        voice[100] = poison
        with pytest.raises(InvalidError, match="no sound"):
            audio.probe(sounds.recording([voice], "WAV", "FLOAT"))


def test_codecs_that_are_not_read_are_named() -> None:
    with pytest.raises(UnsupportedFormatError, match="G721"):
        audio.probe(sounds.recording([sounds.babble(0.5)], "WAV", "G721_32"))
    with pytest.raises(UnsupportedFormatError):
        audio.probe(sounds.recording([sounds.babble(0.5)], "AIFF", "PCM_16"))


def test_the_calls_made_by_others_are_whole() -> None:
    folder = sounds.ROOT / "../shared/data/vcon"
    if not folder.is_dir():
        pytest.skip("../shared/data is not here")
    paths = [*sorted(folder.glob("calls/*.mp3"))[:6], folder / "ietf/examples/ab_call.wav"]
    for path in paths:
        with path.open("rb") as source:
            assert audio.probe(source, path.name).duration_ms > 3000
