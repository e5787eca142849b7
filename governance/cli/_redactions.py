"""What `redact text` and `redact transcript` share: one input to stdout, many files to a folder, or a stream of lines."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from governance.cli import _inputs, _lines, counted
from governance.cli._progress import progress
from governance.cli._workers import in_order, processors
from governance.errors import GovernanceError, InvalidError
from governance.policy.redaction import RedactionPolicy
from governance.redaction import reports

DIED = "the process that examined it was ended from outside, perhaps for want of memory"


@dataclass(frozen=True)
class Options:
    """What is asked for, wherever the inputs come from."""

    kind: str
    policy: RedactionPolicy
    language: str | None
    most: int
    out: Path | None
    as_json: bool

    @classmethod
    def of(cls, arguments: Namespace, kind: str) -> Options:
        """Return what the command line asks for. Raises `UnsupportedLanguageError`, `PolicyError`, `ConfigurationError`."""
        from governance.cli.policy import load
        from governance.config import Settings
        from governance.redaction import languages

        settings = Settings.from_env()
        tenant = getattr(arguments, "tenant", "default")
        language = None if arguments.language == "auto" else arguments.language
        if language is not None:
            languages.load(language)
        policy = load(settings.policies).for_tenant(tenant).redaction
        return cls(kind, policy, language, settings.max_text_bytes, arguments.out, arguments.json)


@dataclass(frozen=True)
class Outcome:
    """What became of one file: redacted, failed with a reason, or left out because it is no text."""

    state: str
    spans: dict[str, int] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)


def told(options: Options, source: str | Path | None) -> int:
    """Print one text, file or standard input redacted; 1 if it could not be."""
    try:
        data = _given(source, options.most)
        done = _redacted(data, options)
    except (GovernanceError, OSError) as error:
        print(f"redact {options.kind}: {reason(error)}", file=sys.stderr)
        return 1
    content = done.content if isinstance(done.content, bytes) else done.content.encode()
    if options.as_json and options.kind == "text":
        content = json.dumps({"text": done.content, **done.report}, ensure_ascii=False).encode()
    elif options.as_json:
        transcript = json.loads(done.text) if done.is_json else done.text
        content = json.dumps({"transcript": transcript, "report": done.report}, ensure_ascii=False).encode()
    sys.stdout.flush()
    sys.stdout.buffer.write(content if content.endswith(b"\n") else content + b"\n")
    sys.stdout.flush()
    return 0


def files(options: Options, given: Sequence[Path], jobs: int | None) -> int:
    """Write a redacted copy and a report of every file; 1 if one of them failed. The others go on."""
    assert options.out is not None
    out = options.out
    out.mkdir(parents=True, exist_ok=True)
    states, spans = Counter[str](), Counter[str]()
    count = progress(lambda: sum(1 for _ in _inputs.find(given, out)))
    work = _FileRedactor(options, tuple(given), out)
    with count as voice, closing(in_order(work, _inputs.find(given, out), jobs or processors())) as results:
        for one, outcome in results:
            if outcome is None:
                _inputs.clear_away(out / one.name)
                outcome = Outcome("failed", about={"error": "error", "detail": DIED})
            states[outcome.state] += 1
            spans.update(outcome.spans)
            if outcome.state == "failed":
                voice.warn(f"{one.source}: {outcome.about['detail']}")
            if options.as_json:
                row = {
                    "file": str(one.source),
                    "state": outcome.state,
                    "spans": outcome.spans,
                    **outcome.about,
                }
                voice.say(json.dumps(row))
            elif outcome.state == "redacted":
                voice.say(f"{one.name}: {_masked(outcome.spans.values())}")
            voice.come()
    if options.as_json:
        total = {"redacted": states["redacted"], "failed": states["failed"], "left_out": states["left out"]}
        print(json.dumps({"total": total | {"spans": dict(spans)}}))
    elif states.total() > 1:
        other = "".join(f", {states[state]} {state}" for state in ("failed", "left out") if states[state])
        print(f"{states['redacted']} redacted{other}: {_masked(spans.values())}")
    if states["left out"]:
        print(f"{counted(states['left out'], 'file')} of the folders left out: no text", file=sys.stderr)
    return 1 if states["failed"] or not states.total() else 0


def lines(options: Options, source: Path | None, jobs: int | None) -> int:
    """Redact line by line; 1 if a line failed. What it became stands in its place."""
    work = _lines.Redactor(options.policy, options.language, options.most, options.as_json)
    failed = total = 0
    try:
        with _opened(source) as given, _sink(options.out, source) as sink, progress(lambda: None) as voice:
            portions = _lines.portions(given, options.most)
            with closing(in_order(work, portions, jobs or processors())) as results:
                for portion, done in results:
                    for line in done if done is not None else _one_by_one(work, portion):
                        sink.write(line.line + b"\n")
                        total += 1
                        failed += not line.is_redacted
                    voice.come(len(portion))
    except (GovernanceError, OSError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        print(f"redact {options.kind}: {reason(error)}", file=sys.stderr)
        return 1
    if failed:
        print(f"redact {options.kind}: {failed} of {counted(total, 'line')} failed", file=sys.stderr)
    return 1 if failed else 0


def reason(error: GovernanceError | OSError) -> str:
    """Return in a sentence why an input failed."""
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else str(error)


@dataclass(frozen=True)
class _FileRedactor:
    """Redacts one file after another, in whatever process."""

    options: Options
    given: tuple[Path, ...]
    out: Path

    def __call__(self, one: _inputs.Input) -> Outcome:
        """Write the copy and the report of one input and return what was done."""
        try:
            return self._outcome(one)
        except GovernanceError as error:
            return Outcome("failed", about={"error": error.code, "detail": reason(error)})
        except OSError as error:
            return Outcome("failed", about={"error": "error", "detail": reason(error)})
        except Exception as error:  # noqa: BLE001  # one bad file must not stop the others, nor show its content
            detail = f"it could not be redacted ({type(error).__name__})"
            return Outcome("failed", about={"error": "error", "detail": detail})

    def _outcome(self, one: _inputs.Input) -> Outcome:
        if not one.is_named and _inputs.is_binary(one.source):
            return Outcome("left out")
        _inputs.refuse_overwriting(one, self.given, self.out)
        done = _redacted(_inputs.read(one.source, self.options.most), self.options)
        content = done.content if isinstance(done.content, bytes) else done.content.encode()
        report = json.dumps(done.report, ensure_ascii=False, indent=1).encode() + b"\n"
        _inputs.put(self.out / one.name, content, report)
        spans = Counter(str(span["entity"]) for span in done.report["spans"])
        told = ("format", "language", "second_look")
        about: dict[str, Any] = {name: value for name, value in done.report.items() if name in told}
        return Outcome("redacted", dict(spans), about)


def _redacted(data: bytes, options: Options) -> reports.Redacted:
    if options.kind == "text":
        return reports.redact_text(_inputs.decoded(data), options.policy, options.language)
    try:
        return reports.redact_transcript(data, options.policy, options.language)
    except InvalidError as error:
        if error.code == "unsupported-format" and _is_lines(data):
            raise InvalidError("it holds a JSON document a line: --ndjson reads such files") from None
        raise


def _is_lines(data: bytes) -> bool:
    first, _, rest = data.lstrip().partition(b"\n")
    try:
        return bool(rest.strip()) and isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def _given(source: str | Path | None, most: int) -> bytes:
    if isinstance(source, Path):
        return _inputs.read(source, most)
    if isinstance(source, str):
        try:
            return source.encode()
        except UnicodeEncodeError:
            raise InvalidError("it is not UTF-8 text") from None
    if sys.stdin.isatty():
        print("reading what you type: Ctrl-D at the beginning of a line ends it", file=sys.stderr)
    data = sys.stdin.buffer.read(most + 1)
    _inputs.refuse_large(data, most)
    return data


def _one_by_one(work: _lines.Redactor, portion: list[_lines.Line]) -> Iterator[_lines.Told]:
    """Yield what each line of a portion became whose process died: each has one of its own, so that one alone is lost."""
    for (line,), done in in_order(work, ([line] for line in portion), 1, inline=False):
        yield done[0] if done is not None else _lines.failed(line, "error", DIED)


def _opened(source: Path | None) -> Any:
    return source.open("rb") if source is not None else nullcontext(sys.stdin.buffer)


@contextmanager
def _sink(out: Path | None, source: Path | None) -> Iterator[BinaryIO]:
    """Give where the results go: stdout, or a file that is put in place once it is whole."""
    if out is None or source is None:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.flush()
        return
    out.mkdir(parents=True, exist_ok=True)
    target = out / source.name
    if target.exists() and target.samefile(source):
        raise InvalidError("the result would replace its source")
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as sink:
            yield sink
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _masked(counts: Any) -> str:
    return f"{counted(sum(counts), 'span')} masked"
