"""Working jobs of redaction off: claimed under a lease, redacted outside every transaction, settled if the claim still holds.

Any number of processes may work. Whoever claims a job has it while it gets on; if it dies, the lease runs out and the
next one takes the job over. What a worker made counts in one transaction only, in which its claim must still hold, so
that a job never has two results. That transaction also deletes the key of the original: from its commit on there is
the redacted copy and nothing else.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from io import BufferedReader, BytesIO

import orjson

from governance import log
from governance.access import service as access
from governance.errors import GovernanceError, PolicyError
from governance.policy import Policies
from governance.redaction import forms, job_queries, reports, standalone
from governance.redaction.job_lease import Lease, LostError
from governance.redaction.job_rules import LEASE, MOST_TRIES, rest_after
from governance.redaction.jobs import PERMISSION, SERVICE, discard_unkept, end, record, shred, tell
from governance.redaction.models import DONE, FAILED, WAITING, WORKING, RedactionJob
from governance.redaction.renditions import seal
from governance.runtime import TRACE, Actor, Runtime, Work
from governance.vault import service as vault
from governance.vault.cipher import Reader
from governance.vault.service import Sealed

_log = log.get("governance.redaction")
_BECAUSE = "A job redacts what it was given."
_INTERRUPTED = f"It was tried {MOST_TRIES} times and came to no end."


@dataclass(frozen=True)
class _Task:
    """A job that was claimed, as its row stood then."""

    row: RedactionJob
    claim: str


@dataclass
class _Made:
    """What a run has made: sealed, and kept by nobody yet."""

    sealed: list[Sealed] = field(default_factory=list)
    content_type: str = ""
    spans: int = 0
    policies: Policies | None = field(default=None, repr=False)


def work_off(runtime: Runtime, actor: Actor, limit: int = 1) -> int:
    """Work on jobs that are due, `limit` at most so that nobody waits for all of somebody else's; return how many there were."""
    house = Actor.system(actor.tenant, SERVICE)
    with runtime.work(house, write=False) as work:
        if not job_queries.is_any_due(work):
            return 0
    tried = 0
    while tried < limit:
        with runtime.work(house) as work:
            task = _claim(work)
        if task is None:
            break
        tried += 1
        if task.claim:
            trace = TRACE.set(task.row.trace)
            try:
                _work(runtime, house, task)
            finally:
                TRACE.reset(trace)
    return tried


def _claim(work: Work) -> _Task | None:
    row = job_queries.due(work)
    if row is None:
        return None
    if row.attempts >= MOST_TRIES:
        # Every try was begun and none settled: whoever works on it dies of it.
        _fail(work, row, "interrupted", _INTERRUPTED)
        return _Task(row, "")
    row.state, row.claim = WORKING, secrets.token_hex(16)
    row.attempts += 1
    row.next_at = work.now + LEASE
    work.session.add(row)
    return _Task(row, row.claim)


def _work(runtime: Runtime, house: Actor, task: _Task) -> None:
    made = _Made()
    error: Exception | None = None
    try:
        try:
            _redact(runtime, house, task, made)
        except Exception as raised:  # noqa: BLE001 - whatever the codec raises, nothing of it is released
            error = raised
        if isinstance(error, LostError):
            _log.warning("a job was lost to another worker, or to its time", job=task.row.id)
            return
        with runtime.work(house) as work:
            _settle(work, task, made, error)
    finally:
        discard_unkept(runtime, house, made.sealed)


def _redact(runtime: Runtime, house: Actor, task: _Task, made: _Made) -> None:
    """Make the redacted copy and its report. Raises whatever stands in the way, first of all what the lease noticed."""
    row = task.row
    policies = made.policies = forms.able(runtime, house.tenant)
    lease = Lease(runtime, house, row.id, task.claim)
    reader, transcript = _open(runtime, house, row)
    with lease.sink() as sink:
        try:
            with lease.source(reader) as source:
                done = standalone.redact(
                    source,
                    sink,
                    policies.redaction,
                    transcript=transcript,
                    language=row.language,
                    treatment=row.treatment,
                )
        finally:
            if lease.failure is not None:
                raise lease.failure
        done.refuse_unless_clean(must_be_examined=row.must_be_examined)
        made.content_type, made.spans = done.content_type, len(done.spans)
        report = done.report() | {"policy": reports.policy_named(policies)}
        made.sealed.append(seal(runtime, house, BytesIO(orjson.dumps(report))))
        if not row.only_report:
            made.sealed.append(seal(runtime, house, sink))


def _open(runtime: Runtime, house: Actor, row: RedactionJob) -> tuple[Reader, bytes | None]:
    with runtime.work(house, write=False) as work:
        grant = access.house_grant(work, PERMISSION, row.id, because=_BECAUSE)
        reader = vault.open(work, grant, row.sound_blob_id or "")
        if row.transcript_blob_id is None:
            return reader, None
        with BufferedReader(vault.open(work, grant, row.transcript_blob_id)) as said:
            return reader, said.read()


def _settle(work: Work, task: _Task, made: _Made, error: Exception | None) -> None:
    """Write down what came of the run, if the job is still this worker's and in its time; else it came to nothing."""
    row = job_queries.claimed(work, task.row.id, task.claim, WORKING)
    if row is None:
        _log.warning("a job was settled by somebody else", job=task.row.id)
    elif error is None:
        _finish(work, row, made)
    elif isinstance(error, GovernanceError) and not isinstance(error, PolicyError):
        # What the file or its words are does not change by trying again.
        _fail(work, row, error.code, str(error))
    elif row.attempts < MOST_TRIES:
        _log.error(
            "a job failed and is tried again", job=row.id, attempts=row.attempts, **log.nameless(error)
        )
        row.state, row.claim, row.next_at = WAITING, None, work.now + rest_after(row.attempts)
        work.session.add(row)
    else:
        _log.error("a job failed", job=row.id, attempts=row.attempts, **log.nameless(error))
        _fail(work, row, "internal", "Something went wrong, as often as it was tried.")


def _finish(work: Work, row: RedactionJob, made: _Made) -> None:
    report, *sound = made.sealed
    shred(work, row)
    row.report_blob_id = vault.keep(work, report, row.id, is_text=True).id
    row.result_blob_id = vault.keep(work, sound[0], row.id).id if sound else None
    row.content_type = made.content_type
    end(work, row, DONE)
    row.expires_at = work.now + work.policies.redaction.jobs.result_kept
    work.session.add(row)
    det = {"bytes": sound[0].bytes if sound else 0, "spans": made.spans, "attempts": row.attempts}
    record(work, "redaction.job.done", row, det)
    tell(work, row)


def _fail(work: Work, row: RedactionJob, problem: str, because: str) -> None:
    """Say that the job has failed, and why: its original goes, and nothing was made of it that could be fetched."""
    row.problem, row.because = problem, because[:1000]
    end(work, row, FAILED)
    shred(work, row)
    record(work, "redaction.job.failed", row, {"attempts": row.attempts}, why=problem, out="failure")
    tell(work, row)
