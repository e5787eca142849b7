"""The parts of a `multipart/form-data` body as they come: sound goes straight into the vault, text into bounded memory.

No part ever touches a disk in clear. File names that a client sends are not read at all. Everything has a bound: the
parts, their headers, the bytes of each and of all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from governance.errors import InvalidError, TooLargeError, UnsupportedFormatError
from governance.runtime import Runtime
from governance.vault import service as vault
from governance.vault.service import Sealed

MOST_PARTS = 40
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,60}")
_PLAIN_ENCODINGS = ("", "7bit", "8bit", "binary")


class Sink(Protocol):
    """Where the bytes of one part go."""

    def write(self, portion: bytes) -> None:
        """Take a portion."""

    def finish(self) -> None:
        """Note that this was all."""

    def abort(self) -> None:
        """Leave nothing behind."""


class InMemory:
    """A part kept in memory, up to `most` bytes."""

    def __init__(self, name: str, most: int) -> None:
        self._name, self._most = name, most
        self.body = bytearray()

    def has_room(self, size: int) -> bool:
        """Whether so many bytes more are within the bound."""
        return len(self.body) + size <= self._most

    def write(self, portion: bytes) -> None:
        """Take a portion. Raises `TooLargeError` beyond the bound."""
        if not self.has_room(len(portion)):
            raise TooLargeError(f"The part {self._name} is larger than {self._most} bytes.")
        self.body += portion

    def finish(self) -> None:
        """Nothing is left to do."""

    def abort(self) -> None:
        """Forget it."""
        self.body.clear()


class InVault:
    """A part that is encrypted into the store as it comes, under a key that so far exists in memory only."""

    def __init__(self, runtime: Runtime, tenant: str) -> None:
        self._runtime = runtime
        self._stack = ExitStack()
        self._writer = self._stack.enter_context(vault.seal(runtime, tenant))
        self.sealed: Sealed | None = None

    def write(self, portion: bytes) -> None:
        """Encrypt a portion."""
        self._writer.write(portion)

    def finish(self) -> None:
        """Write the end; from here on the bytes lie in the store and wait to be claimed."""
        self._stack.close()
        self.sealed = self._writer.sealed

    def abort(self) -> None:
        """Remove what lies in the store, whole or begun."""
        if self.sealed is not None:
            vault.discard(self._runtime, self.sealed)
            return
        aborted = _AbortedError()
        with suppress(_AbortedError):
            self._stack.__exit__(_AbortedError, aborted, None)


class _AbortedError(Exception):
    """Ends a sealing half-way, so that it removes what it wrote."""


@dataclass(frozen=True)
class Rule:
    """What one part may be. `most_bytes` None sends it into the vault, where the bound of the whole body holds.

    One that `overflows` is kept in memory up to its bound, and goes into the vault when it turns out to be larger.
    """

    most_bytes: int | None
    most: int = 1
    is_required: bool = False
    overflows: bool = False


@dataclass
class Part:
    """One part that came in."""

    name: str
    content_type: str | None
    sink: Sink


class Parts:
    """Takes a body in portions and files its parts. Used as a context it leaves nothing in the store unless released."""

    def __init__(self, boundary: bytes, rules: Mapping[str, Rule], runtime: Runtime, tenant: str) -> None:
        self._rules, self._runtime, self._tenant = rules, runtime, tenant
        self._parts: list[Part] = []
        self._open: Part | None = None
        self._header: tuple[bytearray, bytearray] = (bytearray(), bytearray())
        self._headers: dict[str, str] = {}
        self._is_ended = self._is_released = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._headers_begin,
                    "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
                    "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
                    "on_header_end": self._header_end,
                    "on_headers_finished": self._part_begin,
                    "on_part_data": self._part_data,
                    "on_part_end": self._part_end,
                    "on_end": self._end,
                },
            )
        except FormParserError:
            raise InvalidError("The boundary of the body is too long.", "Content-Type") from None

    def feed(self, portion: bytes) -> None:
        """Take a portion of the body. Raises `InvalidError` or `TooLargeError`."""
        try:
            self._parser.write(portion)
        except FormParserError:
            raise InvalidError("The body is not well-formed multipart/form-data.", "body") from None

    def finish(self) -> None:
        """Check that the body came to its end and that nothing is missing. Raises `InvalidError`."""
        if not self._is_ended:
            raise InvalidError("The body is cut short.", "body")
        for name, rule in self._rules.items():
            if rule.is_required and not self._named(name):
                raise InvalidError(f"The part {name} is missing.", name)

    def text(self, name: str) -> bytes | None:
        """Return the part called `name` that was kept in memory, or None where it did not come."""
        found = [part.sink for part in self._named(name) if isinstance(part.sink, InMemory)]
        return bytes(found[0].body) if found else None

    def sealed(self, name: str) -> list[tuple[Sealed, str | None]]:
        """Return the parts called `name` that lie in the vault, each with the media type it was sent as."""
        return [
            (part.sink.sealed, part.content_type)
            for part in self._named(name)
            if isinstance(part.sink, InVault) and part.sink.sealed is not None
        ]

    def release(self) -> None:
        """Note that somebody else answers for what lies in the vault from now on."""
        self._is_released = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._is_released:
            for part in [*self._parts, *([self._open] if self._open else [])]:
                part.sink.abort()
            self._parts, self._open = [], None

    def _named(self, name: str) -> list[Part]:
        return [part for part in self._parts if part.name == name]

    def _headers_begin(self) -> None:
        self._headers = {}

    def _header_end(self) -> None:
        name, value = (bytes(part).decode("latin-1") for part in self._header)
        self._headers[name.strip().lower()] = value.strip()
        self._header[0].clear()
        self._header[1].clear()

    def _part_begin(self) -> None:
        kind, options = parse_options_header(self._headers.get("content-disposition"))
        name = options.get(b"name", b"").decode("latin-1")
        rule = self._rules.get(name)
        if kind != b"form-data" or rule is None:
            # The name of a part is the sender's own text: it is not repeated.
            raise InvalidError("A part that is not known. Known are: " + ", ".join(self._rules) + ".", "body")
        if len(self._parts) >= MOST_PARTS or len(self._named(name)) >= rule.most:
            raise InvalidError(f"The part {name} came more often than it may.", name)
        if self._headers.get("content-transfer-encoding", "").lower() not in _PLAIN_ENCODINGS:
            raise UnsupportedFormatError(f"The part {name} must be sent as it is (RFC 7578 §4.7).", name)
        sink: Sink
        if rule.most_bytes is None:
            sink = InVault(self._runtime, self._tenant)
        else:
            sink = InMemory(name, rule.most_bytes)
        declared = self._headers.get("content-type", "").partition(";")[0].strip().lower()
        self._open = Part(name, declared if _MEDIA_TYPE.fullmatch(declared) else None, sink)

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        assert self._open is not None
        sink = self._open.sink
        overflows = self._rules[self._open.name].overflows
        if overflows and isinstance(sink, InMemory) and not sink.has_room(end - start):
            self._open.sink = InVault(self._runtime, self._tenant)
            self._open.sink.write(bytes(sink.body))
            sink.abort()
        self._open.sink.write(data[start:end])

    def _part_end(self) -> None:
        assert self._open is not None
        self._open.sink.finish()
        self._parts.append(self._open)
        self._open = None

    def _end(self) -> None:
        self._is_ended = True
