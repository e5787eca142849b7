"""What `redact audio` does with many files: each in a process of its own, its copy in place only once it was looked at again."""

from __future__ import annotations

import json
import sys
import tempfile
from argparse import Namespace
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from governance.cli import _inputs, counted
from governance.cli._progress import Voice, progress
from governance.cli._redactions import DIED, reason
from governance.cli._workers import in_order, processors
from governance.errors import GovernanceError, InvalidError
from governance.formats import containers, headerless
from governance.policy.redaction import RedactionPolicy
from governance.redaction import given, standalone
from governance.redaction.personal import UnexaminedError

_CAN_BE_DONE = {
    False: "Give transcripts with --transcripts.",
    True: "The transcript does not cover all that is spoken.",
}
"""What to say of speech that was not examined, by whether there was a transcript."""


_UNEXAMINED = {
    False: "speech not examined",
    True: "speech not examined but for digits, which were listened for in the sound",
}
"""What to say of it, by whether digits were listened for."""


@dataclass(frozen=True)
class Options:
    """What is asked for, whatever the inputs are."""

    policy: RedactionPolicy
    transcripts: Path | None
    spans: Path | None
    convert: str | None
    require_examined: bool
    language: str | None
    treatment: str

    @classmethod
    def of(cls, arguments: Namespace) -> Options:
        """Return what the command line asks for. Raises `InvalidError`, `PolicyError`, `ConfigurationError`."""
        from governance.cli.policy import load
        from governance.config import Settings

        named = arguments.policies or Settings.from_env().policies
        policy = load(Path(named) if named else None).for_tenant(arguments.tenant).redaction
        for what, folder in (("transcripts", arguments.transcripts), ("spans", arguments.spans)):
            if folder is not None and not folder.is_dir():
                raise InvalidError(f"there is no folder of {what} at {folder}", what)
        return cls(
            policy,
            arguments.transcripts,
            arguments.spans,
            arguments.convert,
            arguments.require_examined,
            arguments.language,
            arguments.treatment,
        )


@dataclass(frozen=True)
class Outcome:
    """What became of one file: redacted, failed with a reason, or left out because it says it is no sound."""

    state: str
    detail: str = ""
    spans: int = 0
    has_transcript: bool = False
    has_unexamined: bool = False
    has_listened: bool = False
    written_as: str | None = None
    is_picture_unexamined: bool = False


def files(options: Options, given: Sequence[Path], out: Path, jobs: int | None) -> int:
    """Write a redacted copy and a report of every sound file; 1 if one of them failed. The others go on."""
    out.mkdir(parents=True, exist_ok=True)
    states: Counter[str] = Counter()
    spans = 0
    work = _Redactor(options, tuple(given), out)
    count = progress(lambda: sum(1 for _ in _inputs.find(given, out)))
    with count as voice, closing(in_order(work, _inputs.find(given, out), jobs or processors())) as results:
        for one, outcome in results:
            if outcome is None:
                work.clear_away(one)
                outcome = Outcome("failed", DIED)
            states[outcome.state] += 1
            spans += outcome.spans
            _tell(voice, one, outcome)
            voice.come()
    if states["redacted"] + states["failed"] > 1:
        failed = f", {states['failed']} failed" if states["failed"] else ""
        print(f"{states['redacted']} redacted{failed}: {counted(spans, 'span')} cut out")
    if states["left out"]:
        left = counted(states["left out"], "file")
        print(f"{left} of the folders left out: no sound by name", file=sys.stderr)
    return 1 if states["failed"] or not states["redacted"] else 0


def _tell(voice: Voice, one: _inputs.Input, outcome: Outcome) -> None:
    """Say what was done to an input, and on stderr what failed and what nobody looked into."""
    if outcome.state == "failed":
        voice.warn(f"{one.source}: {outcome.detail}")
    elif outcome.state == "redacted":
        told = f"{one.name}: {counted(outcome.spans, 'span')} cut out"
        if outcome.written_as is not None:
            told += f", written as {outcome.written_as}"
        if outcome.is_picture_unexamined:
            told += ", the picture not examined"
        voice.say(f"{told}, speech not examined" if outcome.has_unexamined else told)
    if outcome.is_picture_unexamined:
        voice.warn(
            f"{one.source}: warning: the picture is black where something was cut out, and nobody examined the rest of it. "
            "Give what was shown when with --spans."
        )
    if outcome.has_unexamined:
        voice.warn(
            f"{one.source}: warning: {_UNEXAMINED[outcome.has_listened]}: card data may still be heard in the copy. "
            f"{_CAN_BE_DONE[outcome.has_transcript]}"
        )


