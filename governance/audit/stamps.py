"""Verification of a bundle's time stamps, offline: each token against the checkpoint it is over, and that against the tree."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cryptography import x509

from governance.audit import checkpoint, timestamp
from governance.audit.checkpoint import Checkpoint
from governance.audit.policyfile import TrustPolicy
from governance.errors import IntegrityError

FOLDER = "timestamps"


@dataclass(frozen=True)
class Stamped:
    """The first `size` entries of the log `origin` existed at the moment `at`; `at` is None where nobody could check it."""

    origin: str
    size: int
    at: datetime | None


class Files(Protocol):
    """The files of one log of a bundle."""

    def names(self, folder: str, ending: str) -> list[str]:
        """Return the names, without `ending`, of the files of `folder` that end in it."""

    def read(self, path: str) -> bytes:
        """Return a file's bytes. Raises `IntegrityError` if it is not there."""

    def text(self, path: str) -> str:
        """Return a file's text. Raises `IntegrityError` if it is not there or not UTF-8."""


def verify(
    files: Files,
    signed: Checkpoint,
    root_at: Callable[[int], bytes],
    policy: TrustPolicy | None,
    authorities: Sequence[x509.Certificate],
) -> list[Stamped]:
    """Return what the time stamps of one log prove, smallest size first.

    What a token is over must be a checkpoint of this very log, with the root its entries had at that size, and signed
    by the log where `policy` names its key. Without `authorities` that is checked, and no moment is believed.

    Raises `IntegrityError` naming the first that does not hold.
    """
    found = []
    for name in sorted(files.names(FOLDER, ".tsr"), key=lambda name: (len(name), name)):
        try:
            found.append(_verify(files, f"{FOLDER}/{name}", signed, root_at, policy, authorities))
        except IntegrityError as error:
            raise IntegrityError(f"{FOLDER}/{name}.tsr: {error}") from None
    return found


def _verify(
    files: Files,
    path: str,
    signed: Checkpoint,
    root_at: Callable[[int], bytes],
    policy: TrustPolicy | None,
    authorities: Sequence[x509.Certificate],
) -> Stamped:
    stamped = files.read(f"{path}.checkpoint")
    stated, note = checkpoint.parse(files.text(f"{path}.checkpoint"))
    if stated.origin != signed.origin or not stated.size <= signed.size:
        raise IntegrityError("it is over no checkpoint of this log")
    if root_at(stated.size) != stated.root:
        raise IntegrityError(f"the first {stated.size} entries are not those it was given for")
    keys = [key for key in policy.logs if key.name == stated.origin] if policy else []
    if keys and not note.signed_by(keys):
        raise IntegrityError("it is over a checkpoint that the log has not signed")
    token = files.read(f"{path}.tsr")
    at = timestamp.verified(token, stamped, authorities) if authorities else None
    return Stamped(stated.origin, stated.size, at)
