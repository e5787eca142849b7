"""The second look's detector of keys: its screen spares it work and hides nothing from it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from governance.redaction.tonepeaks import LooseDetector, Peak
from tests.redaction import sounds

KEYS = "0123456789*#ABCD"


class NoScreen:
    """Leaves every frame."""

    def left(self, samples: sounds.Sound, frames: sounds.Sound) -> NDArray[np.int64]:
        return np.arange(len(frames), dtype=np.int64)


class Counting:
    """The screen, and how many frames it was shown and left."""

    def __init__(self, detector: LooseDetector) -> None:
        self._screen = detector._screen
        self.shown = self.kept = 0

    def left(self, samples: sounds.Sound, frames: sounds.Sound) -> NDArray[np.int64]:
        kept = self._screen.left(samples, frames)
        self.shown, self.kept = self.shown + len(frames), self.kept + len(kept)
        return kept


def heard(sound: sounds.Sound, rate: int, screen: Any = None, piece: int = 9_999) -> list[Peak]:
    detector = LooseDetector(rate)
    if screen is not None:
        detector._screen = screen
    for at in range(0, len(sound), piece):
        detector.feed(sound[at : at + piece])
    return detector.finish()


@pytest.mark.parametrize("rate", [8000, 44100])
@pytest.mark.parametrize("peak", [0.3, 0.0006, 0.0003])
@pytest.mark.parametrize("twist_db", [0.0, 15.5])
@pytest.mark.parametrize("error", [0.0, -0.027])
def test_the_screen_hides_no_key_however_weak_or_wrong(
    rate: int, peak: float, twist_db: float, error: float
) -> None:
    clear = sounds.keys(KEYS, 0.05, 0.05, rate, peak=peak, twist_db=twist_db, error=error)
    hiss = np.random.default_rng(1).standard_normal(len(clear)).astype(np.float32)
    for noise in (0.0, 0.1, 0.4):
        sound = clear + hiss * np.float32(noise * peak)
        assert heard(sound, rate) == heard(sound, rate, NoScreen())


@pytest.mark.parametrize("louder", [0.1, 0.5, 1.0, 2.0, 4.0])
def test_the_screen_hides_no_key_under_a_voice(louder: float) -> None:
    said = sounds.spoken("may I have the long number on the front of the card, please", "en-us+f3")
    for other in (said, sounds.babble(len(said) / 8000)):
        keyed = sounds.keys(KEYS * 2, 0.06, 0.06)[: len(other)]
        sound = keyed + other[: len(keyed)] * np.float32(louder)
        assert heard(sound, 8000) == heard(sound, 8000, NoScreen())


def test_the_fine_look_is_spared_nearly_all_of_speech_and_all_of_silence() -> None:
    said = sounds.spoken(
        "Thank you for calling. I can see the order here; it was sent on Monday by the usual way."
    )
    for sound, most in ((said, 0.25), (sounds.silence(5.0), 0.0), (sounds.babble(5.0), 0.25)):
        detector = LooseDetector(8000)
        counting = Counting(detector)
        heard(sound, 8000, counting)
        assert counting.shown > 0
        assert counting.kept <= most * counting.shown


def test_what_is_heard_does_not_hang_on_how_the_sound_is_cut_into_blocks() -> None:
    sound = sounds.keys(KEYS) + sounds.babble(len(sounds.keys(KEYS)) / 8000)[: len(sounds.keys(KEYS))] * 0.1
    whole = heard(sound, 8000, piece=len(sound))
    assert len(whole) >= len(KEYS) - 1
    assert all(heard(sound, 8000, piece=piece) == whole for piece in (50, 777, 8000))