@dataclass(frozen=True)
class _Redactor:
    """Redacts one file after another, in whatever process."""

    options: Options
    given: tuple[Path, ...]
    out: Path

    def __call__(self, one: _inputs.Input) -> Outcome:
        """Write the copy and the report of one input and return what was done."""
        try:
            return self._outcome(one)
        except (GovernanceError, OSError) as error:
            return Outcome("failed", reason(error))
        except Exception as error:  # noqa: BLE001 the others go on; a foreign message could hold what was in the file
            return Outcome("failed", f"failed ({type(error).__name__})")

    def clear_away(self, one: _inputs.Input) -> None:
        """Remove what a process that was killed left half-written of an input."""
        for name in self._names(one):
            _inputs.clear_away(self.out / name)

    def _names(self, one: _inputs.Input) -> list[Path]:
        """Return what the result of an input may be called."""
        converted = one.name.with_name(f"{one.name.name}.{self.options.convert}")
        return [one.name] if self.options.convert is None else [one.name, converted]

    def _outcome(self, one: _inputs.Input) -> Outcome:
        is_claimed = containers.is_claimed(one.name.name) or headerless.kind(one.name.name) is not None
        if not one.is_named and not is_claimed:
            return Outcome("left out")
        _inputs.refuse_overwriting(one, self.given, self.out)
        # Before anything can fail: a copy that an earlier run made says nothing of what its source is now.
        for name in self._names(one):
            if name == one.name or not _inputs.is_taken(name, self.given):
                _inputs.withdraw(self.out / name)
        transcript = _beside(one, self.options.transcripts, "transcripts", "transcript.json", "json")
        spans = _beside(one, self.options.spans, "spans", "spans.json")
        # Without a name until it was looked at again: whatever ends this process, no copy stays that nobody examined.
        with one.source.open("rb") as source, tempfile.TemporaryFile(dir=self.out) as sink:
            done = standalone.redact(
                source,
                sink,
                self.options.policy,
                transcript=transcript,
                language=self.options.language,
                treatment=self.options.treatment,
                declared=one.source.suffix,
                given=None if spans is None else given.read(spans),
                otherwise=self.options.convert,
            )
            _refuse(done, self.options.require_examined)
            name, written_as = one.name, None
            if done.converted_from is not None:
                written_as = done.facts.container
                name = self._names(one)[-1]
                _inputs.refuse_overwriting(replace(one, name=name), self.given, self.out)
            report = {"file": name.name, **done.report()}
            _inputs.put(self.out / name, sink, json.dumps(report, indent=1).encode())
        return Outcome(
            "redacted",
            "",
            len(done.spans) + len(done.given or ()),
            done.has_transcript,
            done.examination.has_unexamined,
            done.has_listened,
            written_as,
            done.is_picture_unexamined,
        )


def _refuse(done: standalone.Redaction, require_examined: bool) -> None:
    """Raise where the copy must not be given away, or is not what was asked for."""
    done.refuse_unless_clean()
    if require_examined and done.examination.has_unexamined:
        raise UnexaminedError(f"speech not examined. {done.examination.because}")
    if require_examined and done.is_picture_unexamined:
        raise UnexaminedError("the picture was not examined, and no spans were given for it")


def _beside(one: _inputs.Input, folder: Path | None, what: str, *endings: str) -> bytes | None:
    """Return what a folder holds for a recording; None where no folder was given.

    Raises `InvalidError` where one was given and nothing is there: whoever gives transcripts wants words examined.
    """
    if folder is None:
        return None
    names = [f"{one.name.stem}.{ending}" for ending in endings]
    for name in names:
        if (path := folder / one.name.with_name(name)).is_file():
            return path.read_bytes()
    missing = f"neither {names[0]} nor {names[1]} is" if len(names) > 1 else f"no {names[0]} is"
    raise InvalidError(f"{_MISSING[what]} missing: {missing} in {folder}", what)


_MISSING = {"transcripts": "its transcript is", "spans": "its spans are"}
