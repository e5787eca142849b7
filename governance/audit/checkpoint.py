"""The checkpoint (C2SP tlog-checkpoint): origin, size and root of a log, three lines that a signer vouches for.

The same three lines are the body of the anchor file, so that a person can compare the two by eye.
"""

import base64
import binascii
from dataclasses import dataclass

from governance.audit.merkle import HASH_SIZE
from governance.audit.note import Note
from governance.errors import IntegrityError


@dataclass(frozen=True)
class Checkpoint:
    """What a log was at one moment. `note` is the signed form; empty where nobody has signed yet."""

    origin: str
    size: int
    root: bytes
    note: str = ""

    @property
    def body(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def parse_body(text: str) -> Checkpoint:
    """Return the checkpoint whose three lines are `text`.

    Strict: one spelling only, and no extension lines, since our log never writes any.

    Raises `IntegrityError` for anything else.
    """
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not all(lines[:3]):
        raise IntegrityError("a checkpoint has three lines: origin, size, root")
    origin, digits, encoded = lines[:3]
    if not digits.isascii() or not digits.isdigit() or len(digits) > 18 or digits != str(int(digits)):
        raise IntegrityError("the size of the checkpoint is not a plain number")
    try:
        root = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise IntegrityError("the root of the checkpoint is not base64") from None
    checkpoint = Checkpoint(origin, int(digits), root)
    if len(root) != HASH_SIZE or checkpoint.body != text:
        raise IntegrityError("the root of the checkpoint is no SHA-256 in its one form")
    return checkpoint


def parse(note: str) -> tuple[Checkpoint, Note]:
    """Return the checkpoint of a signed note, and the note, whose signatures are not checked yet.

    Raises `IntegrityError` if either is malformed.
    """
    signed = Note.parse(note)
    body = parse_body(signed.text)
    return Checkpoint(body.origin, body.size, body.root, note), signed
