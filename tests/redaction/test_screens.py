"""A recorded screen is black where something was cut out, and nothing else of it changes."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from governance.errors import IntegrityError, InvalidError, UnsupportedFormatError
from governance.redaction import audio, blackout, given
from governance.redaction.given import Given
from tests.redaction import media_files, sounds
from tests.redaction.media_files import SCREENS, redacted

SPAN = sounds.span(2_150, 3_420)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    media_files.require()
    return tmp_path_factory.mktemp("screens")


@pytest.mark.parametrize("name", SCREENS)
def test_pictures_under_a_span_are_black_and_the_others_stand_where_they_stood(
    name: str, folder: Path
) -> None:
    data = media_files.made(name, folder)
    copy = redacted(data, SPAN)
    before, after = media_files.seen(data, folder), media_files.seen(copy, folder)
    assert [round(at, 3) for at, _ in after] == [round(at, 3) for at, _ in before]
    lights = media_files.light(copy, folder)
    for at, (light, (shown, _)) in enumerate(zip(lights, after, strict=True)):
        until = after[at + 1][0] if at + 1 < len(after) else shown + 0.1
        is_under = shown < 3.42 and until > 2.15
        assert (light < 24) == is_under, shown


@pytest.mark.parametrize("name", SCREENS)
def test_groups_of_pictures_that_no_span_touches_are_copied(name: str, folder: Path) -> None:
    data = media_files.made(name, folder)
    before, after = media_files.seen(data, folder), media_files.seen(redacted(data, SPAN), folder)
    same = [round(at, 3) for (at, was), (_, now) in zip(before, after, strict=True) if was == now]
    # Ten pictures to the second and to the group: groups 2 and 3 are touched, the others are not.
    assert sum(at < 2.0 for at in same) >= 19
    assert sum(at > 4.1 for at in same) >= 18
    assert not any(2.2 < at < 3.4 for at in same)


@pytest.mark.parametrize("name", SCREENS)
def test_the_sound_is_silent_where_the_picture_is_black(name: str, folder: Path) -> None:
    heard = media_files.heard(redacted(media_files.made(name, folder), SPAN), folder)
    rate = int(media_files.probed(media_files.made(name, folder), folder)["audio"]["sample_rate"])
    assert abs(heard[int(2.4 * rate) : int(3.2 * rate)]).max() < 0.012
    assert abs(heard[int(1.0 * rate) : int(1.8 * rate)]).max() > 0.1


def test_a_copy_is_of_the_same_kind_as_its_original(folder: Path) -> None:
    for name in SCREENS:
        data = media_files.made(name, folder)
        was, now = media_files.probed(data, folder), media_files.probed(redacted(data, SPAN), folder)
        for stream in ("audio", "video"):
            assert now[stream]["codec_name"] == was[stream]["codec_name"]
        for field in ("width", "height", "pix_fmt"):
            assert now["video"][field] == was["video"][field]
        assert now["format"]["format_name"] == was["format"]["format_name"]


def test_a_picture_that_stands_for_long_is_blanked_though_it_came_before_the_span(folder: Path) -> None:
    data = media_files.mp4_screen(folder, rate="1/2")
    copy = redacted(data, sounds.span(3_000, 3_200))
    assert [light < 24 for light in media_files.light(copy, folder)] == [False, True, False]


def test_comments_of_encoders_and_captions_stay_behind(folder: Path) -> None:
    data = media_files.made("h264", folder)
    assert b"x264 - core" in data
    assert b"x264" not in redacted(data, SPAN)


def test_a_copy_in_which_something_is_seen_is_not_called_redacted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blackout, "black", lambda frame: frame)
    sink = io.BytesIO()
    with pytest.raises(IntegrityError, match="can still be seen"):
        audio.redact(io.BytesIO(media_files.made("h264", folder)), sink, [SPAN])
    assert sink.getvalue() == b""


def test_a_span_of_a_guard_band_is_blanked_as_widely_as_it_is_silenced(folder: Path) -> None:
    copy = redacted(media_files.made("h264", folder), sounds.span(2_500, 2_700), guard_ms=300)
    lights = media_files.light(copy, folder)
    assert [at for at, light in enumerate(lights) if light < 24] == list(range(22, 30))


def test_what_is_not_one_sound_and_one_picture_is_refused(folder: Path) -> None:
    voice = media_files._voices(folder, 16000, 1)
    picture = ("-f", "lavfi", "-i", "testsrc2=s=160x120:r=5:d=2")
    silent = media_files._written(folder, "silent.mp4", *picture, "-c:v", "libx264", "-pix_fmt", "yuv420p")
    with pytest.raises(InvalidError, match="no audio"):
        audio.probe(io.BytesIO(silent))
    two = media_files._written(
        folder, "two.mp4", "-i", voice, "-i", voice, "-map", "0", "-map", "1", "-c:a", "aac"
    )
    with pytest.raises(UnsupportedFormatError, match="more than one sound"):
        audio.probe(io.BytesIO(two))
    other = media_files._written(folder, "other.mp4", *picture, "-i", voice, "-c:v", "mpeg4", "-c:a", "aac")
    with pytest.raises(UnsupportedFormatError, match="picture that is not read"):
        audio.probe(io.BytesIO(other))


def test_spans_that_others_give_are_read_strictly() -> None:
    told = b'[{"start_ms": 100, "end_ms": 900, "reason": "payment-page"}]'
    assert given.read(told) == (Given(100, 900, "payment-page"),)
    assert given.read(b"[]") == ()
    for wrong in (
        b"{}", b"[", b"[1]", b'[{"start_ms": 1, "end_ms": 2}]',
        b'[{"start_ms": 2, "end_ms": 2, "reason": "a"}]',
        b'[{"start_ms": -1, "end_ms": 2, "reason": "a"}]',
        b'[{"start_ms": 1.5, "end_ms": 2, "reason": "a"}]',
        b'[{"start_ms": true, "end_ms": 2, "reason": "a"}]',
        b'[{"start_ms": 1, "end_ms": 2, "reason": "Invoice of Rosa Delgado"}]',
        b'[{"start_ms": 1, "end_ms": 2, "reason": "a", "title": "x"}]',
        b'[{"start_ms": 1, "end_ms": 999999999999, "reason": "a"}]',
    ):  # fmt: skip
        with pytest.raises(InvalidError) as refused:
            given.read(wrong)
        assert "Delgado" not in str(refused.value)
