"""What a log asks a witness (C2SP tlog-witness): `old <size>`, the consistency proof, an empty line, the checkpoint.

The same text travels by HTTP and, where an auditor's machine has no network, as a file.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from governance.audit.merkle import HASH_SIZE
from governance.errors import InvalidError

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
