"""A log without a database, for tests of witnesses: leaves in memory, signed checkpoints, proofs from any size."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.audit import merkle, note, tiles
from governance.audit.checkpoint import Checkpoint
from governance.audit.note import ED25519, Note, VerifierKey
from governance.audit.submission import Submission

ORIGIN = "example/audit/acme/2026"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = VerifierKey(ORIGIN, ED25519, PRIVATE.public_key().public_bytes_raw())
TRUST = f"log {KEY}\nquorum none\n"


class MemoryLog:
    """The first `most` entries of one history; `name` tells histories apart from entry `fork` on."""

    def __init__(
        self, name: str = "a", fork: int = 0, private: Ed25519PrivateKey = PRIVATE, most: int = 300
    ) -> None:
        self._private = private
        self._hashes = [merkle.leaf_hash(f"{name if n >= fork else 'a'}{n}".encode()) for n in range(most)]

    def checkpoint(self, size: int, origin: str = ORIGIN) -> str:
        """Return the signed checkpoint at `size`."""
        body = Checkpoint(origin, size, merkle.root_of(self._hashes[:size])).body
        key = VerifierKey(origin, ED25519, self._private.public_key().public_bytes_raw())
        return str(Note(body, (note.signature(key, self._private.sign(body.encode())),)))

    def submission(self, old: int, new: int, origin: str = ORIGIN) -> bytes:
        """Return what asks a witness that saw `old` to cosign `new`."""
        edge = tiles.Edge()
        full = {(tile.level, tile.index): tile.data for tile in edge.append(self._hashes)[0]}
        reader = tiles.TileReader(
            lambda level, index: full.get((level, index), edge.level(level)), len(self._hashes)
        )
        return str(
            Submission(old, tuple(reader.consistency(old, new)), self.checkpoint(new, origin))
        ).encode()


def root_line(size: int) -> str:
    """Return a third line of a checkpoint that leads nowhere."""
    return base64.b64encode(bytes([size % 256]) * 32).decode()
