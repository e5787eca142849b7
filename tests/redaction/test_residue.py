"""The second look examines the stored sound by other means, and says what it could not examine."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import pytest

from governance.redaction import audio, dtmf, residue
from governance.redaction.residue import Verdict
from governance.redaction.spans import Entity, Span, TimeSpan, Timing, Word
from governance.redaction.tonepeaks import LooseDetector, together
from tests.redaction import sounds

NUMBER = "4111111111111111"


def nothing(words: Sequence[Word], language: str | None) -> list[Span]:
    return []


def words(start_ms: int, end_ms: int, text: str = "thank you [PAN] goodbye") -> list[Word]:
    return [Word(text, start_ms, end_ms, None, None, Timing.EXACT)]


def loosely(sound: sounds.Sound, rate: int = 8000) -> LooseDetector:
    detector = LooseDetector(rate)
    for at in range(0, len(sound), 9_999):
        detector.feed(sound[at : at + 9_999])
    return detector


def test_a_recording_with_its_cut_is_clean() -> None:
    sink = io.BytesIO()
    cut = [sounds.span(0, 5000, 0)]
    audio.redact(sounds.recording([sounds.keys(NUMBER), sounds.silence(5.0)]), sink, cut)
    assert residue.examine(sink, None, None, cut).outcome is Verdict.CLEAN


@pytest.mark.parametrize(("container", "codec", "rate", "channels"), sounds.CODECS)
@pytest.mark.parametrize("treatment", ["silence", "tone"])
def test_what_was_cut_is_found_cut_in_every_codec(
    container: str, codec: str, rate: int, channels: int, treatment: str
) -> None:
    sink = io.BytesIO()
    voices = [sounds.babble(2.5, rate, seed) for seed in range(channels)]
    cut = [sounds.span(500, 2000, channels - 1)]
    source = sounds.recording(voices, container, codec, rate)
    assert residue.examine_cuts(source, cut).outcome is Verdict.RESIDUE
    audio.redact(source, sink, cut, treatment)
    assert residue.examine_cuts(sink, cut).outcome is Verdict.CLEAN


@pytest.mark.parametrize("left", [NUMBER, "4111 1111".replace(" ", ""), "123"])
def test_keys_the_first_look_missed_are_residue(left: str) -> None:
    planted = sounds.recording([sounds.keys(left), sounds.silence(3.0)])
    answer = residue.examine(planted, None, None, [])
    assert answer.outcome is Verdict.RESIDUE
    assert answer.findings[0].entity is Entity.DTMF
    assert answer.findings[0].channel == 0


@pytest.mark.parametrize(("twist_db", "error"), [(14.0, 0.0), (-13.0, 0.0), (0.0, 0.025)])
def test_keys_beyond_the_first_detectors_norm_are_found_by_the_second(twist_db: float, error: float) -> None:
    sound = sounds.keys("4567890123", twist_db=twist_db, error=error)
    assert len(dtmf.detect(sound, 8000)) < 5
    assert len(loosely(sound).finish()) >= 8
    assert residue.examine(sounds.recording([sound]), None, None, []).outcome is Verdict.RESIDUE


def test_one_key_that_a_policy_let_stay_is_no_residue() -> None:
    assert residue.examine(sounds.recording([sounds.keys("2")]), None, None, []).outcome is Verdict.CLEAN


def test_a_span_that_was_not_cut_is_residue() -> None:
    said = sounds.recording([sounds.babble(3.0)])
    answer = residue.examine(said, words(0, 3000), "en", [sounds.span(1000, 1500)], looser=nothing)
    assert answer.outcome is Verdict.RESIDUE
    assert "can still be heard" in answer.because


def test_a_cut_with_one_leaking_channel_is_residue() -> None:
    cut = [sounds.span(500, 1500)]
    sink = io.BytesIO()
    audio.redact(
        sounds.recording([sounds.babble(2.0), sounds.babble(2.0)]), sink, [sounds.span(500, 1500, 0)]
    )
    assert residue.examine_cuts(sink, cut).outcome is Verdict.RESIDUE


def test_speech_without_a_transcript_was_not_examined() -> None:
    said = sounds.spoken("The code on the back is nine two three, and the number is four one one one.")
    call = sounds.recording([sounds.silence(1.0), np.concatenate([sounds.silence(1.0), said])])
    answer = residue.examine(call, None, None, [])
    assert answer.outcome is Verdict.NOT_EXAMINED
    assert answer.has_unexamined
    assert {finding.channel for finding in answer.findings} == {1}
    written = [word for at in range(900, 6000, 400) for word in words(at, at + 300)]
    covered = residue.examine(call, written, "en", [], looser=nothing)
    assert covered.outcome is Verdict.CLEAN


def test_a_transcript_that_goes_on_after_the_sound_is_of_something_else() -> None:
    call = sounds.recording([sounds.silence(5.0)])
    assert residue.examine(call, words(4000, 6500), "en", [], looser=nothing).is_clean
    answer = residue.examine(call, words(8000, 9000), "en", [], looser=nothing)
    assert answer.outcome is Verdict.NOT_EXAMINED


def test_a_recording_in_which_nobody_speaks_needs_no_transcript() -> None:
    assert residue.examine(sounds.recording([sounds.silence(5.0)]), None, None, []).is_clean


def test_a_language_nobody_knows_was_not_examined() -> None:
    for language in (None, "tlh", "xx-XX"):
        answer = residue.examine(sounds.recording([sounds.silence(1.0)]), words(0, 500), language, [])
        assert answer.outcome is Verdict.NOT_EXAMINED


def test_a_planted_number_in_the_words_is_residue() -> None:
    planted = words(0, 4000, "it is four one one one one one one one one one one one one one one one")
    answer = residue.examine(sounds.recording([sounds.silence(4.0)]), planted, "en", [])
    assert answer.outcome is Verdict.RESIDUE
    assert "one one" not in answer.because


def test_nothing_to_look_at_and_a_file_that_cannot_be_read_were_not_examined() -> None:
    assert residue.examine(None, None, None, []).outcome is Verdict.NOT_EXAMINED
    assert residue.examine(io.BytesIO(b"RIFF"), None, None, []).outcome is Verdict.NOT_EXAMINED
    assert residue.examine_cuts(io.BytesIO(b"RIFF"), []).outcome is Verdict.NOT_EXAMINED


def test_text_alone_is_examined_alone() -> None:
    assert residue.examine(None, words(0, 1), "en", [], looser=nothing).is_clean


def test_residue_outranks_what_was_not_examined() -> None:
    planted = sounds.recording([sounds.keys(NUMBER)])
    answer = residue.examine(planted, words(0, 100), "tlh", [])
    assert answer.outcome is Verdict.RESIDUE
    assert answer.has_unexamined


@pytest.mark.parametrize("rate", [8000, 16000, 44100])
def test_the_second_detector_hears_every_key(rate: int) -> None:
    sound = sounds.keys("0123456789*#", 0.06, 0.06, rate)
    assert len(loosely(sound, rate).finish()) == 12


def test_people_speaking_do_not_sound_like_runs_of_keys() -> None:
    if not sounds.SPEECH.is_dir():
        pytest.skip("../shared/data is not here")
    clips = []
    for path in sorted(sounds.SPEECH.glob("speech-commands/*/*.flac"))[::9]:
        with path.open("rb") as source:
            clips += [block.samples[:, 0] for block in audio.blocks(source)]
    peaks = loosely(np.concatenate(clips)).finish()
    assert len(together(peaks, residue._KEYS_AT_LEAST, residue._KEYS_GAP_MS)) <= 1


def test_a_span_holds_no_content() -> None:
    answer = residue.examine(sounds.recording([sounds.keys(NUMBER)]), None, None, [])
    assert not any(sign.isdigit() for sign in answer.because)


def test_expected_spans_beyond_the_end_are_no_matter() -> None:
    beyond: list[TimeSpan] = [sounds.span(9_000, 10_000)]
    assert residue.examine(sounds.recording([sounds.silence(1.0)]), None, None, beyond).is_clean
