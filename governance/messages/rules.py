"""What may leave and when it is tried again: pure.

The checks of recipients and headers are no courtesy: a line break in an address is a second recipient, and one in a
subject a second header (CWE-93).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from governance.errors import InvalidError

MOST_TRIES: Final = 14
"""Over two days, give or take the jitter: a receiver that breaks on a Saturday morning is mended on Monday."""
LEASE: Final = timedelta(minutes=10)
"""How long one try may take before another process takes the message over; longer than all time-outs of a try together."""
REST: Final = timedelta(seconds=10)
"""How long a way that has just failed is left alone: one receiver that hangs must not hold up all others."""
_MOST_STEPS: Final = 20  # by then every wait is the longest, and the number still one that a wait can have

MOST_SUBJECT: Final = 200
MOST_BODY: Final = 200_000
MOST_ATTACHED: Final = 10 * 1024 * 1024
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]{0,80}")
_CODE = re.compile(r"[a-z][A-Za-z0-9_.:/-]{0,119}")
_ID = re.compile(r"[0-9a-f]{32,64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
WITHHELD: Final = "withheld"
_DEPTH = 4
_MOST_NUMBER = 10**9  # a count; what has more digits may be a telephone or a card number


@dataclass(frozen=True)
class Outcome:
    """What became of one try.

    `later` is tried again; `dead` is not, however often somebody asks the same way; `gone` is dead and the whole
    receiver with it. `is_way` says that the way was broken and not this message: the next one would fail as well.
    """

    end: Literal["sent", "later", "dead", "gone"]
    code: str | None = None
    is_way: bool = False
    wait: timedelta | None = None


@dataclass(frozen=True)
class Next:
    """What state a message is in after a try, and when it is due again."""

    state: Literal["waiting", "sent", "dead"]
    code: str | None
    due: datetime


@dataclass(frozen=True)
class Patience:
    """How long what fails is left alone: `first`, then `factor` times as long each time, `longest` at most."""

    first: timedelta
    factor: int
    longest: timedelta

    def after(self, attempts: int, jitter: float, asked: timedelta | None = None) -> timedelta:
        """Return how long to wait after the try number `attempts`.

        Up to half is taken off by `jitter`, which lies in [0, 1), so that what failed together does not come back
        together. What the receiver `asked` for counts if it is longer, up to the same limit: nobody has itself forgotten.
        """
        whole = min(self.first * int(self.factor ** min(max(attempts - 1, 0), _MOST_STEPS)), self.longest)
        return max(whole * (1 - jitter / 2), min(asked or timedelta(0), self.longest))


PATIENCE: Final = Patience(timedelta(seconds=20), 4, timedelta(hours=8))
"""With a message."""


def after(outcome: Outcome, attempts: int, now: datetime, jitter: float) -> Next:
    """Return what follows from `outcome` of the try number `attempts`. `jitter` lies in [0, 1)."""
    if outcome.end == "sent":
        return Next("sent", None, now)
    if outcome.end != "later" or attempts >= MOST_TRIES:
        return Next("dead", outcome.code, now)
    return Next("waiting", outcome.code, now + PATIENCE.after(attempts, jitter, outcome.wait))


def address(value: str) -> str:
    """Return the one e-mail address that `value` is, its domain as mail servers know it (IDNA).

    No names, lists, comments or quoted parts: what a mail server could read in another way than we do is refused.
    Raises `InvalidError`.
    """
    local, _, domain = value.strip().rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise _no_address() from None
    if not _LOCAL.fullmatch(local) or len(local) > 64 or not _DOMAIN.fullmatch(ascii_domain):
        raise _no_address()
    if len(ascii_domain) > 190:
        raise _no_address()
    return f"{local}@{ascii_domain}"


def _no_address() -> InvalidError:
    return InvalidError("an e-mail address that mail cannot be sent to", "to")


def check_mail(subject: str, body: str, attachments: tuple[tuple[str, str, bytes], ...]) -> None:
    """Raise `InvalidError` for a subject that is more than one line, and for what is too much for a mail."""
    if not 1 <= len(subject) <= MOST_SUBJECT or not subject.isprintable():
        raise InvalidError(f"a subject is one line of at most {MOST_SUBJECT} characters", "subject")
    if not body.strip() or len(body) > MOST_BODY or "\0" in body:
        raise InvalidError(f"a mail says something, in at most {MOST_BODY} characters", "body")
    for name, media_type, _ in attachments:
        if not 1 <= len(name) <= 120 or not name.isprintable() or set(name) & set('/\\"'):
            raise InvalidError("the name of an attachment is a plain file name", "attachments")
        if not _MEDIA_TYPE.fullmatch(media_type):
            raise InvalidError("an attachment has a media type", "attachments")
    if sum(len(content) for _, _, content in attachments) > MOST_ATTACHED:
        raise InvalidError("attachments of at most 10 MiB together", "attachments")


def payload(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return `data` as a webhook may carry it: opaque ids, codes, small numbers and moments; all else is `withheld`.

    A webhook goes to machines of others: whatever could be a name, a telephone number or free text has no place in it.
    It is withheld and not refused, because the act that is told of must not fail for the sake of telling it.
    """
    return {name: _carried(value, 1) for name, value in data.items()}


def _carried(value: object, depth: int) -> object:
    if isinstance(value, dict) and depth < _DEPTH:
        return {name: _carried(part, depth + 1) for name, part in value.items() if _CODE.fullmatch(str(name))}
    if isinstance(value, list | tuple) and depth < _DEPTH:
        return [_carried(part, depth + 1) for part in value]
    if isinstance(value, str) and (_CODE.fullmatch(value) or _ID.fullmatch(value) or _is_moment(value)):
        return value
    if isinstance(value, bool | int | None) and abs(value or 0) < _MOST_NUMBER:
        return value
    return WITHHELD


def _is_moment(value: str) -> bool:
    if not re.match(r"\d{4}-\d\d-\d\d", value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True
