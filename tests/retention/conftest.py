"""Recordings of any age and class, with bytes of their own in the vault, made in milliseconds; and people who decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from governance import ids
from governance.access import service as access
from governance.policy import Policies, PolicySet
from governance.policy.retention import RetentionPolicy
from governance.recordings import queries as catalog
from governance.recordings import service as recordings
from governance.recordings.models import MASTER, RELEASED, RENDITION, Media, Recording
from governance.redaction.models import RedactionRun
from governance.retention import service as retention
from governance.runtime import Actor, Runtime, Work
from governance.vault import service as vault
from tests.access.people import acting

TENANT = "default"
HOUSE = Actor.system(TENANT, retention.SERVICE)
Make = Callable[..., str]

POLICY: dict[str, Any] = {
    "version": "test",
    "rules": [
        {
            "name": "cards",
            "because": "A payment can be disputed for a year.",
            "when": {"found": ["card_data"]},
            "stages": [
                {"action": "erase_master", "period": {"days": 30}},
                {"action": "erase", "period": {"years": 1}},
            ],
        },
        {
            "name": "cases",
            "because": "A case can be opened again for three years.",
            "when": {"lines": ["cases"]},
            "stages": [
                {
                    "action": "erase",
                    "starts": "case_closed",
                    "wait_at_most": {"years": 2},
                    "period": {"years": 3},
                }
            ],
        },
        {
            "name": "contracts",
            "because": "A contract proves what was agreed.",
            "when": {"lines": ["sales"]},
            "stages": [{"action": "review", "period": {"days": 60}}],
        },
    ],
    "default": {
        "because": "Nobody needs a call after half a year.",
        "stages": [{"action": "erase", "period": {"months": 6}}],
    },
}


def obey(runtime: Runtime, **changes: Any) -> RetentionPolicy:
    """Put the test's retention policy, with `changes`, in force, and return it."""
    policy = RetentionPolicy.model_validate(POLICY | changes)
    now: Policies = runtime.policies.default
    runtime.policies = PolicySet(replace(now, retention=policy), {})
    return policy


@pytest.fixture
def house(runtime: Runtime) -> Runtime:
    """The runtime, under the policy of these tests."""
    obey(runtime)
    return runtime


def row_of(runtime: Runtime, recording_id: str) -> Recording:
    """Return a recording as the catalog has it now."""
    with runtime.work(HOUSE, write=False) as work:
        found = catalog.recording(work, recording_id)
        assert found is not None
        return found


@pytest.fixture
def make(runtime: Runtime) -> Make:
    """Make a recording that ended so many days ago, and return its id."""

    def made(days: int = 0, found: dict[str, int] | None = None, examined: bool = True, **told: Any) -> str:
        sealed = {}
        for level in (MASTER, RENDITION):
            with vault.seal(runtime, TENANT) as writer:
                writer.write(b"sound at level " + level.encode())
            sealed[level] = writer.sealed
        with runtime.work(HOUSE) as work:
            ended = work.now - timedelta(days=days)
            row = _recording(work, ended, told)
            media = Media(id=ids.new("med"), tenant=TENANT, recording_id=row.id, position=0, kind="voice")
            work.session.add(media)
            work.session.flush()
            for level, one in sealed.items():
                recordings.add_rendition(work, row.id, media.id, level, one)
            work.session.add(
                RedactionRun(
                    id=ids.new("run"), tenant=TENANT, recording_id=row.id, kind="redaction",
                    outcome="clean" if examined else "quarantined", because="A test said so.", policy_digest="0",
                    policy_version="1", counts=found or {}, at=work.now,
                )
            )  # fmt: skip
            return row.id

    return made


def _recording(work: Work, ended: datetime, told: dict[str, Any]) -> Recording:
    row = Recording(
        **{
            "id": ids.new("rec"),
            "tenant": TENANT,
            "source": "recorder-1",
            "external_id": ids.new("call"),
            "content_sha256": "0" * 64,
            "state": RELEASED,
            "started_at": ended - timedelta(minutes=5),
            "ended_at": ended,
            "created_at": work.now,
            **told,
        }
    )
    work.session.add(row)
    work.session.flush()
    return row


@pytest.fixture
def people(runtime: Runtime) -> dict[str, Actor]:
    """People who are signed in: two data-protection officers, a second account of the first, a CISO, an administrator."""
    with runtime.work(Actor.system(TENANT, "svc_test")) as work:
        dpo = access.create_account(work, "dpo", as_role="dpo")
        rows = {
            "dpo": dpo,
            "dpo_again": access.create_account(work, "dpo-2", as_role="dpo", same_person_as=dpo.id),
            "other_dpo": access.create_account(work, "other", as_role="dpo"),
            "ciso": access.create_account(work, "ciso", as_role="ciso"),
            "admin": access.create_account(work, "admin", as_role="administrator"),
            "agent": access.create_account(work, "agent", as_role="agent", agent_id="a-17"),
        }
    return {name: acting(row) for name, row in rows.items()}


def day(text: str) -> datetime:
    """Return the beginning of a day, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
