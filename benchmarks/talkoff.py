"""Speech in which no key is pressed, for hours, to see what is taken for one: people, and programs in many voices.

Speakers and voices are in two halves that share nobody: on one, thresholds are chosen; on the other, figures are
reported. One person who lent a voice to several programs is in one half only.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from benchmarks.spoken_cards.__main__ import made
from governance.redaction import audio
from tests import peers
from tests.redaction.sounds import SPEECH
from tools.telephony import RATE, narrow

CHOSEN, REPORTED = "chosen on", "reported"
CALLS = SPEECH.parent / "vcon/calls"
_FESTIVAL_VOICES = Path("/usr/share/festival/voices")
PROGRAMS = ("espeak-ng", "flite", "text2wave")
_LEVEL = 10 ** (-22 / 20)  # a talker's level in a recording, root mean square over full scale
_CHARACTERS_PER_SECOND = 13
_TONGUES = ("en", "en-us", "es", "en-gb-scotland", "fr", "en", "de", "en-us", "it", "nl", "en-gb-x-rp", "pt")
# No person's voice, and not meant to be one.
_NO_VOICES = ("robo", "robot", "croak", "whisper", "demonic", "fast", "unirobot")
# Person by person: `kal` and `kal16` are one speaker, so are `slt` and festival's model of her.
_FLITE = {"kal": CHOSEN, "kal16": CHOSEN, "awb": CHOSEN, "rms": REPORTED, "slt": REPORTED}
_FESTIVAL = {"ked_diphone": REPORTED, "cmu_us_slt_arctic_hts": REPORTED}

Sound = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice of a program; `language` is what it is given to read."""

    program: str
    name: str
    half: str
    language: str


@dataclass(frozen=True, slots=True)
class Speech:
    """Some minutes of speech at 8 kHz, and who speaks."""

    who: str
    sound: Sound

    @property
    def hours(self) -> float:
        """The length in hours."""
        return len(self.sound) / RATE / 3600


def speech(half: str, hours: float) -> Iterator[Speech]:
    """Yield at least `hours` of speech of one half: all the people there are, and voices for what they lack."""
    spoken = 0.0
    for one in people(half):
        spoken += one.hours
        yield one
    cast = [voice for voice in voices() if voice.half == half]
    lacking = max(hours - spoken, len(cast) * 60 / 3600) * 3600
    for at, voice in enumerate(cast):
        yield said(voice, lacking / len(cast), at)


def people(half: str) -> Iterator[Speech]:
    """Yield the speech of people in ../shared/data that belongs to a half; nothing where the data is not here."""
    clips = sorted(SPEECH.glob("speech-commands/*/*.flac"))
    yield from _joined(
        "people, 480 speakers", [c for c in clips if (int(c.name[:8], 16) % 2 == 0) == (half == CHOSEN)]
    )
    digits = sorted(SPEECH.glob("fsdd/*.flac"))
    speakers = sorted({path.stem.split("_")[1] for path in digits})
    mine = speakers[::2] if half == CHOSEN else speakers[1::2]
    yield from _joined("people, digits", [path for path in digits if path.stem.split("_")[1] in mine])
    if half == REPORTED:
        yield from _joined("calls, vCon sample", sorted(CALLS.glob("*.mp3")))


def voices() -> list[Voice]:
    """Return every voice of the programs that are installed."""
    cast: list[Voice] = []
    if program := peers.find("espeak-ng"):
        told = subprocess.run(
            [program, "--voices=variant"], capture_output=True, check=True, text=True
        ).stdout
        names = sorted(
            {
                line.split("!v/")[1].split("  ")[0].split(" (")[0].strip()
                for line in told.splitlines()
                if "!v/" in line
            }
        )
        names = [name for name in names if " " not in name and not name.lower().startswith(_NO_VOICES)]
        for at, name in enumerate(names):
            tongue = _TONGUES[at // 2 % len(_TONGUES)]
            cast.append(Voice("espeak-ng", f"{tongue}+{name}", (CHOSEN, REPORTED)[at % 2], tongue[:2]))
    if peers.find("flite"):
        cast += [Voice("flite", name, half, "en") for name, half in _FLITE.items()]
    if peers.find("text2wave"):
        installed = {path.name for path in _FESTIVAL_VOICES.glob("*/*")}
        cast += [
            Voice("text2wave", name, half, "en") for name, half in _FESTIVAL.items() if name in installed
        ]
    return cast


def said(voice: Voice, seconds: float, seed: int) -> Speech:
    """Return calls as this voice reads them; what is read differs by `seed`."""
    text, size = "", int(seconds * _CHARACTERS_PER_SECOND)
    for call in _texts(voice.language)[seed % 7 :: 7]:
        text += call
        if len(text) > size:
            break
    speed = str(130 + 17 * (seed % 5))
    with tempfile.TemporaryDirectory() as folder:
        script, sound = Path(folder) / "said.txt", Path(folder) / "said.wav"
        script.write_text(text[:size], encoding="utf-8")
        commands: dict[str, list[str | Path]] = {
            "espeak-ng": ["-v", voice.name, "-s", speed, "-w", sound, "-f", script],
            "flite": ["-voice", voice.name, "-f", script, "-o", sound],
            "text2wave": ["-eval", f"(voice_{voice.name})", "-o", sound, script],
        }
        subprocess.run(
            [str(peers.find(voice.program)), *commands[voice.program]], check=True, capture_output=True
        )
        samples, rate = soundfile.read(sound, dtype="float64")
    return Speech(f"{voice.program} {voice.name}", _levelled(narrow(samples, rate)))


@cache
def _texts(language: str) -> Sequence[str]:
    """Return calls of a language, word by word as they are spoken."""
    return [
        "\n".join(" ".join(word.token.text for word in turn.words) + "." for turn in call.turns) + "\n"
        for call in made("development", language, 300, seed=5)
    ]


def _joined(who: str, paths: Sequence[Path]) -> Iterator[Speech]:
    clips = []
    for path in paths:
        with path.open("rb") as source:
            rate = audio.describe(source).rate
            clip = np.concatenate([block.samples.mean(axis=1) for block in audio.blocks(source)])
        clips.append(_levelled(clip if rate == RATE else narrow(clip.astype(np.float64), rate)))
    if clips:
        yield Speech(who, np.concatenate(clips))


def _levelled(sound: NDArray[np.floating]) -> Sound:
    power = float(
        np.sqrt(np.mean(np.square(sound[np.abs(sound) > 1e-3 * np.abs(sound).max()]))) if len(sound) else 0.0
    )
    return np.asarray((sound * (_LEVEL / max(power, 1e-6))).clip(-1, 1), dtype=np.float32)
