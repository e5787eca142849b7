"""The files a command is pointed at: folders walked, each file read within a bound, each result put in place whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from governance.errors import InvalidError, TooLargeError

REPORT = ".report.json"
_HEAD = 4096
_PORTION = 1 << 20
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Input:
    """A file, the name of its result below the output folder, and which of the paths given it comes from."""

    source: Path
    name: Path
    given: int
    is_named: bool


def find(given: Sequence[Path], out: Path | None) -> Iterator[Input]:
    """Yield the files that are named and those of the folders that are, by name; `out` itself is passed over.

    Links to folders are not followed: they may lead in a circle. Nothing is kept of what was yielded.
    """
    for number, path in enumerate(given):
        if not path.is_dir():
            yield Input(path, Path(path.name), number, True)
            continue
        for folder, folders, files in os.walk(path):
            here = Path(folder)
            folders[:] = sorted(name for name in folders if out is None or not _is_same(here / name, out))
            for name in sorted(files):
                yield Input(here / name, (here / name).relative_to(path), number, False)


def refuse_overwriting(one: Input, given: Sequence[Path], out: Path) -> None:
    """Raise `InvalidError` where the result of `one` would replace what is read, or the result of another input."""
    target = out / one.name
    if _is_same(target, one.source) or _is_same(_report(target), one.source):
        raise InvalidError("the result would replace its source")
    if any(_is_same(target, path) or _is_same(_report(target), path) for path in given):
        raise InvalidError("the result would replace another input")
    explained = one.name.with_name(one.name.name.removesuffix(REPORT))
    is_renamed = one.name.name != one.source.name
    is_other = is_taken(one.name, given if is_renamed else given[: one.given])
    if is_other or (explained != one.name and is_taken(explained, given)):
        raise InvalidError("another input has this name: one result would replace the other")


def is_taken(name: Path, given: Sequence[Path]) -> bool:
    """Return whether an input has this name, so that its result is called so."""
    return any(_has(path, name) for path in given)


def _has(given: Path, name: Path) -> bool:
    return (given / name).is_file() if given.is_dir() else given.name == str(name)


def read(path: Path, most: int) -> bytes:
    """Return what is in a file. Raises `TooLargeError` beyond `most` bytes, and `OSError`."""
    with path.open("rb") as file:
        data = file.read(most + 1)
    refuse_large(data, most)
    return data


def refuse_large(data: bytes, most: int) -> None:
    """Return if there are no more than `most` bytes. Raises `TooLargeError`."""
    if len(data) > most:
        raise TooLargeError(f"it has more than {most} bytes (GOVERNANCE_MAX_TEXT_BYTES)")


def is_binary(path: Path) -> bool:
    """Return whether a file is no text: sound, pictures, pipes. What only looks odd is left to its reader."""
    if not path.is_file():
        return True
    with path.open("rb") as file:
        head = file.read(_HEAD)
    return b"\0" in head and not head.startswith(_UTF16)


def decoded(data: bytes) -> str:
    """Return a text, line ends and all. Raises `InvalidError` where it is neither UTF-8 nor marked as UTF-16."""
    try:
        return data.decode("utf-16" if data.startswith(_UTF16) else "utf-8")
    except UnicodeDecodeError:
        raise InvalidError("it is not UTF-8 text") from None


def put(target: Path, content: bytes | BinaryIO, report: bytes) -> None:
    """Put a redacted copy (a file: all of it) and its report in place, each whole or not at all.

    The report first: a copy that stands there is then always one that is explained.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    for path, data in ((_report(target), report), (target, content)):
        partial = _partial(path)
        try:
            with partial.open("wb") as sink:
                if isinstance(data, bytes):
                    sink.write(data)
                else:
                    data.seek(0)
                    shutil.copyfileobj(data, sink, _PORTION)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


def withdraw(target: Path) -> None:
    """Remove the result of an earlier run, which is known by its report: it says nothing of what its source is now."""
    if _report(target).is_file():
        target.unlink(missing_ok=True)
        _report(target).unlink()


def clear_away(target: Path) -> None:
    """Remove what a process that was killed in `put` left half-written."""
    for path in (target, _report(target)):
        _partial(path).unlink(missing_ok=True)


def _report(target: Path) -> Path:
    return target.with_name(target.name + REPORT)


def _partial(path: Path) -> Path:
    return path.with_name(f".{path.name}.partial")


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
