"""What is known of the runs of redaction and of what people decided."""

from collections.abc import Sequence

from sqlmodel import col, select

from governance.recordings.models import ERASED, Recording
from governance.redaction.models import RedactionCertificate, RedactionRun, StoredForm, Verdict
from governance.runtime import Work


def runs(work: Work, recording_id: str) -> Sequence[RedactionRun]:
    """Return the runs over the recording, newest first."""
    asked = select(RedactionRun).where(RedactionRun.recording_id == recording_id)
    return work.session.exec(asked.order_by(col(RedactionRun.at).desc(), col(RedactionRun.id).desc())).all()


def verdict(work: Work, recording_id: str) -> Verdict | None:
    """Return what a person decided last about suspected authentication data in the recording, or None."""
    asked = select(Verdict).where(Verdict.recording_id == recording_id)
    return work.session.exec(asked.order_by(col(Verdict.decided_at).desc(), col(Verdict.id).desc())).first()


def last_redactions(work: Work, recording_ids: Sequence[str]) -> dict[str, RedactionRun]:
    """Return the last run that rendered each of the recordings; one that was never redacted is not in it."""
    asked = select(RedactionRun).where(
        col(RedactionRun.recording_id).in_(recording_ids), RedactionRun.kind == "redaction"
    )
    found = work.session.exec(asked.order_by(col(RedactionRun.at), col(RedactionRun.id))).all()
    return {run.recording_id: run for run in found}


def has_form(work: Work, form: str, besides: str | None = None) -> bool:
    """Return whether the masks of any other recording that is not erased say this of card numbers."""
    asked = (
        select(StoredForm.recording_id)
        .join(Recording, col(Recording.id) == StoredForm.recording_id)
        .where(StoredForm.form == form, StoredForm.recording_id != besides, Recording.state != ERASED)
    )
    return work.session.exec(asked.limit(1)).first() is not None


def certificates(work: Work, recording_id: str) -> Sequence[RedactionCertificate]:
    """Return the certificates of the recording's releases, newest first."""
    asked = select(RedactionCertificate).where(RedactionCertificate.recording_id == recording_id)
    newest = (col(RedactionCertificate.issued_at).desc(), col(RedactionCertificate.id).desc())
    return work.session.exec(asked.order_by(*newest)).all()


def certificates_of_erased(work: Work, limit: int) -> Sequence[RedactionCertificate]:
    """Return certificates of recordings that were erased, locked."""
    asked = (
        select(RedactionCertificate)
        .join(Recording, col(Recording.id) == col(RedactionCertificate.recording_id))
        .where(Recording.state == ERASED)
        .limit(limit)
    )
    return work.session.exec(asked.with_for_update(of=RedactionCertificate)).all()
