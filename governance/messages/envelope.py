"""What a message says and to whom, in one sealed box: AES-256-GCM under a data key of the tenant, bound to its row."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from dataclasses import dataclass, field

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from governance.errors import IntegrityError
from governance.runtime import Work
from governance.tenancy import data_key

_VERSION = b"\x01"
Attachment = tuple[str, str, bytes]
"""File name, media type, content."""


@dataclass(frozen=True)
class Letter:
    """A mail as it was written."""

    to: str = field(repr=False)
    subject: str = field(repr=False)
    body: str = field(repr=False)
    attachments: tuple[Attachment, ...] = field(default=(), repr=False)

    def to_bytes(self) -> bytes:
        """Return the letter as it is sealed."""
        attached = [
            {"name": name, "type": kind, "content": b64encode(content).decode()}
            for name, kind, content in self.attachments
        ]
        return orjson.dumps(
            {"to": self.to, "subject": self.subject, "body": self.body, "attachments": attached}
        )

    @classmethod
    def from_bytes(cls, content: bytes) -> Letter:
        """Return the letter that was sealed."""
        read = orjson.loads(content)
        attached = tuple((one["name"], one["type"], b64decode(one["content"])) for one in read["attachments"])
        return cls(read["to"], read["subject"], read["body"], attached)


def seal(work: Work, row: str, field_name: str, content: bytes) -> bytes:
    """Return `content` sealed for this field of this row: in another place it does not open."""
    nonce = os.urandom(12)
    return _VERSION + nonce + _box(work).encrypt(nonce, content, _place(work, row, field_name))


def unseal(work: Work, row: str, field_name: str, sealed: bytes) -> bytes:
    """Return the content. Raises `IntegrityError` where it was changed or belongs to another place."""
    if sealed[:1] != _VERSION or len(sealed) < 29:
        raise IntegrityError("not a sealed message")
    try:
        return _box(work).decrypt(sealed[1:13], sealed[13:], _place(work, row, field_name))
    except InvalidTag:
        raise IntegrityError("a sealed message was changed, or belongs to another place") from None


def _box(work: Work) -> AESGCM:
    return AESGCM(data_key(work, "messages"))


def _place(work: Work, row: str, field_name: str) -> bytes:
    return f"governance/messages/v1\0{work.tenant}\0{row}\0{field_name}".encode()
