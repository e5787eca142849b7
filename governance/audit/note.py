"""Signed notes (C2SP signed-note v1): a text, an empty line, and one line for each signature.

Three things live here: verifier keys (`name+id+key`), the note itself, and the strict check of its signatures.
Unknown keys are ignored, as the norm demands: that is what lets witnesses and a rotated key sign the same note. A
signature by a known key that does not hold refuses the whole note.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from governance.errors import IntegrityError, InvalidError

ED25519 = 0x01
COSIGNATURE = 0x04
"""A witness's Ed25519 signature over time and text (C2SP tlog-cosignature)."""

MAX_NOTE = 1 << 20
MAX_TIME = (1 << 63) - 1
"""The latest moment a cosignature can name."""
_DASH = "\u2014"
_ID_SIZE = 4


@dataclass(frozen=True)
class VerifierKey:
    """A public key with the name it signs under and the kind of its signatures."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The key id: four bytes that point at the key, and are no proof of anything."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[
            :_ID_SIZE
        ]

    def __str__(self) -> str:
        key = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{key}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Return the key that `text` writes.

        Raises `InvalidError` if the id does not belong to the key, or the kind is none we can check: a key that is
        silently ignored would look like trust.
        """
        name, _, rest = text.partition("+")
        key_id, _, encoded = rest.partition("+")
        try:
            raw = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            raise InvalidError("a verifier key is name+id+base64") from None
        if not is_name(name) or len(raw) != 33 or raw[0] not in (ED25519, COSIGNATURE):
            raise InvalidError("a verifier key is name+id+base64 of an Ed25519 key")
        key = cls(name, raw[0], raw[1:])
        if str(key) != text or key.id.hex() != key_id:
            raise InvalidError("the id of a verifier key does not belong to it")
        return key


@dataclass(frozen=True)
class Signature:
    """One signature line: who signed, by which key, and the signature's bytes."""

    name: str
    key_id: bytes
    blob: bytes

    def __str__(self) -> str:
        return f"{_DASH} {self.name} {base64.b64encode(self.key_id + self.blob).decode()}\n"

    @classmethod
    def parse(cls, line: str) -> "Signature":
        """Return the signature of one line without its newline. Raises `IntegrityError` for any other line."""
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        try:
            blob = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            raise IntegrityError("a signature line is not base64") from None
        if dash != _DASH or not is_name(name) or len(blob) <= _ID_SIZE:
            raise IntegrityError("a line of the note is no signature line")
        signature = cls(name, blob[:_ID_SIZE], blob[_ID_SIZE:])
        if str(signature) != line + "\n":
            raise IntegrityError("a signature line is not in its one form")
        return signature


@dataclass(frozen=True)
class Note:
    """A text and the signatures under it."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(str(signature) for signature in self.signatures)

    @classmethod
    def parse(cls, note: str) -> "Note":
        """Return the note. Raises `IntegrityError` unless it has exactly the form of the norm."""
        if len(note.encode()) > MAX_NOTE or any(char < " " and char != "\n" for char in note):
            raise IntegrityError("the note is too long or holds control characters")
        text, gap, block = note.rpartition("\n\n")
        if not gap or not block.endswith("\n"):
            raise IntegrityError("the note has no signatures")
        return cls(text + "\n", tuple(Signature.parse(line) for line in block[:-1].split("\n")))

    def signed_by(self, keys: Iterable[VerifierKey]) -> frozenset[VerifierKey]:
        """Return those of `keys` that signed this note.

        Raises `IntegrityError` if a signature under the name and id of one of them does not hold.
        """
        known = {(key.name, key.id): key for key in keys}
        signed = set()
        for signature in self.signatures:
            key = known.get((signature.name, signature.key_id))
            if key is None:
                continue
            if not _holds(key, self.text, signature.blob):
                raise IntegrityError(f"the signature of {key.name} does not hold")
            signed.add(key)
        return frozenset(signed)


def signature(key: VerifierKey, blob: bytes) -> Signature:
    """Return the line under which `key` vouches for a note with `blob`."""
    return Signature(key.name, key.id, blob)


def cosigned_message(text: str, seconds: int) -> bytes:
    """Return what a witness signs: the moment it saw the note, and the note's text."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _holds(key: VerifierKey, text: str, blob: bytes) -> bool:
    message = text.encode()
    if key.kind == COSIGNATURE:
        seconds = int.from_bytes(blob[:8], "big")
        if seconds > MAX_TIME:
            return False
        message = cosigned_message(text, seconds)
        blob = blob[8:]
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(blob, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def is_name(name: str) -> bool:
    """Return whether `name` can be the name of a key (C2SP signed-note): not empty, no space, no plus sign."""
    return bool(name) and "+" not in name and not any(char.isspace() or char < " " for char in name)
