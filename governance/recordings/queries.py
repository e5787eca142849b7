"""What is known of recordings: the only SELECTs of the catalog.

Lists, people and what stands on recordings are asked for in `listing_queries`, `person_queries` and
`standing_queries`; from outside the area through here.
"""

from collections.abc import Iterable, Sequence

from sqlmodel import col, func, select

from governance.access.rules import RecordingFacts, State
from governance.recordings.disposal_queries import (
    erasure,
    erasure_of,
    erasures,
    erasures_of,
    known_erasures,
    unfinished_erasures,
)
from governance.recordings.listing_queries import Columns, Filters, listing
from governance.recordings.models import (
    Derived,
    Hold,
    Idempotency,
    Media,
    Party,
    PartyIndex,
    Quarantine,
    Recording,
    Rendition,
    Restriction,
    Transcript,
)
from governance.recordings.reasons import SUSPECTED_SAD
from governance.recordings.standing_queries import (
    all_orders,
    count,
    holds,
    kept_from_erasure,
    matching,
    order,
    orders,
    restrictions,
    standing_on,
    suspensions,
)
from governance.runtime import Work

__all__ = [
    "Columns",
    "Filters",
    "all_orders",
    "count",
    "erasure",
    "erasure_of",
    "erasures",
    "erasures_of",
    "holds",
    "kept_from_erasure",
    "known_erasures",
    "listing",
    "matching",
    "order",
    "orders",
    "restrictions",
    "standing_on",
    "suspensions",
    "unfinished_erasures",
]


def recording(work: Work, recording_id: str) -> Recording | None:
    """Return the recording, or None."""
    return work.session.exec(select(Recording).where(Recording.id == recording_id)).first()


def for_update(work: Work, recording_id: str) -> Recording | None:
    """Return the recording, locked until the transaction ends, as it is now."""
    return _locked(work, recording_id, is_shared=False)


def while_reading(work: Work, recording_id: str) -> Recording | None:
    """Return the recording, and let nobody change it until the transaction ends: what else is read of it fits.

    For an answer of several statements in a Work that also writes, if only to the log: on PostgreSQL each statement of
    such a Work sees what was committed before it, and the state would be of one moment and its reasons of another.
    """
    return _locked(work, recording_id, is_shared=True)


def _locked(work: Work, recording_id: str, *, is_shared: bool) -> Recording | None:
    asked = (
        select(Recording)
        .where(Recording.id == recording_id)
        .with_for_update(read=is_shared)
        .execution_options(populate_existing=True)
    )
    return work.session.exec(asked).first()


def by_external_id(work: Work, source: str, external_id: str) -> Recording | None:
    """Return the recording that `source` calls `external_id`, or None."""
    asked = select(Recording).where(Recording.source == source, Recording.external_id == external_id)
    return work.session.exec(asked).first()


def state_of(row: Recording) -> State:
    """Return the recording's state; one that is not known is quarantine."""
    if row.state in ("released", "erased"):
        return "released" if row.state == "released" else "erased"
    return "quarantined"


def facts(work: Work, row: Recording) -> RecordingFacts:
    """Return what access decides on."""
    return RecordingFacts(
        id=row.id,
        tenant=row.tenant,
        agent_id=row.agent_id,
        team=row.team,
        site=row.site,
        state=state_of(row),
        suspected_sad=any(q.reason == SUSPECTED_SAD for q in quarantines(work, row.id)),
        restricted_purposes=frozenset(r.purpose for r in restrictions(work, row.id)),
    )


def media(work: Work, recording_id: str) -> Sequence[Media]:
    """Return the recording's media in their order."""
    return work.session.exec(
        select(Media).where(Media.recording_id == recording_id).order_by(col(Media.position))
    ).all()


def renditions(work: Work, recording_id: str) -> Sequence[Rendition]:
    """Return every stored version of the recording's media."""
    return work.session.exec(select(Rendition).where(Rendition.recording_id == recording_id)).all()


