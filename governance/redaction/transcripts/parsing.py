"""What a file is before its format is known: how large, in which encoding, lines of text or JSON, and how it is written back.

Everything that could keep a reader busy for ever, hide a copy from the walk, or fail only while the answer is written is
refused here, in one place, with a sentence that holds nothing of the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from governance.errors import UnsupportedFormatError

LARGEST = 32 * 2**20
"""Bytes a transcript may have: a day of talk in the wordiest of formats."""

DEEPEST = 64
"""Levels a document may nest; what walks it may rely on the stack."""

# UTF-32 begins like UTF-16 and is refused by its zeros.
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
# A line of text may begin with a bracket as well: [PAN], [00:01:07], [Agent].
_TEXT_IN_BRACKETS = re.compile(
    r"\s*\[\s*(?:[^\W\d][^\]\"{}\[]{0,80}|[\d:.,;\s>-]{1,40}:[\d:.,;\s>-]{1,40})\]"
)


class _HalfCharacterError(ValueError):
    """Half a surrogate pair stands in a document: nobody could write it back."""


class _TwinError(ValueError):
    """A name stands twice in an object: who reads it takes one or the other, and nobody examines both."""


class _NoNumberError(ValueError):
    """NaN or Infinity, which JSON does not know, or a number that is read as one of them."""


_REFUSED = {
    _TwinError: "The document names a field twice in one object: which of them holds is anybody's guess.",
    _NoNumberError: "The document holds NaN, Infinity or a number beyond all bounds, which JSON does not know.",
    _HalfCharacterError: "The document holds halves of characters, which nobody could write back.",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A file whose encoding is known: its text, and what it takes to write another text the same way."""

    text: str
    mark: bytes
    encoding: str

    def encode(self, text: str) -> bytes:
        """Return a text as a file in the encoding this one came in, byte order mark included."""
        return self.mark + text.encode(self.encoding)


@dataclass(frozen=True, slots=True)
class JsonFile:
    """A file of JSON: its tree, and a writer of another tree as a file laid out like it.

    Of the text only the layout is kept: beside its tree the text of a long transcript would be in memory for nothing.
    """

    tree: Any
    dump: Callable[[Any], bytes]


def source(data: bytes) -> Source:
    """Return the text of a file, which is UTF-8, or UTF-16 with its byte order mark.

    Raises `UnsupportedFormatError` for a file that is too large, empty, of zeros, or in another encoding.
    """
    if len(data) > LARGEST:
        raise UnsupportedFormatError(f"A transcript may have {LARGEST // 2**20} MiB at most.")
    mark, encoding = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", "utf-8"))
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError:
        raise UnsupportedFormatError(
            f"The file is no text in UTF-8, nor in UTF-16 with its byte order mark. {_known()}"
        ) from None
    if "\0" in text or not text.strip():
        raise UnsupportedFormatError(f"The file is empty or holds zeros. {_known()}")
    return Source(text, mark, encoding)


def json_file(source: Source) -> JsonFile | None:
    """Return a file that is JSON; None if it does not begin like JSON, or begins with a bracket as text may.

    Raises `UnsupportedFormatError` for what begins like JSON and is not, and for JSON that cannot be handled: a field named
    twice, a number without a value, halves of characters, too deep a nesting.
    """
    text = source.text
    if text.lstrip()[:1] not in {"{", "["}:
        return None
    try:
        tree, is_lines = _parsed(text)
        _refuse_halves(tree, text)
    except (_TwinError, _NoNumberError, _HalfCharacterError) as error:
        raise UnsupportedFormatError(_REFUSED[type(error)]) from None
    except RecursionError:
        raise UnsupportedFormatError(_too_deep()) from None
    except ValueError as error:
        if _TEXT_IN_BRACKETS.match(text):
            return None
        line = f" in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise UnsupportedFormatError(
            f"The file begins like JSON and breaks its rules{line}. {_known()}"
        ) from None
    if is_deeper(tree, DEEPEST):
        raise UnsupportedFormatError(_too_deep())
    return JsonFile(tree, _like(source, is_lines=is_lines))


def _like(source: Source, *, is_lines: bool) -> Callable[[Any], bytes]:
    """Return a writer that lays a tree out like the text of `source`: indented, on one line, or one document a line."""
    text, layout = source.text, replace(source, text="")
    ending = "\r\n" if is_lines and "\r\n" in text else "\n"
    last, indent = ending if text.endswith("\n") else "", _indent(text)

    def dump(tree: Any) -> bytes:
        written = ending.join(map(_written, tree)) if is_lines else _written(tree, indent)
        return layout.encode(written + last)

    return dump


def parsed(text: str) -> Any:
    """Return the document a string holds, by the same rules as a file of its own. Raises `ValueError` or `RecursionError`."""
    return json.loads(
        text, object_pairs_hook=_without_twins, parse_constant=_refuse_constant, parse_float=_finite
    )


def closing(dump: Callable[[Any], bytes], opened: Sequence[tuple[str | int, ...]]) -> Callable[[Any], bytes]:
    """Return a writer for a document in which some strings stand opened as the documents they hold: they are closed again."""

    def closed(tree: Any) -> bytes:
        whole = json.loads(_written(tree))
        for path in opened:
            holder = _at(whole, path[:-1])
            holder[path[-1]] = _written(holder[path[-1]])
        return dump(whole)

    return closed


def _at(tree: Any, path: Sequence[str | int]) -> Any:
    for step in path:
        tree = tree[step]
    return tree


def is_deeper(tree: Any, limit: int) -> bool:
    """Whether a document nests deeper than a limit."""
    level = [tree]
    for _ in range(limit):
        level = [
            item
            for value in level
            for item in (value.values() if isinstance(value, dict) else value)
            if isinstance(item, (dict, list))
        ]
        if not level:
            return False
    return True


def _parsed(text: str) -> tuple[Any, bool]:
    try:
        return parsed(text), False
    except json.JSONDecodeError as error:
        lines = text.splitlines()
        if error.msg != "Extra data" or len(lines) < 2:
            raise
    return [parsed(line) for line in lines if line.strip()], True


def _without_twins(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _TwinError
    return found


def _refuse_constant(_name: str) -> NoReturn:
    raise _NoNumberError


def _finite(literal: str) -> float:
    number = float(literal)
    if number - number != 0:  # infinite: only infinity and NaN differ from themselves like this
        raise _NoNumberError
    return number


def _refuse_halves(tree: Any, text: str) -> None:
    if "\\ud" in text or "\\uD" in text:
        try:
            json.dumps(tree, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise _HalfCharacterError from None


def _written(tree: Any, indent: int | None = None) -> str:
    return json.dumps(tree, ensure_ascii=False, indent=indent)


def _indent(text: str) -> int | None:
    second = text.split("\n", 2)[1:2]
    return (len(second[0]) - len(second[0].lstrip())) or None if second and second[0].strip() else None


def _too_deep() -> str:
    return f"The document is nested more than {DEEPEST} deep."


def _known() -> str:
    from governance.redaction.transcripts import unrecognised

    return unrecognised()
