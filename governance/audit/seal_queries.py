"""What is held aside of people: their keys, and what is sealed under them."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, func, select

from governance.audit.models import AuditPrivate, AuditSubjectKey
from governance.db import is_one_of
from governance.runtime import Work


def sealed(work: Work, entry_id: str) -> list[tuple[AuditPrivate, bytes]]:
    """Return what is sealed of an entry, with the wrapped keys that still exist."""
    rows = work.session.exec(
        select(AuditPrivate, AuditSubjectKey.wrapped).where(
            AuditPrivate.entry_id == entry_id,
            AuditPrivate.tenant == work.tenant,
            AuditSubjectKey.key_id == AuditPrivate.key_id,
        )
    )
    return [(row, bytes(wrapped)) for row, wrapped in rows]


def subject_key(work: Work, subject: str, recording: str, entry_id: str = "") -> sa.Row[str, bytes] | None:
    """Return id and wrapped key of a person within a recording (or of one entry's free text), if there is one.

    Columns and no object: every entry asks this.
    """
    asked = {"of": work.tenant, "subject": subject, "recording": recording, "entry": entry_id}
    return work.session.connection().execute(_SUBJECT_KEY, asked).first()


_SUBJECT_KEY = sa.select(col(AuditSubjectKey.key_id), col(AuditSubjectKey.wrapped)).where(
    col(AuditSubjectKey.tenant) == sa.bindparam("of"),
    col(AuditSubjectKey.subject_ref) == sa.bindparam("subject"),
    col(AuditSubjectKey.recording) == sa.bindparam("recording"),
    col(AuditSubjectKey.entry_id) == sa.bindparam("entry"),
)


def keys_of_person(work: Work, subject: str) -> list[str]:
    """Return the keys of a person, and those of the free text in every entry that holds something of theirs."""
    own = select(AuditPrivate.entry_id).where(
        AuditPrivate.tenant == work.tenant, AuditPrivate.subject_ref == subject
    )
    rows = work.session.exec(
        select(AuditSubjectKey.key_id).where(
            AuditSubjectKey.tenant == work.tenant,
            sa.or_(
                col(AuditSubjectKey.subject_ref) == subject,
                sa.and_(col(AuditSubjectKey.subject_ref) == "", col(AuditSubjectKey.entry_id).in_(own)),
            ),
        )
    )
    return list(rows)


def keys_of_recordings(work: Work, recordings: Collection[str]) -> Any:
    """Return the question for the keys of everything personal that entries about the recordings hold, staff excepted."""
    return select(AuditSubjectKey.key_id).where(
        AuditSubjectKey.tenant == work.tenant, is_one_of(col(AuditSubjectKey.recording), recordings)
    )


def entries_of_recordings(work: Work, recordings: Collection[str]) -> dict[str, int]:
    """Return in how many entries something is sealed under a key of each of the recordings."""
    asked = (
        select(AuditSubjectKey.recording, func.count(sa.distinct(col(AuditPrivate.entry_id))))
        .join(AuditPrivate, col(AuditPrivate.key_id) == col(AuditSubjectKey.key_id))
        .where(AuditSubjectKey.tenant == work.tenant, is_one_of(col(AuditSubjectKey.recording), recordings))
        .group_by(AuditSubjectKey.recording)
    )
    return dict(work.session.exec(asked).all())


def entries_sealed_under(work: Work, keys: Sequence[str]) -> int:
    """Return how many entries have something sealed under one of `keys`."""
    found: set[str] = set()
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        found.update(
            work.session.exec(select(AuditPrivate.entry_id).where(col(AuditPrivate.key_id).in_(some)))
        )
    return len(found)
