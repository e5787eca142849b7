"""What the tests of jobs share: a short call with a PIN in it, who asks for its redaction, and what is left of it."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import orjson
from sqlmodel import select

from governance.audit.models import AuditOutbox
from governance.messages.models import Message
from governance.redaction import audio, job_fetching, job_queries, job_working, jobs
from governance.redaction.jobs import Asked
from governance.redaction.models import RedactionJob
from governance.redaction.spans import TimeSpan
from governance.redaction.treatment import Check, Treatment, plan
from governance.runtime import Actor, Runtime
from governance.vault.models import BlobKey
from tests.faults.calls import spoken_pin

TENANT = "default"
ASKER = Actor(kind="admin", id="acc_1", tenant=TENANT, role="integration")
SOMEBODY_ELSE = Actor(kind="admin", id="acc_2", tenant=TENANT, role="integration")
HOUSE = Actor.system(TENANT, "svc_test")
SOUND: bytes = spoken_pin().media[0].body or b""
SAID: bytes = spoken_pin().transcripts[0].body
PIN = "PIN"


def take_in(runtime: Runtime, asked: Asked | None = None, sound: bytes = SOUND) -> str:
    """Return the id of a job for the call, or for other sound, with what is said in the call."""
    return jobs.take_in(runtime, ASKER, asked or Asked(), sound, SAID).id


def work_off(runtime: Runtime, limit: int = 1) -> int:
    """Work as the house does."""
    return job_working.work_off(runtime, HOUSE, limit)


def fetch_all(runtime: Runtime, job_id: str) -> bytes:
    """Fetch the result as a client does that stays until the last byte."""
    fetched = job_fetching.fetch(runtime, ASKER, job_id)
    sound = b"".join(fetched.sound())
    fetched.complete()
    return sound


def row(runtime: Runtime, job_id: str) -> RedactionJob:
    """Return the job's row."""
    with runtime.work(HOUSE, write=False) as work:
        found = job_queries.job(work, job_id)
    assert found is not None
    return found


def keys(runtime: Runtime) -> int:
    """Return of how many blobs there are keys."""
    with runtime.work(HOUSE, write=False) as work:
        return len(work.session.exec(select(BlobKey)).all())


def logged(runtime: Runtime) -> list[tuple[str, str, str]]:
    """Return what the log says of jobs: act, outcome, reason."""
    with runtime.work(HOUSE, write=False) as work:
        rows = work.session.exec(select(AuditOutbox).order_by(AuditOutbox.pk)).all()  # type: ignore[arg-type]
    leaves: list[dict[str, Any]] = [json.loads(one.leaf) for one in rows]
    return [
        (leaf["act"].removeprefix("redaction.job."), leaf["out"], leaf["why"].get("code", ""))
        for leaf in leaves
        if leaf["act"].startswith("redaction.job.")
    ]


def events(runtime: Runtime) -> list[str]:
    """Return the events that webhooks were written for."""
    with runtime.work(HOUSE, write=False) as work:
        rows = work.session.exec(select(Message).where(Message.kind == "webhook").order_by(Message.id)).all()
    return [one.event or "" for one in rows]


def is_silenced(sound: bytes, report: bytes | dict[str, Any]) -> bool:
    """Return whether the sound is as long as the call and silent where the report says that the PIN was."""
    told = orjson.loads(report) if isinstance(report, bytes) else report
    facts = audio.probe(BytesIO(sound))
    assert facts == audio.probe(BytesIO(SOUND))
    spans = [TimeSpan(**one) for one in told["spans"] if one["entity"] == PIN]
    check = Check(
        plan(
            spans,
            facts.rate,
            facts.channels,
            facts.frames,
            max(told["guard_band_ms"][one.timing] for one in spans),
        ),
        facts.rate,
        facts.settle_ms,
        frozenset({Treatment.SILENCE}),
    )
    for block in audio.blocks(BytesIO(sound)):
        check.feed(block.samples, block.offset)
    return bool(spans) and not check.failed
