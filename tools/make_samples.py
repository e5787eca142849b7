"""Makes governance/samples: finished calls, their metadata, transcripts with true word times, and what is in them.

Run `python -m tools.make_samples` from the root of the repository on a machine with Debian's espeak-ng. The same version of espeak-ng and numpy makes
the same bytes: voices are formant synthesis without chance in it, and the only random numbers (line noise, pauses)
are seeded by the name of the call. Word times are the samples at which espeak-ng reports each word to begin.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from tools.espeak import Espeak, Mark
from tools.sample_script import Call, Keyed, Spoken, calls
from tools.telephony import RATE, Samples, key, level, line_noise, narrow

TOOLS = Path(__file__).resolve().parent
SAMPLES = TOOLS.parent / "governance" / "samples"
PERSONAL = frozenset({"EMAIL", "PHONE"})
NOTICES = {"GB": "announcement", "US": "announcement", "DE": "spoken-consent"}


@dataclass
class Tape:
    """A call as it grows: pieces of sound at their places, words, and what is truly there."""

    random: np.random.Generator
    at: int = RATE * 2 // 5
    pieces: list[tuple[int, int, Samples]] = field(default_factory=list)
    words: list[dict[str, Any]] = field(default_factory=list)
    spans: list[dict[str, Any]] = field(default_factory=list)

    def lay(self, channel: int, sound: Samples) -> None:
        """Put `sound` at the present place of `channel` and go to its end."""
        self.pieces.append((channel, self.at, sound))
        self.at += len(sound)

    def rest(self, low_ms: int, high_ms: int) -> None:
        """Go on by a pause between the two lengths."""
        self.at += RATE * int(self.random.integers(low_ms, high_ms)) // 1000

    def mixed(self) -> Samples:
        """Return both channels, with the noise of the line under them."""
        count = self.at + RATE // 2
        both = np.stack([line_noise(count, self.random) for _ in range(2)], axis=1)
        for channel, start, sound in self.pieces:
            both[start : start + len(sound), channel] += sound
        return both


def speak(tape: Tape, espeak: Espeak, turn: Spoken, voice: dict[str, Any]) -> None:
    """Say a turn onto the tape and note its words and what they are."""
    text, starts = "", []
    for token in turn.tokens:
        starts.append(len(text))
        text += token.said + " "
    speech = espeak.say(text, voice["voice"], voice["wpm"], voice["pitch"])
    origin = tape.at
    sound = level(narrow(speech.samples, espeak.rate), 0.45)
    bounds = _bounds(speech.marks, text, starts, len(speech.samples))
    for token, before, after in zip(turn.tokens[1:], bounds, bounds[1:], strict=False):
        # A word of card data that shares its times with the word before it would make the truth wrong.
        if token.group is not None and before == after:
            raise ValueError(f"espeak-ng gives no time of its own to a word of {turn.groups[token.group]}")
    spans: dict[int, list[int]] = {}
    for token, (start, end) in zip(turn.tokens, bounds, strict=True):
        begin, stop = _audible(sound, start * RATE // espeak.rate, end * RATE // espeak.rate)
        start_ms, end_ms = (origin + begin) * 1000 // RATE, -(-(origin + stop) * 1000 // RATE)
        role = ("agent", "customer")[turn.channel]
        tape.words.append(
            {
                "text": token.shown,
                "start_ms": start_ms,
                "end_ms": end_ms,
                "channel": turn.channel,
                "speaker": role,
            }
        )
        if token.group is not None:
            spans.setdefault(token.group, []).extend((start_ms, end_ms))
    for group, times in spans.items():
        tape.spans.append(_span(min(times), max(times), turn.channel, turn.groups[group], "spoken"))
    tape.lay(turn.channel, sound)
    tape.rest(220, 480)


def _bounds(marks: tuple[Mark, ...], text: str, starts: list[int], total: int) -> list[tuple[int, int]]:
    """Return the first and the last sample of each word; a word without an event of its own shares its neighbour's.

    espeak-ng says some pairs ("of the") as one, and reports one event for both. The first word of a sentence it
    may report at the space before it.
    """
    begins: list[int | None] = [None] * len(starts)
    ends: list[int] = [0] * len(starts)
    for number, mark in enumerate(marks):
        if mark.position is None:
            continue
        letter = mark.position + (text[mark.position] == " ")
        index = max(i for i, start in enumerate(starts) if start <= letter)
        begins[index] = mark.sample if begins[index] is None else begins[index]
        ends[index] = marks[number + 1].sample if number + 1 < len(marks) else total
    result: list[tuple[int, int]] = []
    for begin, end in zip(begins, ends, strict=True):
        if begin is None:
            begin, end = result[-1] if result else (0, 0)
        result.append((begin, end))
    return result


def _audible(sound: Samples, start: int, end: int) -> tuple[int, int]:
    """Return the part of `start:end` that is not the silence espeak-ng leaves before and after a word."""
    loud = np.flatnonzero(np.abs(sound[start:end]) > 0.01)
    return (start + int(loud[0]), start + int(loud[-1]) + 1) if len(loud) else (start, max(end, start + 1))


def press(tape: Tape, turn: Keyed) -> None:
    """Press keys on the customer's channel, at the uneven pace of a person, and note when."""
    tape.rest(500, 900)
    start = tape.at
    for button in turn.buttons:
        tape.lay(1, key(button, int(tape.random.integers(80, 140))))
        end = tape.at
        tape.rest(90, 220)
    if turn.entity != "MENU":
        tape.spans.append(_span(start * 1000 // RATE, -(-end * 1000 // RATE), 1, turn.entity, "keyed"))
    tape.rest(300, 600)


def _span(start_ms: int, end_ms: int, channel: int, entity: str, how: str) -> dict[str, Any]:
    return {"start_ms": start_ms, "end_ms": end_ms, "channel": channel, "entity": entity, "how": how}


def record(call: Call, espeak: Espeak) -> Tape:
    """Return the whole call on tape."""
    seed = int.from_bytes(hashlib.sha256(call.name.encode()).digest()[:8])
    tape = Tape(np.random.default_rng(seed))
    for turn in call.turns:
        if isinstance(turn, Keyed):
            press(tape, turn)
        else:
            speak(tape, espeak, turn, (call.agent, call.customer)[turn.channel])
    return tape


def metadata(call: Call, number: int, duration_ms: int) -> dict[str, Any]:
    """Return the metadata of a call in the shape that the product takes in."""
    started = call.facts["at"].astimezone(UTC)
    jurisdiction = call.facts.get("jurisdiction") or ("US" if call.agent["site"] == "austin" else "GB")
    # A call may come from another telephone than the person's own: one that two people use is what `tel` is for.
    known_as = call.customer | {k: v for k, v in call.facts.items() if k == "tel"}
    customer = {k: known_as[k] for k in ("name", "tel", "email", "customer_number")}
    return {
        "source": "samples",
        "external_id": f"call-{number:04d}",
        "started_at": _stamp(started),
        "ended_at": _stamp(started + timedelta(milliseconds=duration_ms)),
        "agent": {"id": call.agent["id"], "name": call.agent["name"]},
        "team": call.agent["team"],
        "site": call.agent["site"],
        "parties": [
            {"role": "agent", "name": call.agent["name"], "channel": 0},
            {"role": "customer", **customer, "channel": 1},
        ],
        "channels": [{"index": 0, "role": "agent"}, {"index": 1, "role": "customer"}],
        "language": call.facts.get("language", "en"),
        "jurisdiction": jurisdiction,
        "line_of_business": call.facts["business"],
        "direction": "outbound" if call.name == "no-transcript" else "inbound",
        "notice": {"given": True, "kind": NOTICES[jurisdiction], "at": _stamp(started)},
    }


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def write(call: Call, number: int, tape: Tape) -> dict[str, Any]:
    """Write the files of one call and return what `truth.json` says about it."""
    both = tape.mixed()
    wav = SAMPLES / f"{call.name}.wav"
    soundfile.write(
        wav, both, RATE, subtype={"alaw": "ALAW"}.get(call.facts.get("codec", ""), "ULAW"), format="WAV"
    )
    if call.facts.get("broken"):
        wav.write_bytes(wav.read_bytes()[: wav.stat().st_size * 3 // 5])
    _dump(SAMPLES / f"{call.name}.json", metadata(call, number, len(both) * 1000 // RATE))
    if call.facts.get("transcript", True):
        transcript = {"language": call.facts.get("language", "en"), "words": tape.words}
        _dump(SAMPLES / f"{call.name}.transcript.json", transcript)
    return {
        "name": call.name,
        "about": call.facts["about"],
        "expect": call.facts.get("expect", "released"),
        "duration_ms": len(both) * 1000 // RATE,
        "spans": [span for span in tape.spans if span["entity"] not in PERSONAL],
        "personal": [span for span in tape.spans if span["entity"] in PERSONAL],
    }


def _dump(path: Path, content: object) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def main() -> None:
    """Make every sample anew; what the script no longer names is removed."""
    SAMPLES.mkdir(parents=True, exist_ok=True)
    for old in [*SAMPLES.glob("*.wav"), *SAMPLES.glob("*.json")]:
        old.unlink()
    espeak = Espeak()
    truth = [write(call, number, record(call, espeak)) for number, call in enumerate(calls(TOOLS), start=1)]
    _dump(SAMPLES / "truth.json", {"calls": truth})
    size = sum(path.stat().st_size for path in SAMPLES.iterdir() if path.is_file())
    print(f"{len(truth)} calls, {sum(c['duration_ms'] for c in truth) / 1000:.0f} s, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
