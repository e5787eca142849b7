"""What follows for a job of redaction: what becomes one, what it stands at, who may fetch its result, when it is tried again.

Pure. A job whose time is over counts as expired from that moment on, whether or not anybody has swept it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from governance.redaction.models import DONE, EXPIRED, FAILED, FETCHED, HELD

if TYPE_CHECKING:
    from governance.policy.redaction import SoundJobs

MIB: Final = 1024 * 1024
MOST_TRIES: Final = 3
LEASE: Final = timedelta(minutes=10)
"""How long a worker may go without reading or writing a byte of the sound before another takes the job over."""
FETCH_LEASE: Final = timedelta(seconds=60)
"""How long a client may go without taking a byte of the result before it may begin anew."""
COME_BACK_S: Final = 5
QUEUE_FULL_S: Final = 60
REMEMBERED: Final = timedelta(days=7)
"""How long after its end a job is known, without any of its bytes."""
_FIRST_REST, _FACTOR = timedelta(seconds=30), 4


@dataclass(frozen=True)
class Refusal:
    """Why a result cannot be fetched: `is_gone` for good, or not at the moment."""

    because: str
    is_gone: bool = False


def is_for_a_job(size: int, duration_ms: int, bounds: SoundJobs) -> bool:
    """Return whether sound of this size and length takes longer than somebody should wait for the answer."""
    return size > bounds.answer_at_once_mib * MIB or duration_ms > bounds.answer_at_once_s * 1000


def state_at(state: str, expires_at: datetime, now: datetime) -> str:
    """Return what the job stands at: what still holds bytes when its time is over has expired, swept or not."""
    return EXPIRED if state in HELD and now >= expires_at else state


def why_not_fetch(
    state: str, *, is_claimed: bool, begun: int, bounds: SoundJobs, because: str | None = None
) -> Refusal | None:
    """Return why the result of a job that stands at `state` cannot be fetched now, or None.

    A fetch that broke off is not the one that counts, but may be begun a few times only: whoever lets it break on
    purpose shall not have as many copies as they like.
    """
    if state == FETCHED:
        return Refusal("The result has been fetched, and nothing of it is left.", is_gone=True)
    if state == EXPIRED:
        return Refusal("The time of this job is over, and nothing of it is left.", is_gone=True)
    if state == FAILED:
        return Refusal(f"There is no result: the job failed. {because or ''}".strip(), is_gone=True)
    if state != DONE:
        return Refusal("The result is not there yet.")
    if is_claimed:
        return Refusal("The result is being fetched. If that broke off, it can be begun anew in a minute.")
    if begun >= bounds.fetches_begun_at_most:
        return Refusal("Fetching the result was begun as often as it may be.", is_gone=True)
    return None


def rest_after(attempts: int) -> timedelta:
    """Return how long a job rests after its try number `attempts` has failed for a reason that may pass."""
    return _FIRST_REST * int(_FACTOR ** (attempts - 1))
