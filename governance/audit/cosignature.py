"""Cosignatures (C2SP tlog-cosignature v1, Ed25519): a witness says when it saw a checkpoint extend what it saw before.

One line beside the log's own, over the moment and the checkpoint's text. It says nothing of what the entries are, and
everything about there being one history: a log that shows two people two pasts needs every witness to help it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from governance.audit import note
from governance.audit.note import COSIGNATURE, MAX_TIME, Note, Signature, VerifierKey
from governance.errors import IntegrityError, InvalidError


@dataclass(frozen=True)
class Cosignature:
    """A witness's line under a checkpoint, which was verified. `seconds` is when it says it saw it (POSIX time)."""

    witness: VerifierKey
    seconds: int
    line: str


def cosign(text: str, witness: VerifierKey, sign: Callable[[bytes], bytes], seconds: int) -> Cosignature:
    """Return the line under which `witness` vouches for a note of `text` at the moment `seconds`.

    Whoever calls this has checked that the checkpoint extends the last one, and has made that durable
    (C2SP tlog-witness): a line that was given cannot be taken back.

    Raises `InvalidError` for a key that is no witness's, or a moment that the norm has no room for.
    """
    if witness.kind != COSIGNATURE or not 0 <= seconds <= MAX_TIME:
        raise InvalidError("a witness cosigns with a key of kind 4, and at a moment of its clock")
    blob = seconds.to_bytes(8, "big") + sign(note.cosigned_message(text, seconds))
    return Cosignature(witness, seconds, str(note.signature(witness, blob)))


def read(answer: str, text: str, witness: VerifierKey) -> Cosignature:
    """Return the cosignature by `witness` that `answer`, some signature lines, holds for a checkpoint of `text`.

    Lines of keys nobody asked are ignored (C2SP tlog-witness). Of several by the same key the latest counts.

    Raises `IntegrityError` for anything that is no signature line, if `witness` has not signed, or if a line of its
    does not hold: what does not verify is never kept.
    """
    if not answer.endswith("\n"):
        raise IntegrityError("the witness did not answer with signature lines")
    lines = [Signature.parse(line) for line in answer[:-1].split("\n")]
    own = [line for line in lines if (line.name, line.key_id) == (witness.name, witness.id)]
    if witness.kind != COSIGNATURE or witness not in Note(text, tuple(own)).signed_by([witness]):
        raise IntegrityError(f"{witness.name} has not cosigned the checkpoint")
    latest = max(own, key=_seconds)
    return Cosignature(witness, _seconds(latest), str(latest))


def _seconds(line: Signature) -> int:
    return int.from_bytes(line.blob[:8], "big")
