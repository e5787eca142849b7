"""Every error the product raises on purpose, as one tree that knows nothing of HTTP.

    GovernanceError
    ├── UnauthenticatedError      nobody we know
    ├── DeniedError               somebody we know, who may not; carries a reason code
    ├── NotFoundError             not there, or not yours: the same answer
    ├── InvalidError              the request is wrong
    │   ├── UnsupportedFormatError    a file we do not read
    │   └── ResidueError              the second look found something in a redacted copy: it is not given away
    ├── GoneError                 it was there, was yours, and is not there any more
    ├── ConflictError             the request is right, the state is not
    │   └── QuarantinedError      the recording may not be played by anybody yet
    ├── LimitError                too much or too often; carries when to try again
    │   └── TooLargeError         larger than the limit
    ├── IntegrityError            what was stored is not what is there
    │   └── RollbackError         the log in the database is older than its anchor
    ├── IncompleteError           an act that has not reached every copy yet
    ├── PolicyError               a policy file that cannot be obeyed
    └── ConfigurationError        a setting that cannot be started with

`str(error)` is written for the person who caused it and never holds a secret, card data or personal data.
"""

from __future__ import annotations


class GovernanceError(Exception):
    """The root. `code` is stable and becomes the type of the problem a client sees."""

    code = "error"


class UnauthenticatedError(GovernanceError):
    """Nobody we know, or a key or session that has ended."""

    code = "unauthenticated"


class DeniedError(GovernanceError):
    """An actor we know asked for what they may not have. `reason` is a code from a closed vocabulary.

    `permission` is the one that was missing, where it was one: so that a page can say whose role has it.
    """

    code = "denied"

    def __init__(
        self, reason: str, because: str = "You may not do this.", *, permission: str | None = None
    ) -> None:
        super().__init__(because)
        self.reason = reason
        self.permission = permission


class NotFoundError(GovernanceError):
    """Not there, or not yours: the answer does not tell which."""

    code = "not-found"


class GoneError(GovernanceError):
    """It was there for whoever asks, and is not there any more: asking again does not help."""

    code = "gone"


class InvalidError(GovernanceError):
    """The request or the file is wrong. `field` names the place, never the value."""

    code = "invalid"

    def __init__(self, because: str, field: str | None = None) -> None:
        super().__init__(because)
        self.field = field


class UnsupportedFormatError(InvalidError):
    """A file of a kind that is not read, or not what it claims to be."""

    code = "unsupported-format"


class ResidueError(InvalidError):
    """The second look found something left in a redacted copy, which is therefore not given away."""

    code = "residue"


class ConflictError(GovernanceError):
    """The request is right, but not in this state."""

    code = "conflict"


class QuarantinedError(ConflictError):
    """The recording is in quarantine: nobody plays it, whatever their role."""

    code = "quarantined"


class LimitError(GovernanceError):
    """Too often. `retry_after_s` says when to try again."""

    code = "rate-limited"

    def __init__(self, because: str, retry_after_s: int = 1) -> None:
        super().__init__(because)
        self.retry_after_s = retry_after_s


class TooLargeError(LimitError):
    """Larger than the limit; trying again does not help."""

    code = "too-large"


class IntegrityError(GovernanceError):
    """What was stored is not what is there: tampering, damage, or a wrong key."""

    code = "integrity"


class RollbackError(IntegrityError):
    """The log in the database is older than, or another than, the one its anchor remembers."""

    code = "rollback"


class IncompleteError(GovernanceError):
    """The act has begun and must be repeated: not every copy has answered yet."""

    code = "incomplete"


class PolicyError(GovernanceError):
    """A policy file that cannot be obeyed. It stops the start."""

    code = "policy"


class ConfigurationError(GovernanceError):
    """A setting that cannot be started with."""

    code = "configuration"
