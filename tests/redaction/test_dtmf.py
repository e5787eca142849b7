"""Keypad tones are found in sound, and speech is not taken for them."""

from __future__ import annotations

import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.redaction import audio, dtmf
from governance.redaction.dtmf import Detector, Tone
from tests import peers
from tests.redaction import sounds

EVERY_KEY = "0123456789*#ABCD"
DIGITS = "0123456789*#"


def heard(tones: list[Tone]) -> str:
    return "".join(tone.digit for tone in tones)


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000])
def test_every_key_is_heard_at_every_rate(rate: int) -> None:
    assert heard(dtmf.detect(sounds.keys(EVERY_KEY, rate=rate), rate)) == EVERY_KEY


@given(
    digits=st.text(DIGITS, min_size=1, max_size=24),
    on=st.floats(0.05, 0.4),
    off=st.floats(0.045, 0.3),
    twist_db=st.floats(-6, 8),
    error=st.floats(-0.012, 0.012),
    peak=st.floats(0.003, 0.45),
    rate=st.sampled_from([8000, 16000, 44100]),
)
@settings(max_examples=80)
def test_keys_within_the_norm_are_heard_once_each_and_in_order(
    digits: str, on: float, off: float, twist_db: float, error: float, peak: float, rate: int
) -> None:
    sound = sounds.keys(digits, on, off, rate, twist_db=twist_db, error=error, peak=peak)
    assert heard(dtmf.detect(sound, rate)) == digits


def test_keys_of_forty_milliseconds_with_as_long_a_pause_are_heard() -> None:
    assert heard(dtmf.detect(sounds.keys(DIGITS, 0.04, 0.04), 8000)) == DIGITS


@pytest.mark.parametrize("error", [0.035, -0.035, 0.05])
def test_frequencies_beyond_the_norm_are_no_keys(error: float) -> None:
    assert dtmf.detect(sounds.keys(DIGITS, error=error), 8000) == []


def test_a_click_is_no_key() -> None:
    assert dtmf.detect(sounds.keys(DIGITS, on=0.02), 8000) == []


def test_an_interruption_of_a_hundredth_of_a_second_does_not_make_two_keys() -> None:
    sound = sounds.keys("5", on=0.2).copy()
    sound[1600:1670] = 0
    assert heard(dtmf.detect(sound, 8000)) == "5"


def test_times_are_those_of_the_sound() -> None:
    for rate in (8000, 44100):
        tones = dtmf.detect(sounds.keys("159#", 0.1, 0.15, rate), rate)
        for index, tone in enumerate(tones):
            assert abs(tone.start_ms - (100 + 250 * index)) <= 8
            assert abs(tone.end_ms - (200 + 250 * index)) <= 8


@given(sizes=st.lists(st.integers(1, 3000), min_size=1, max_size=12), rate=st.sampled_from([8000, 48000]))
@settings(max_examples=25)
def test_a_stream_gives_what_the_whole_gives(sizes: list[int], rate: int) -> None:
    sound = sounds.keys("4111#", 0.06, 0.06, rate)
    detector, tones, at, turn = Detector(rate, 3), [], 0, 0
    while at < len(sound):
        size = sizes[turn % len(sizes)]
        tones += detector.feed(sound[at : at + size])
        at, turn = at + size, turn + 1
    tones += detector.finish()
    assert tones == dtmf.detect(sound, rate, 3)
    assert {tone.channel for tone in tones} == {3}


@given(seed=st.integers(0, 2**32 - 1), loud=st.floats(0.001, 0.9))
@settings(max_examples=25)
def test_noise_is_no_key(seed: int, loud: float) -> None:
    noise = np.random.default_rng(seed).standard_normal(16000) * loud
    assert dtmf.detect(noise.astype(np.float32), 8000) == []


def test_single_tones_and_the_tones_of_a_line_are_no_keys() -> None:
    time = np.arange(16000) / 8000
    for pair in ((440, 480), (350, 440), (480, 620), (697,), (1209,), (1000,), (425,), (1400, 2060)):
        sound = sum(0.2 * np.sin(2 * np.pi * hertz * time) for hertz in pair)
        assert dtmf.detect(np.asarray(sound, dtype=np.float32), 8000) == []


@pytest.mark.parametrize(("container", "codec"), [c[:2] for c in sounds.CODECS if c[2] == 8000])
def test_keys_survive_every_codec(container: str, codec: str) -> None:
    source = sounds.recording([sounds.keys("4111111111111111#", 0.09, 0.08)], container, codec)
    assert heard(dtmf.listen(source)) == "4111111111111111#"


def test_keys_are_told_by_channel() -> None:
    source = sounds.recording([sounds.silence(2.0), sounds.keys("12"), sounds.babble(2.0)])
    assert [(tone.channel, tone.digit) for tone in dtmf.listen(source)] == [(1, "1"), (1, "2")]


def test_keys_are_heard_while_somebody_speaks_on_the_same_channel() -> None:
    voice = sounds.spoken(
        "Please type in the long number on the front of your card, and take your time with it."
    )
    keys = sounds.keys("4111111111111111", 0.1, 0.09)
    voice = np.resize(voice, len(keys)) * 0.5 * np.sqrt(np.mean(keys**2) / np.mean(voice**2))
    found = heard(dtmf.detect((keys + voice).astype(np.float32), 8000))
    assert len(found) >= 15


@pytest.mark.parametrize("voice", ["en-gb", "en-us+f3"])
def test_speech_is_hardly_ever_taken_for_a_key(voice: str) -> None:
    text = (
        "Good morning, thank you for calling. How can I help you today? I would like to change my booking, the order "
        "number is nine nine two seven five. Of course, let me look that up for you. It was nine hundred and ninety "
        "nine pounds, nineteen pence, and the nearest one is nine miles from line nine. "
    )
    false = sum(len(dtmf.detect(sounds.spoken(text, voice, speed), 8000)) for speed in (120, 150, 180, 210))
    assert false <= 2


def test_people_speaking_are_hardly_ever_taken_for_keys() -> None:
    if not sounds.SPEECH.is_dir():
        pytest.skip("../shared/data is not here")
    paths = sorted(sounds.SPEECH.glob("speech-commands/*/*.flac"))[::7]
    seconds, false = 0.0, 0
    for path in paths:
        with path.open("rb") as source:
            facts = audio.describe(source)
            false += len(dtmf.listen(source))
            seconds += facts.duration_ms / 1000
    assert false / (seconds / 3600) < 15  # an hour of nothing but speech


def test_a_tone_shows_its_digit_to_nobody_who_prints_it() -> None:
    assert "7" not in repr(Tone(0, 1, 0, "7"))


@pytest.mark.parametrize("digits", ["4111111111111111", "0123456789*#", "5555555555554444#123#"])
def test_the_peer_hears_the_same_keys(digits: str, tmp_path: Path) -> None:
    program = peers.require("multimon-ng")
    sound = sounds.keys(digits, 0.07, 0.07, 22050)
    raw = (sound * 32767).astype("<i2").tobytes()
    told = subprocess.run(
        [program, "-q", "-t", "raw", "-a", "DTMF", "-"], input=raw, capture_output=True, check=True
    ).stdout.decode()
    theirs = "".join(line.split()[-1] for line in told.splitlines() if line.startswith("DTMF:"))
    with wave.open(str(tmp_path / "keys.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(22050)
        file.writeframes(raw)
    with (tmp_path / "keys.wav").open("rb") as source:
        assert heard(dtmf.listen(source)) == theirs == digits
