"""Where somebody speaks and the transcript says nothing, the listener knows."""

from __future__ import annotations

import numpy as np
import pytest

from governance.redaction import audio
from governance.redaction.spans import Timing, Word
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