def rendition(work: Work, recording_id: str, level: str, media_id: str | None = None) -> Rendition | None:
    """Return the version of the media at `level`; of the first media that has one, where none is named."""
    asked = (
        select(Rendition)
        .join(Media, col(Media.id) == col(Rendition.media_id))
        .where(Rendition.recording_id == recording_id, Rendition.level == level)
        .order_by(col(Media.position))
    )
    if media_id is not None:
        asked = asked.where(Rendition.media_id == media_id)
    return work.session.exec(asked).first()


def transcripts(work: Work, recording_id: str, level: str | None = None) -> Sequence[Transcript]:
    """Return the recording's transcripts, at one level or at all."""
    asked = (
        select(Transcript).where(Transcript.recording_id == recording_id).order_by(col(Transcript.position))
    )
    if level is not None:
        asked = asked.where(Transcript.level == level)
    return work.session.exec(asked).all()


def derived(work: Work, recording_id: str) -> Sequence[Derived]:
    """Return the files made from the recording."""
    return work.session.exec(select(Derived).where(Derived.recording_id == recording_id)).all()


def parties(work: Work, recording_id: str) -> Sequence[Party]:
    """Return who took part, sealed."""
    return work.session.exec(
        select(Party).where(Party.recording_id == recording_id).order_by(col(Party.position))
    ).all()


def party_index(work: Work, recording_id: str) -> Sequence[PartyIndex]:
    """Return the blind index rows of the recording."""
    return work.session.exec(select(PartyIndex).where(PartyIndex.recording_id == recording_id)).all()


def quarantines(work: Work, recording_id: str) -> Sequence[Quarantine]:
    """Return the quarantines that are open: why nobody may play the recording."""
    asked = select(Quarantine).where(
        Quarantine.recording_id == recording_id, col(Quarantine.ended_at).is_(None)
    )
    return work.session.exec(asked.order_by(col(Quarantine.since))).all()


def quarantined_for(work: Work, reasons: Iterable[str], limit: int) -> Sequence[str]:
    """Return the ids of recordings with an open quarantine for one of `reasons`, the oldest first."""
    asked = (
        select(Quarantine.recording_id)
        .where(col(Quarantine.reason).in_(list(reasons)), col(Quarantine.ended_at).is_(None))
        .order_by(col(Quarantine.since))
        .limit(limit)
    )
    return work.session.exec(asked).all()


def released_ids(work: Work, after: str, limit: int) -> Sequence[str]:
    """Return ids of released recordings greater than `after`, in order: the pages of a whole archive."""
    asked = select(Recording.id).where(Recording.state == "released", col(Recording.id) > after)
    return work.session.exec(asked.order_by(col(Recording.id)).limit(limit)).all()


def all_holds(work: Work, recording_id: str) -> Sequence[Hold]:
    """Return every legal hold of the recording, released ones too."""
    return work.session.exec(select(Hold).where(Hold.recording_id == recording_id)).all()


def hold(work: Work, hold_id: str) -> Hold | None:
    """Return the hold, or None."""
    return work.session.exec(select(Hold).where(Hold.id == hold_id)).first()


def restriction(work: Work, restriction_id: str) -> Restriction | None:
    """Return the restriction, or None."""
    return work.session.exec(select(Restriction).where(Restriction.id == restriction_id)).first()


def idempotency(work: Work, key_sha256: str, account_id: str) -> Idempotency | None:
    """Return what the account did with the key, or None."""
    asked = select(Idempotency).where(
        Idempotency.key_sha256 == key_sha256, Idempotency.account_id == account_id
    )
    return work.session.exec(asked).first()


def counts_by_state(work: Work) -> dict[str, int]:
    """Return how many recordings are in each state."""
    rows = work.session.exec(
        select(Recording.state, func.count(col(Recording.id))).group_by(Recording.state)
    ).all()
    return dict(rows)


def all_recordings(work: Work) -> Sequence[Recording]:
    """Return every recording: for checks of the whole, not for pages."""
    return work.session.exec(select(Recording)).all()
