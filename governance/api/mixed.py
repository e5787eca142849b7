"""A report and sound as one body of two parts: `multipart/mixed` (RFC 2046 §5.1), whole or as it goes out."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator


class Mixed:
    """The two parts around a boundary of their own."""

    def __init__(self, report: bytes, content_type: str, sound_size: int) -> None:
        boundary = f"part-{secrets.token_hex(16)}"
        self.content_type = f"multipart/mixed; boundary={boundary}"
        line = b"--" + boundary.encode()
        self._before = b"".join(
            [
                line + b"\r\nContent-Type: application/json\r\n\r\n" + report + b"\r\n",
                line + b"\r\nContent-Type: " + content_type.encode(),
                b"\r\nContent-Length: " + str(sound_size).encode() + b"\r\n\r\n",
            ]
        )
        self._after = b"\r\n" + line + b"--\r\n"
        self.size = len(self._before) + sound_size + len(self._after)

    def portions(self, sound: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the whole body; the last portion of the sound takes the end with it."""
        held = self._before
        for portion in sound:
            yield held
            held = portion
        yield held + self._after
