"""Fetching the result of a job, once: it counts when its last byte has gone out, and then its keys are deleted.

A fetch is claimed under a lease that is renewed while the client takes bytes, so one goes on at a time. One that breaks
off is not the one that counts: the work is not lost with the line, and the client may begin anew, a few times. If we
crash between the last byte and the commit that counts it, the result can be fetched once more, in its time: that is the
side on which nothing is lost, and whoever gets it is who asked.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from io import BufferedReader
from typing import TYPE_CHECKING

from governance.access import service as access
from governance.errors import ConflictError, GoneError, NotFoundError
from governance.redaction import job_queries
from governance.redaction.job_rules import FETCH_LEASE, state_at, why_not_fetch
from governance.redaction.jobs import PERMISSION, SERVICE, clear_ended, end, own, record
from governance.redaction.models import DONE, FETCHED, RedactionJob
from governance.runtime import Actor, Runtime, Work
from governance.vault import service as vault
from governance.vault.cipher import CHUNK

if TYPE_CHECKING:
    from datetime import datetime

_BECAUSE = "Who asked for it fetches the result."


class Fetch:
    """One fetch under way: what it hands out, and `complete` or `break_off` at its end."""

    def __init__(self, runtime: Runtime, actor: Actor, job: RedactionJob) -> None:
        self._runtime, self._actor, self._house = runtime, actor, Actor.system(actor.tenant, SERVICE)
        self._job_id, self._claim = job.id, job.claim or ""
        self._renew_at: datetime = runtime.clock.now() + FETCH_LEASE / 3
        self._is_over = False
        with runtime.work(self._house, write=False) as work:
            grant = access.house_grant(work, PERMISSION, job.id, because=_BECAUSE)
            with BufferedReader(vault.open(work, grant, job.report_blob_id or "")) as clear:
                self.report = clear.read()
            self._sound = (
                vault.open(work, grant, job.result_blob_id) if job.result_blob_id is not None else None
            )
        self.content_type = job.content_type or "application/octet-stream"
        self.size = self._sound.size if self._sound is not None else None
        """How many bytes of sound there are; None where only the report was asked for."""

    def sound(self) -> Iterator[bytes]:
        """Yield the redacted sound, decrypted as it goes out.

        Raises `NotFoundError` where its time ends meanwhile or another fetch has begun: half a result must not look
        like a whole one. Before the last portion that is asked in any case.
        """
        if self._sound is None:
            return
        with self._sound as reader:
            left = reader.size
            while left:
                portion = reader.read(min(CHUNK, left)) or b""
                if not portion:
                    raise NotFoundError("the result is shorter than it was")
                left -= len(portion)
                self.hold(is_last=not left)
                yield portion

    def hold(self, *, is_last: bool = False) -> None:
        """Keep this fetch the one that goes on: written now and then, and before the last portion. Raises as `sound`."""
        if not is_last and self._runtime.clock.now() < self._renew_at:
            return
        with self._runtime.work(self._house) as work:
            row = job_queries.claimed(work, self._job_id, self._claim, DONE)
            if row is None:
                raise NotFoundError("the result is not there any more, or is being fetched anew")
            row.next_at = work.now + FETCH_LEASE
            work.session.add(row)
            self._renew_at = work.now + FETCH_LEASE / 3

    def complete(self) -> None:
        """Count the fetch: the last byte has gone out. From the commit on nobody can fetch it, and its keys go right after."""
        with self._runtime.work(self._actor) as work:
            row = job_queries.job(work, self._job_id, lock=True)
            if row is not None and row.state == DONE:
                end(work, row, FETCHED)
                record(work, "redaction.job.fetched", row, {"fetches": row.fetches}, why="complete")
        self._is_over = True
        # If we crash here the keys are deleted by the next round of the house.
        clear_ended(self._runtime, self._house)

    def break_off(self) -> None:
        """Let the fetch go, unless it is complete: it may be begun anew at once."""
        if self._is_over:
            return
        self._is_over = True
        with self._runtime.work(self._house) as work:
            row = job_queries.claimed(work, self._job_id, self._claim, DONE)
            if row is not None:
                row.claim = None
                work.session.add(row)


def fetch(runtime: Runtime, actor: Actor, job_id: str) -> Fetch:
    """Return the actor's fetch of the result. That it was begun is in the log before its first byte leaves.

    Raises `NotFoundError` for what is not the actor's, `ConflictError` where it is not there yet or is being fetched,
    `GoneError` where it is not there any more.
    """
    with runtime.work(actor) as work:
        job = own(work, job_id, lock=True)
        _refuse(work, job)
        job.claim, job.next_at = secrets.token_hex(16), work.now + FETCH_LEASE
        job.fetches += 1
        work.session.add(job)
        record(work, "redaction.job.fetched", job, {"fetches": job.fetches}, why="begun")
    try:
        return Fetch(runtime, actor, job)
    except NotFoundError:
        raise GoneError("The result is not there any more.") from None


def _refuse(work: Work, job: RedactionJob) -> None:
    refusal = why_not_fetch(
        state_at(job.state, job.expires_at, work.now),
        is_claimed=job.claim is not None and work.now < job.next_at,
        begun=job.fetches,
        bounds=work.policies.redaction.jobs,
        because=job.because,
    )
    if refusal is not None:
        raise (GoneError if refusal.is_gone else ConflictError)(refusal.because)
