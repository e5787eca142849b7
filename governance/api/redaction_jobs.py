"""Jobs of redaction, for whoever asked for them: how one stands, and its result, handed out once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Path, Request, Response
from pydantic import Field

from governance.api import problems
from governance.api.deps import Caller, needs
from governance.api.handout import Handout
from governance.api.mixed import Mixed
from governance.api.problems import documented
from governance.api.shapes import Answer
from governance.api.small import SmallBody
from governance.redaction import job_fetching, jobs
from governance.redaction.job_rules import COME_BACK_S
from governance.redaction.jobs import Seen
from governance.redaction.models import DONE, FAILED, WAITING, WORKING, RedactionJob

router = APIRouter(prefix="/v1/redactions/jobs", tags=["redaction without a catalog"], route_class=SmallBody)

JobId = Annotated[str, Path(pattern=r"^rjb_[0-9a-f]{32}$", examples=["rjb_0199d5f2c7a07b1e8c55c3d1f0a9b2e4"])]
Asker = Annotated[Caller, needs("redaction:use")]


class JobShape(Answer):
    """A job. `expires_at`: until when its original may wait, and, once it is done, its result be fetched.

    `report` is there while the result is, `problem` (RFC 9457) where the job failed.
    """

    id: str
    state: Literal["waiting", "working", "done", "failed", "fetched", "expired"]
    bytes: int
    content_type: str | None
    taken_at: datetime
    ended_at: datetime | None
    expires_at: datetime
    report: Annotated[dict[str, Any] | None, Field(repr=False)]
    problem: dict[str, Any] | None


@router.get("/{job_id}", responses=documented(401, 403, 404))
def look(caller: Asker, job_id: JobId, response: Response) -> JobShape:
    """Say how a job stands. `Retry-After` while it is worth asking again."""
    seen = jobs.look(caller.runtime, caller.actor, job_id)
    if seen.state in (WAITING, WORKING):
        response.headers["Retry-After"] = str(COME_BACK_S)
    return shape(seen)


@router.get(
    "/{job_id}/result",
    response_class=Response,
    responses={
        200: {
            "description": "The redacted sound; with `Accept: multipart/mixed` the report and the sound as two parts. "
            "The report alone where nothing else was asked for.",
            "content": {
                "audio/*": {"schema": {"type": "string", "format": "binary"}},
                "multipart/mixed": {},
                "application/json": {},
            },
        },
        **documented(401, 403, 404, 409, 410),
    },
)
def result(caller: Asker, job_id: JobId, request: Request) -> Response:
    """Fetch the result, once: it counts when the last byte has gone out, and nothing is left then.

    A fetch that breaks off does not count. It is begun anew from the start, a few times at most.
    """
    fetched = job_fetching.fetch(caller.runtime, caller.actor, job_id)
    try:
        if fetched.size is None:
            told = orjson.dumps(
                {
                    "audio": None,
                    "content_type": fetched.content_type,
                    "report": orjson.Fragment(fetched.report),
                }
            )
            fetched.hold(is_last=True)
            return Handout(iter([told]), len(told), "application/json", fetched)
        sound = _authentic(fetched.sound())
        if "multipart/mixed" not in request.headers.get("accept", ""):
            return Handout(sound, fetched.size, fetched.content_type, fetched)
        mixed = Mixed(fetched.report, fetched.content_type, fetched.size)
        return Handout(mixed.portions(sound), mixed.size, mixed.content_type, fetched)
    except BaseException:
        fetched.break_off()
        raise


def _authentic(portions: Iterator[bytes]) -> Iterator[bytes]:
    """Return the same portions, the first read already: damage there is an error and not a broken line."""
    first = next(portions, b"")

    def all_of_them() -> Iterator[bytes]:
        yield first
        yield from portions

    return all_of_them()


def shape(seen: Seen) -> JobShape:
    """Return a job as its asker sees it."""
    job = seen.job
    return JobShape.model_validate(
        {
            "id": job.id,
            "state": seen.state,
            "bytes": job.bytes,
            "content_type": job.content_type if seen.state == DONE else None,
            "taken_at": job.taken_at,
            "ended_at": job.ended_at,
            "expires_at": job.expires_at,
            "report": seen.report,
            "problem": _problem(job) if seen.state == FAILED else None,
        }
    )


def _problem(job: RedactionJob) -> dict[str, Any]:
    return problems.told_by(job.problem or "internal", job.because or "", job.trace)
