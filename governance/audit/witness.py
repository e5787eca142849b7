"""A witness (C2SP tlog-witness): cosigns what extends what it saw before, and keeps as evidence what does not.

It stands alone, with a folder and nothing else of this house: an auditor, or a customer, runs it on a machine that the
log's administrators cannot touch. It learns origin, size and root of a log, and no entry.

In the folder lie `name`, `key` (owner-only), `trust` (the logs it knows, C2SP tlog-policy), `seen/` (the newest
checkpoint of each log, signed as it came) and `forks/` (what it refused, and what it had seen instead).
"""

import fcntl
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance import disk
from governance.audit import checkpoint, cosignature, merkle, note, policyfile, submission
from governance.audit.checkpoint import Checkpoint
from governance.audit.note import COSIGNATURE, Note, VerifierKey
from governance.audit.submission import MAX_SUBMISSION, Submission
from governance.errors import ConfigurationError, ConflictError, IntegrityError, InvalidError

SIZE_TYPE = "text/x.tlog.size"
TEXT_TYPE = "text/plain; charset=utf-8"
MOST_FORKS = 1000
"""How many refused histories are kept of one log: one is proof enough, and no log may fill the witness's disk."""


@dataclass(frozen=True)
class Answer:
    """What a witness answers: the status of HTTP, the body and its type. `is_fork`: the log shows another history."""

    status: int
    body: str
    content_type: str = TEXT_TYPE
    is_fork: bool = False


class Witness:
    """The witness of one folder. Any number of processes may open it: one lock is around each check-and-store."""

    def __init__(self, folder: Path) -> None:
        """Open the witness that `make` made. Raises `ConfigurationError` if the folder is none, or is damaged."""
        self._folder = folder
        try:
            self._private = Ed25519PrivateKey.from_private_bytes(
                bytes.fromhex((folder / "key").read_text("ascii"))
            )
            name = (folder / "name").read_text("utf-8")
            self._policy = policyfile.parse((folder / "trust").read_text("utf-8"))
        except (OSError, ValueError):
            raise ConfigurationError("the folder holds no witness that can be opened") from None
        except InvalidError as error:
            raise ConfigurationError(f"the trust file of the witness: {error}") from None
        self.key = VerifierKey(name, COSIGNATURE, self._private.public_key().public_bytes_raw())

    def add_checkpoint(self, body: bytes, seconds: int) -> Answer:
        """Return what the norm has a witness answer to `body` at the moment `seconds` (C2SP tlog-witness).

        200 with the cosignature only once the checkpoint is stored durably: a witness that forgot could be shown
        another history. 400 malformed, 403 not signed by the log, 404 a log nobody told us of, 409 another size than
        we saw last (which is the body), or the same size with another root; 422 a proof that does not hold. In the
        last two the whole submission is kept as evidence.

        Raises `IntegrityError` if what was seen cannot be read: a witness that guesses is no witness.
        """
        try:
            asked = submission.parse(body[: MAX_SUBMISSION + 1].decode("utf-8"))
            new, signed = checkpoint.parse(asked.checkpoint)
        except (InvalidError, IntegrityError, UnicodeDecodeError):
            return Answer(400, "this is no submission of a checkpoint\n")
        keys = [key for key in self._policy.logs if key.name == new.origin]
        if not keys:
            return Answer(404, "the witness does not know this log\n")
        if not _is_signed(signed, keys):
            return Answer(403, "the checkpoint is not signed by a key that the witness knows for this log\n")
        if asked.old > new.size:
            return Answer(400, "the old size is larger than the checkpoint\n")
        with self._held():
            return self._check_and_store(asked, new, signed, seconds)

    def _check_and_store(self, asked: Submission, new: Checkpoint, signed: Note, seconds: int) -> Answer:
        seen = self.seen(new.origin)
        size, root = (seen.size, seen.root) if seen else (0, merkle.EMPTY_ROOT)
        if asked.old != size:
            return Answer(409, f"{size}\n", SIZE_TYPE)
        if new.size == size and not hmac.compare_digest(new.root, root):
            self._keep_fork(asked, new, seen)
            return Answer(409, "the witness has seen another tree of this size\n", is_fork=True)
        if not merkle.verify_consistency(size, new.size, root, new.root, asked.proof):
            self._keep_fork(asked, new, seen)
            return Answer(422, "the checkpoint does not extend what the witness has seen\n", is_fork=True)
        _write(self._seen(new.origin), new.note)
        # Crash here: it is seen and not cosigned. The log asks again, is told the size, and is answered.
        made = cosignature.cosign(signed.text, self.key, self._private.sign, seconds)
        return Answer(200, made.line)

    def seen(self, origin: str) -> Checkpoint | None:
        """Return the newest checkpoint that was seen of the log `origin`, or None where none ever was.

        Raises `IntegrityError` if it is not there as it was stored.
        """
        try:
            text = self._seen(origin).read_text("utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError):
            raise IntegrityError("what the witness has seen cannot be read") from None
        stored, signed = checkpoint.parse(text)
        # Keys may have been taken off the trust file since; what was seen stays seen.
        if stored.origin != origin:
            raise IntegrityError("what the witness has seen is of another log")
        return Checkpoint(stored.origin, stored.size, stored.root, str(signed))

    def _keep_fork(self, asked: Submission, new: Checkpoint, seen: Checkpoint | None) -> None:
        """Keep both histories, signed by the log itself: together they prove that it told two people two pasts."""
        folder = self._folder / "forks" / quote(new.origin, safe="")
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept = folder / hashlib.sha256(new.body.encode()).hexdigest()
        if not kept.exists() and sum(1 for _ in folder.iterdir()) < MOST_FORKS:
            _write(kept, f"{asked}\n--- seen before:\n\n{seen.note if seen else ''}")

    def forks(self) -> list[Path]:
        """Return the files that hold refused histories."""
        return sorted((self._folder / "forks").glob("*/[0-9a-f]*"))

    def _seen(self, origin: str) -> Path:
        return self._folder / "seen" / quote(origin, safe="")

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Hold the folder: two submissions at once must not both be checked against what the later one replaces."""
        descriptor = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def make(folder: Path, name: str, trust: str) -> Witness:
    """Make a witness called `name` with a key of its own, or give the one in `folder` the new trust file; return it.

    `trust` is what `governance audit trust` prints. Key and name are never replaced: the trust files of auditors
    name them.

    Raises `InvalidError` for a trust file or name that cannot be used, `ConflictError` if the folder's witness is
    called otherwise, or the folder holds something else.
    """
    policyfile.parse(trust)
    if not note.is_name(name):
        raise InvalidError("the name of a witness is like a URL without a scheme: witness.example/w1", "name")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (folder / "key").exists():
        # Crash after the name and before the key: the name stands alone, and the next call goes on from there.
        if any(path.name != "name" and not path.name.startswith(".name.") for path in folder.iterdir()):
            raise ConflictError("the folder holds something else: name an empty one")
        if not (folder / "name").exists():
            _write(folder / "name", name)
        _write(folder / "key", secrets.token_bytes(32).hex())
    if (folder / "name").read_text("utf-8") != name:
        raise ConflictError("the witness in this folder has another name")
    (folder / "seen").mkdir(exist_ok=True, mode=0o700)
    _write(folder / "trust", trust)
    return Witness(folder)


def _is_signed(signed: Note, keys: list[VerifierKey]) -> bool:
    try:
        return bool(signed.signed_by(keys))
    except IntegrityError:
        return False


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    disk.replace(path, text)
