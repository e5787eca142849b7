"""What a log asks a witness (C2SP tlog-witness): `old <size>`, the consistency proof, an empty line, the checkpoint.

The same text travels by HTTP and, where an auditor's machine has no network, as a file. In a bundle it proves that the log
only grew since it was time-stamped.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from governance.audit import checkpoint as checkpoints
from governance.audit import merkle
from governance.audit.checkpoint import Checkpoint
from governance.audit.merkle import HASH_SIZE
from governance.audit.policyfile import TrustPolicy
from governance.audit.stamps import Files
from governance.errors import IntegrityError, InvalidError

FOLDER = "consistency"
"""Where a bundle keeps them, as `OLD-NEW.txt`."""
MOST_STEPS = 63
MAX_SUBMISSION = 64 * 1024
"""Bytes: far more than proof and signatures need, and little enough for anybody to send it."""


@dataclass(frozen=True)
class Submission:
    """A checkpoint and the proof that it extends the tree of `old` entries which the witness saw last."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: str

    def __str__(self) -> str:
        steps = "".join(base64.b64encode(step).decode() + "\n" for step in self.proof)
        return f"old {self.old}\n{steps}\n{self.checkpoint}"


def parse(text: str) -> Submission:
    """Return what `text` submits; the checkpoint in it is not looked at yet.

    Raises `InvalidError` unless it has exactly the form of the norm.
    """
    head, gap, checkpoint = text.partition("\n\n")
    first, *steps = head.split("\n")
    word, _, digits = first.partition(" ")
    if not gap or word != "old":
        raise InvalidError(
            "a request to a witness begins with the size it saw last, then proof, empty line, checkpoint"
        )
    return Submission(parse_size(digits), _proof(steps), checkpoint)


def verify(
    files: Files, signed: Checkpoint, root_at: Callable[[int], bytes], policy: TrustPolicy | None
) -> None:
    """Hold each of a bundle's proofs that its log only grew against that log, whose roots `root_at` tells.

    Raises `IntegrityError` naming the first that does not lead to a checkpoint of this log, signed as `policy` demands and
    no newer than `signed`.
    """
    for name in sorted(files.names(FOLDER, ".txt")):
        path = f"{FOLDER}/{name}.txt"
        try:
            _verify(parse(files.text(path)), signed, root_at, policy)
        except (IntegrityError, InvalidError) as error:
            raise IntegrityError(f"{path}: {error}") from None


def parse_size(digits: str) -> int:
    """Return a tree's size, written in decimal without leading zeros. Raises `InvalidError` for any other text."""
    if not digits.isascii() or not digits.isdigit() or len(digits) > 18 or digits != str(int(digits)):
        raise InvalidError("the size of a tree is a plain number")
    return int(digits)


def _proof(lines: Sequence[str]) -> tuple[bytes, ...]:
    if len(lines) > MOST_STEPS:
        raise InvalidError(f"a consistency proof has at most {MOST_STEPS} hashes")
    try:
        steps = tuple(base64.b64decode(line, validate=True) for line in lines)
    except (binascii.Error, ValueError):
        raise InvalidError("the consistency proof is not base64") from None
    if any(
        len(step) != HASH_SIZE or base64.b64encode(step).decode() != line
        for step, line in zip(steps, lines, strict=True)
    ):
        raise InvalidError("the consistency proof holds something that is no hash in its one form")
    return steps


def _verify(
    asked: Submission, signed: Checkpoint, root_at: Callable[[int], bytes], policy: TrustPolicy | None
) -> None:
    later, note = checkpoints.parse(asked.checkpoint)
    if policy is not None:
        policy.accept(later.origin, note)
    if later.origin != signed.origin or not asked.old < later.size <= signed.size:
        raise IntegrityError("it is not of this log")
    if later.root != root_at(later.size) or not merkle.verify_consistency(
        asked.old, later.size, root_at(asked.old), later.root, asked.proof
    ):
        raise IntegrityError("it does not prove that the log only grew")
