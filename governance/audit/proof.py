"""The proof file (C2SP tlog-proof): one entry's place in a signed log, checkable by itself, for as long as it is kept."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from governance.audit import checkpoint, merkle
from governance.audit.checkpoint import Checkpoint
from governance.audit.merkle import HASH_SIZE
from governance.audit.policyfile import TrustPolicy
from governance.errors import IntegrityError

HEADER = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True)
class TlogProof:
    """Index, inclusion proof and the checkpoint it leads to; `extra` may carry the leaf and is not authenticated."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    def __str__(self) -> str:
        lines = [HEADER]
        if self.extra is not None:
            lines.append("extra " + base64.b64encode(self.extra).decode())
        lines.append(f"index {self.index}")
        lines += [base64.b64encode(step).decode() for step in self.hashes]
        return "\n".join(lines) + "\n\n" + self.checkpoint

    def verify(self, leaf: bytes, policy: TrustPolicy | None) -> Checkpoint:
        """Return the checkpoint under which `leaf` is proved; its signatures are checked where there is a `policy`.

        Raises `IntegrityError` if the leaf is not at that place in that tree, or the policy does not accept the
        checkpoint.
        """
        signed, note = checkpoint.parse(self.checkpoint)
        if policy is not None:
            policy.accept(signed.origin, note)
        if not merkle.verify_inclusion(
            self.index, signed.size, merkle.leaf_hash(leaf), self.hashes, signed.root
        ):
            raise IntegrityError(f"the proof does not place this entry at index {self.index}")
        return signed


def parse(text: str) -> TlogProof:
    """Return the proof that `text` writes. Raises `IntegrityError` for any other text."""
    head, gap, note = text.partition("\n\n")
    lines = head.split("\n")
    if not gap or lines.pop(0) != HEADER:
        raise IntegrityError("not a tlog-proof file")
    extra = _base64(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else None
    if not lines or not lines[0].startswith("index "):
        raise IntegrityError("the proof file states no index")
    digits = lines.pop(0)[6:]
    if not digits.isascii() or not digits.isdigit() or len(digits) > 18 or digits != str(int(digits)):
        raise IntegrityError("the index of the proof is not a plain number")
    return TlogProof(int(digits), _steps(lines), note, extra)


def _steps(lines: Sequence[str]) -> tuple[bytes, ...]:
    steps = tuple(_base64(line) for line in lines)
    if any(len(step) != HASH_SIZE for step in steps) or len(steps) > 63:
        raise IntegrityError("the proof holds something that is no hash")
    return steps


def _base64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise IntegrityError("the proof is not base64") from None
    if base64.b64encode(raw).decode() != text:
        raise IntegrityError("the proof is not base64 in its one form")
    return raw
