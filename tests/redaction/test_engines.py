"""Engines: chosen by policy, fed in pieces, ended when they must be; and what faster-whisper's answers become."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from governance.cli import policy as door
from governance.errors import PolicyError
from governance.policy.redaction import SpeechRecognition
from governance.redaction.engines import choice, faster_whisper, pieces
from governance.redaction.engines.pieces import RATE, Piece
from governance.redaction.spans import Timing
from tests.redaction import engine, sounds

POLICY = """
version: "1"
languages: [en]
entities: {PAN: {}, CVV: {}, EXPIRY: {}, PIN: {}, TRACK: {}, DTMF: {}}
speech: {engine: ENGINE, model: MODEL}
"""


def asked(model: Path, name: str = "faster-whisper") -> SpeechRecognition:
    return SpeechRecognition(engine=name, model=str(model))


def a_model(folder: Path) -> Path:
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt"):
        (folder / name).touch()
    return folder


@pytest.mark.parametrize("name", ["faster-whisper", "nobodys-engine"])
def test_an_engine_or_a_model_that_is_not_here_stops_the_start(name: str, tmp_path: Path) -> None:
    tenant = tmp_path / "tenants" / "acme"
    tenant.mkdir(parents=True)
    shipped = Path(__file__).resolve().parents[2] / "policies"
    for path in shipped.iterdir():
        (tmp_path / path.name).symlink_to(path)
    text = POLICY.replace("ENGINE", name).replace("MODEL", str(tmp_path / "whisper"))
    (tenant / "redaction.yaml").write_text(text)
    with pytest.raises(PolicyError, match=r"speech: (no engine nobodys-engine|.*Nothing is downloaded)"):
        door.load(tmp_path)


@pytest.mark.parametrize("missing", ["model.bin", "tokenizer.json"])
def test_a_folder_without_a_file_of_the_model_is_none_and_what_misses_is_not_fetched(
    missing: str, tmp_path: Path
) -> None:
    (a_model(tmp_path) / missing).unlink()
    with pytest.raises(PolicyError, match=f"missing: {missing}. Nothing is downloaded"):
        choice.engine(asked(tmp_path))


def test_the_extra_is_asked_for_where_it_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_name: str) -> str:
        raise PackageNotFoundError

    monkeypatch.setattr(faster_whisper, "version", gone)
    with pytest.raises(PolicyError, match="the extra speech has it"):
        choice.engine(asked(a_model(tmp_path)))


def test_a_package_can_offer_an_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.install(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    made = choice.engine(asked(engine.SAMPLES, "known-calls"))
    assert (made.name, made.version) == ("known-calls", "7")


@pytest.mark.parametrize("rate", [8000, 16_000, 44_100])
def test_pieces_are_at_one_rate_and_a_tone_keeps_its_place_and_height(rate: int) -> None:
    tone = np.concatenate([sounds.silence(1.0, rate), sounds.key("5", 1.0, rate), sounds.silence(1.0, rate)])
    source = sounds.recording([sounds.silence(3.0, rate), tone], rate=rate)
    first, second = pieces.read(source)
    assert (first.channel, second.channel, second.offset_ms) == (0, 1, 0)
    assert abs(len(second.samples) - 3 * RATE) <= 1
    assert np.abs(first.samples).max() < 0.001
    assert np.abs(second.samples[: RATE - 200]).max() < 0.02
    loud = np.abs(np.fft.rfft(second.samples[RATE : 2 * RATE]))
    assert set(np.argsort(loud)[-2:]) == {770, 1336}


def test_a_long_recording_comes_in_pieces_that_are_cut_where_it_is_quiet_and_lose_nothing() -> None:
    rate = 8000
    time = np.arange(rate * 600) / rate
    # Somebody speaks for 1.7 s and pauses for 0.3 s, all the while.
    sound = np.where(time % 2 < 1.7, np.sin(2 * np.pi * 300 * time), 0).astype(np.float32) * 0.3
    sink = io.BytesIO()
    soundfile.write(sink, sound, rate, format="WAV", subtype="ULAW")
    made = list(pieces.read(sink))
    assert len(made) == 3
    assert sum(len(piece.samples) for piece in made) == pytest.approx(600 * RATE, abs=8)
    for piece in made[1:]:
        assert (piece.offset_ms / 1000) % 2 >= 1.7 or (piece.offset_ms / 1000) % 2 < 0.05
        assert piece.offset_ms <= 600_000


@dataclass
class Heard:
    """One word as faster-whisper declares it (`transcribe.Word`)."""

    start: float
    end: float
    word: str
    probability: float = 0.9


@dataclass
class Part:
    """One segment (`transcribe.Segment`), the fields that are read."""

    start: float
    end: float
    text: str
    words: list[Heard] | None


@dataclass
class Told:
    """What is told beside the segments (`transcribe.TranscriptionInfo`)."""

    language: str


@dataclass
class Whisper:
    """Answers like a `WhisperModel`, in its shapes: it hears what it is given, piece by piece."""

    answers: list[tuple[list[Part], str]]
    asked: list[dict[str, Any]] = field(default_factory=list)

    def transcribe(self, audio: Any, **how: Any) -> tuple[Iterator[Part], Told]:
        assert audio.dtype == np.float32
        assert audio.ndim == 1
        self.asked.append(how)
        parts, language = self.answers[len(self.asked) - 1]
        return iter(parts), Told(how["language"] or language)


def some(channel: int, offset_ms: int) -> Piece:
    return Piece(channel, offset_ms, np.zeros(5 * RATE, dtype=np.float32))


def test_words_get_the_channel_and_the_place_of_their_piece() -> None:
    model = Whisper(
        [
            ([Part(0.0, 1.0, " Hello.", [Heard(0.1, 0.9, " Hello.")])], "en"),
            ([], "cy"),
            ([Part(1.0, 2.0, " four one", [Heard(1.25, 1.5, " four"), Heard(1.5, 2.0, " one")])], "en"),
        ]
    )
    heard = faster_whisper.written_down(model, iter([some(0, 0), some(1, 0), some(1, 240_000)]), None)
    assert heard.language == "en"
    assert [(w.text, w.start_ms, w.end_ms, w.channel, w.timing) for w in heard.words] == [
        ("Hello.", 100, 900, 0, Timing.EXACT),
        ("four", 241_250, 241_500, 1, Timing.EXACT),
        ("one", 241_500, 242_000, 1, Timing.EXACT),
    ]
    # The language of the first piece with words is that of the rest, and nothing is guessed from what came before.
    assert [how["language"] for how in model.asked] == [None, "en", "en"]
    assert all(how["word_timestamps"] and not how["condition_on_previous_text"] for how in model.asked)
    assert not any(how["vad_filter"] for how in model.asked)


def test_a_segment_without_words_keeps_its_text_with_all_of_its_time() -> None:
    model = Whisper([([Part(2.0, 5.5, " four one", None), Part(5.0, 6.0, "  ", [])], "en")])
    heard = faster_whisper.written_down(model, iter([some(0, 1000)]), "en-GB")
    assert [(w.text, w.start_ms, w.end_ms) for w in heard.words] == [
        ("four", 3000, 6000),
        ("one", 3000, 6000),
    ]
    assert heard.language == "en-GB"
    assert model.asked[0]["language"] == "en"


def test_silence_is_in_the_language_that_was_guessed() -> None:
    assert faster_whisper.written_down(Whisper([([], "nn")]), iter([some(0, 0)]), None).words == []
    assert faster_whisper.written_down(Whisper([]), iter([]), None).language == "und"
