"""What `bench_audio` measures: each step done once, in a process of its own, on calls made for it.

    python -m benchmarks.audio_steps STEP CALL.wav

prints what the step says, with the processor seconds it took and the most memory its process ever had.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

RATE = 8000
TURNS = (
    (0, "thank you for calling how can I help you today"),
    (1, "hello I would like to pay for the two lamps that came last week"),
    (0, "certainly let me look that up for you may I have your card number please"),
    (1, "yes it is four one one one one one one one one one one one one one one one"),
    (0, "thank you and the security code on the back"),
    (1, "nine two three"),
    (0, "that is paid now the receipt comes by mail is there anything else"),
    (1, "no that is all thank you very much and have a nice evening"),
)
SMALL_TALK = (
    (0, "I can see the order here it was sent on monday by the usual way"),
    (1, "that is odd because my neighbour had hers in two days from the same shop"),
    (0, "I am sorry to hear that the driver may have been late because of the snow"),
    (1, "it does not matter much I only wanted to know whether it comes at all"),
    (0, "it will be there by friday and you can follow it on our page"),
    (1, "wonderful then I shall wait and tell the others about it"),
)


def make(folder: Path, minutes: int) -> Path:
    """Write a call of so many minutes and its transcript, block by block, and return its path."""
    import numpy as np
    import soundfile

    from tests.redaction import sounds

    path = folder / f"call-{minutes}.wav"
    words: list[dict[str, Any]] = []
    with soundfile.SoundFile(path, "w", RATE, 2, format="WAV", subtype="ULAW") as file:
        for minute in range(minutes):
            block = np.zeros((RATE * 60, 2), dtype=np.float32)
            at = RATE // 2
            for channel, said in TURNS if minute % 10 == 0 else SMALL_TALK:
                sound = sounds.spoken(said, "en-us+f3" if channel else "en-gb", 170)
                block[at : at + len(sound), channel] = sound
                began, each = minute * 60_000 + at // 8, len(sound) / 8 / len(said.split())
                words += [
                    {
                        "text": word,
                        "start_ms": int(began + number * each),
                        "end_ms": int(began + (number + 1) * each),
                        "channel": channel,
                    }
                    for number, word in enumerate(said.split())
                ]
                at += len(sound) + RATE // 2
            if minute % 10 == 0:
                keyed = sounds.keys("5500005555555559")
                block[at : at + len(keyed), 1] = keyed
            file.write(block)
    path.with_suffix(".json").write_text(json.dumps({"language": "en", "words": words}))
    return path


def cuts(path: Path) -> list[Any]:
    """Return the spans that are muted where only the muting is measured: four seconds of both channels in each minute."""
    import soundfile

    from tests.redaction import sounds

    minutes = int(soundfile.info(path).duration // 60)
    return [sounds.span(at, at + 4000) for at in range(20_000, minutes * 60_000, 60_000)]


def carry(name: str) -> dict[str, Any]:
    """Read, mute and write, as `audio.redact` does it, and nothing else."""
    from governance.formats import audio as formats
    from governance.formats import containers
    from governance.redaction import patching
    from governance.redaction.treatment import Stretches, Treatment, plan

    path = Path(name)
    spans = cuts(path)

    def act() -> dict[str, Any]:
        with path.open("rb") as source, path.with_suffix(".out").open("w+b") as sink:
            facts, framing = formats.describe(source), containers.walk(source)
            assert framing.samples is not None
            stretches = Stretches(plan(spans, facts.rate, facts.channels, facts.frames))
            patching.carry(source, sink, facts, framing.samples, stretches, Treatment.SILENCE)
        return {}

    return timed(act)


def redact(name: str) -> dict[str, Any]:
    """Read, mute, write and verify."""
    from governance.redaction import audio

    path = Path(name)
    spans = cuts(path)

    def act() -> dict[str, Any]:
        with path.open("rb") as source, path.with_suffix(".out").open("w+b") as sink:
            audio.redact(source, sink, spans)
        return {}

    return timed(act)


def whole_path(name: str, transcript: str, model: str = "no") -> dict[str, Any]:
    """Redact a file to a file, as the command does; with the digit model only if asked."""
    from governance.redaction import standalone

    path = Path(name)
    rules = _rules(model)
    words = path.with_suffix(".json") if transcript == "words" else None

    def act() -> dict[str, Any]:
        with path.open("rb") as source, path.with_suffix(".out").open("w+b") as sink:
            done = standalone.redact(
                source, sink, rules, transcript=words.read_bytes() if words else None, declared=path.suffix
            )
        return {"spans": len(done.spans), "outcome": done.examination.outcome.value}

    _warm_up(path, model, has_words=words is not None)
    return timed(act)


def _rules(model: str = "no") -> Any:
    """Return the shipped policy, without the digit model unless it is asked for."""
    from governance import policy
    from governance.policy.redaction import SpokenDigits

    rules = policy.load().default.redaction
    silent = SpokenDigits(listen="never", second_look=False)
    return rules if model == "model" else rules.model_copy(update={"spoken_digits": silent})


def _warm_up(path: Path, model: str = "no", *, has_words: bool = True) -> None:
    """Redact the shortest call: tables and languages are loaded once a process, whatever the number of its files."""
    from governance.redaction import standalone

    short = min(path.parent.glob("call-*.wav"), key=lambda one: one.stat().st_size)
    words = short.with_suffix(".json").read_bytes() if has_words else None
    with short.open("rb") as warm, tempfile.TemporaryFile() as nowhere:
        standalone.redact(warm, nowhere, _rules(model), transcript=words)


def parts(name: str) -> dict[str, Any]:
    """Do what the whole path consists of, one thing after the other."""
    from governance.redaction import audio, dtmf, looser, text, transcripts
    from governance.redaction.speech import Listener
    from governance.redaction.tonepeaks import LooseDetector

    path = Path(name)
    rules = _rules()
    _warm_up(path)
    spoken = path.with_suffix(".json").read_bytes()

    def words() -> None:
        document = transcripts.read(spoken)
        found = text.detect_words(document.words, "en", policy=rules)
        looser.examine(transcripts.read(document.redact(found, rules, "en").dumps()).words, "en")

    def decode() -> None:
        with path.open("rb") as source:
            for _ in audio.blocks(source):
                pass

    def hear(*make: Callable[[int, int], Any]) -> None:
        with path.open("rb") as source:
            hearing = [(one(RATE, channel), channel) for one in make for channel in (0, 1)]
            for block in audio.blocks(source):
                for one, channel in hearing:
                    one.feed(block.samples[:, channel])
            for one, _ in hearing:
                one.finish()

    took = {
        "reading and masking the words, twice": timed_alone(words),
        "cutting, writing and verifying": redact(name)["cpu"],
        "decoding for each look": 2 * (read := timed_alone(decode)),
        "keypad tones, first look": timed_alone(lambda: hear(dtmf.Detector)) - read,
        "keypad tones, second look": timed_alone(lambda: hear(LooseDetector)) - read,
        "voice activity, second look": timed_alone(lambda: hear(Listener)) - read,
    }
    return {"took": took}


def in_catalog(name: str) -> dict[str, Any]:
    """Take a call in and redact it, in a house of its own."""
    from dataclasses import replace
    from datetime import UTC, datetime

    from governance import policy, tenancy
    from governance.config import Settings
    from governance.recordings import intake
    from governance.recordings.importers import folder
    from governance.redaction import service
    from governance.runtime import Actor, Runtime

    path = Path(name)
    with tempfile.TemporaryDirectory(dir=path.parent) as place:
        side = Path(place) / "call.json"
        (Path(place) / "call.wav").hardlink_to(path)
        about = {
            "source": "bench",
            "external_id": "1",
            "started_at": datetime.now(UTC).isoformat(),
            "language": "en",
        }
        side.write_text(json.dumps(about))
        runtime = Runtime.open(
            Settings.from_env(
                {"GOVERNANCE_HOME": f"{place}/home", "GOVERNANCE_MAX_UPLOAD_BYTES": str(1 << 30)}
            )
        )
        actor = Actor.system(tenancy.DEFAULT, "svc_bench")
        with runtime.work(actor) as work:
            tenancy.ensure(work, "Benchmark")

        before = runtime.policies.default
        runtime.policies = policy.PolicySet(replace(before, redaction=_rules()), {})

        def act() -> dict[str, Any]:
            operator = Actor(kind="admin", id="cli", tenant=tenancy.DEFAULT, role="administrator")
            taken = intake.ingest(runtime, operator, folder.read(side))
            return {"state": service.redact(runtime, actor, taken.recording_id).state}

        seen = timed(act)
        runtime.close()
    return seen


STEPS: dict[str, Callable[..., dict[str, Any]]] = {
    "carry": carry,
    "redact": redact,
    "whole": whole_path,
    "parts": parts,
    "catalog": in_catalog,
}


def timed_alone(act: Callable[[], object]) -> float:
    """Return the processor seconds an act takes."""
    began = time.process_time()
    act()
    return time.process_time() - began


def timed(act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return what an act says of itself, its processor seconds and the most memory the process ever had, in MiB."""
    began = time.process_time()
    about = act()
    used = time.process_time() - began
    return about | {"cpu": used, "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


if __name__ == "__main__":
    print(json.dumps(STEPS[sys.argv[1]](*sys.argv[2:])))
