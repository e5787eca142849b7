"""Calls with people in them, and whoever answers their requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from governance import ids
from governance.clock import FakeClock
from governance.recordings import people, standing
from governance.recordings.interaction import PartyFacts, Role
from governance.recordings.models import Recording
from governance.runtime import Actor, Runtime
from governance.subjects import service as requests
from governance.subjects.models import SubjectRequest
from governance.subjects.service import Asked, Identifier, Person

HOUSE = Actor.system("default", "svc_subjects")
DPO = Actor(kind="admin", id="cli", tenant="default", role="dpo")
RECORDER = Actor(kind="admin", id="recorder", tenant="default", role="integration")
AGENT = Actor(kind="admin", id="agent", tenant="default", role="agent")

TEL, SECOND, EMAIL, NUMBER = "+447700900123", "+447700900456", "jane@example.com", "C-4711"
JANE = PartyFacts(
    role=Role.CUSTOMER, name="Jane Roe", tel=TEL, email=EMAIL, customer_number=NUMBER, channel=1
)
STRANGER = PartyFacts(role=Role.CUSTOMER, name="Max Stranger", tel=TEL, customer_number="C-0815", channel=1)
AGENT_PARTY = PartyFacts(role=Role.AGENT, channel=0)

Call = Callable[..., str]
Opened = Callable[..., SubjectRequest]


def who(*identifiers: tuple[str, str], **more: Any) -> Person:
    """Return Jane, who names these identifiers."""
    known = tuple(Identifier(kind, value) for kind, value in identifiers)  # type: ignore[arg-type]
    return Person(name="Jane Roe", email=EMAIL, identifiers=known, **more)


@pytest.fixture
def call(runtime: Runtime, clock: FakeClock) -> Call:
    """Put a released call into the catalog as intake does, standing orders included; return its id."""

    def call(*parties: PartyFacts, at: datetime | None = None, **more: Any) -> str:
        recording_id = ids.new("rec")
        with runtime.work(HOUSE) as work:
            row = Recording(
                id=recording_id,
                tenant="default",
                source="test",
                external_id=recording_id,
                content_sha256="0" * 64,
                state="released",
                started_at=at or work.now - timedelta(days=30),
                created_at=work.now,
                **more,
            )
            work.session.add(row)
            work.session.flush()
            people.keep(work, recording_id, parties or (JANE, AGENT_PARTY))
            standing.apply(work, row)
        return recording_id

    return call


@pytest.fixture
def opened(runtime: Runtime) -> Opened:
    """Open a request as the data-protection officer, by default Jane's for access by her telephone and address."""

    def opened(kind: str = "access", *identifiers: tuple[str, str], **more: Any) -> SubjectRequest:
        named = identifiers or (("tel", TEL), ("email", EMAIL))
        asked = Asked(kind=kind, channel="by_hand", who=who(*named))  # type: ignore[arg-type]
        with runtime.work(DPO) as work:
            return requests.open_request(work, replace(asked, **more))

    return opened
