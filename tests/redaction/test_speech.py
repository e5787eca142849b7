"""Where somebody speaks and the transcript says nothing, the listener knows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.redaction import audio, speech
from governance.redaction.spans import TimeSpan, Timing, Word
from governance.redaction.speech import Listener, Stretch
from tests.redaction import sounds

SENTENCE = "My card number is four one one one, one one one one, and the code is nine two three."


def listen(sound: sounds.Sound, rate: int = 8000) -> list[Stretch]:
    listener = Listener(rate, 1)
    for at in range(0, len(sound), 10_000):
        listener.feed(sound[at : at + 10_000])
    return listener.finish()


def length_ms(stretches: list[Stretch]) -> int:
    return sum(stretch.end_ms - stretch.start_ms for stretch in stretches)


def word(start_ms: int, end_ms: int, channel: int | None = 1, timing: Timing = Timing.EXACT) -> Word:
    return Word("word", start_ms, end_ms, channel, None, timing)


@pytest.mark.parametrize("voice", ["en-gb", "en-us+f3"])
@pytest.mark.parametrize("gain", [1.0, 0.05])
def test_a_voice_is_heard_loud_and_quiet(voice: str, gain: float) -> None:
    said = sounds.spoken(SENTENCE, voice) * gain
    found = listen(np.concatenate([sounds.silence(1.0), said, sounds.silence(1.0)]).astype(np.float32))
    assert length_ms(found) > 0.6 * len(said) / 8
    assert {stretch.channel for stretch in found} == {1}
    assert found[0].start_ms >= 900


def test_a_voice_over_steady_noise_is_heard() -> None:
    said = sounds.spoken(SENTENCE)
    noise = 0.02 * np.random.default_rng(1).standard_normal(len(said) + 32_000)
    noise[16_000 : 16_000 + len(said)] += said
    assert length_ms(listen(noise.astype(np.float32))) > 0.5 * len(said) / 8


@pytest.mark.parametrize(
    "hertz",
    [(50,), (1000,), (440, 480), (350, 440), (425,), (697, 1209)],
    ids=lambda pair: "+".join(map(str, pair)),
)
def test_steady_tones_are_no_voice(hertz: tuple[int, ...]) -> None:
    time = np.arange(80_000) / 8000
    sound = sum(0.1 * np.sin(2 * np.pi * one * time) for one in hertz) * ((time % 3) < 1.5)
    assert listen(np.asarray(sound, dtype=np.float32)) == []


def test_noise_and_silence_are_no_voice() -> None:
    noise = 0.05 * np.random.default_rng(1).standard_normal(80_000).astype(np.float32)
    assert listen(noise) == listen(sounds.silence(10.0)) == listen(sounds.silence(0.0)) == []


def test_people_are_heard() -> None:
    if not sounds.SPEECH.is_dir():
        pytest.skip("../shared/data is not here")
    paths = sorted(sounds.SPEECH.glob("speech-commands/*/*.flac"))[::25]
    missed = 0
    for path in paths:
        with path.open("rb") as source:
            clip = np.concatenate([block.samples[:, 0] for block in audio.blocks(source)])
        missed += not listen(np.concatenate([sounds.silence(1.0), clip, sounds.silence(1.0)]))
    assert missed <= 0.08 * len(paths)


def test_speech_under_words_is_covered_and_beside_them_not() -> None:
    heard = [Stretch(1000, 6000, 1)]
    assert speech.uncovered(heard, [word(1000, 6000)]) == []
    assert speech.uncovered(heard, []) == heard
    assert speech.uncovered(heard, [word(1000, 6000, channel=0)]) == heard
    assert speech.uncovered(heard, [word(1000, 6000, channel=None)]) == []
    assert speech.uncovered(heard, [word(1000, 2000)]) == [Stretch(2400, 6000, 1)]


def test_what_was_cut_needs_no_words() -> None:
    cut = sounds.span(1000, 6000, 1)
    assert speech.uncovered([Stretch(1000, 6000, 1)], [], [cut]) == []


def test_a_breath_between_words_needs_no_words() -> None:
    heard = [Stretch(0, 4000, 1)]
    assert speech.uncovered(heard, [word(0, 1500), word(2600, 4000)]) == []
    assert speech.uncovered(heard, [word(0, 500), word(3500, 4000)]) == [Stretch(900, 3100, 1)]


def test_a_transcript_without_times_covers_the_recording() -> None:
    assert speech.uncovered([Stretch(0, 60_000, 0)], [Word("hello")]) == []


@given(
    st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 5000)), max_size=8),
    st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 5000)), max_size=8),
    st.integers(0, 2000),
)
def test_what_is_uncovered_lies_in_speech_outside_words_and_is_longer_than_tolerated(
    spoken: list[tuple[int, int]], said: list[tuple[int, int]], tolerated: int
) -> None:
    heard = [Stretch(start, start + length, 1) for start, length in spoken]
    words = [word(start, start + length) for start, length in said]
    cut: list[TimeSpan] = []
    for part in speech.uncovered(heard, words, cut, tolerated):
        assert part.end_ms - part.start_ms > tolerated
        assert any(h.start_ms <= part.start_ms and part.end_ms <= h.end_ms for h in heard)
        assert not any(
            w.start_ms is not None
            and w.end_ms is not None
            and w.start_ms < part.end_ms
            and part.start_ms < w.end_ms
            for w in words
        )
