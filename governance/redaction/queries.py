"""What is known of the runs of redaction and of what people decided."""

from collections.abc import Sequence

from sqlmodel import col, select

from governance.redaction.models import RedactionRun, Verdict
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
