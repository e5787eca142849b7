"""What the tests of the door share: an application over a runtime, and people of every role who may come in."""

from __future__ import annotations

import io
import json
import struct
import warnings
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from sqlmodel import select

from governance.access import service as access
from governance.api.rates import Rates
from governance.app import build
from governance.audit.models import AuditOutbox
from governance.runtime import Actor, Runtime

with warnings.catch_warnings():
    # The test client would rather have a successor of httpx that nothing else here needs.
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.simplefilter("ignore", UserWarning)
    from fastapi.testclient import TestClient


# The shapes of answers do not depend on the database: once is enough. Journeys run on both.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def tone(seconds: float = 1.0, rate: int = 8000, channels: int = 2, hz: float = 220.0) -> bytes:
    """Return a WAV file of 16-bit PCM with one tone."""
    moments = np.arange(int(seconds * rate)) / rate
    samples = (np.sin(2 * np.pi * hz * moments) * 8000).astype("<i2")
    body = io.BytesIO()
    with wave.open(body, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.repeat(samples, channels).tobytes())
    return body.getvalue()


def metadata(external_id: str = "call-1", **other: Any) -> dict[str, Any]:
    """Return what a recorder says about one call."""
    return {
        "source": "recorder-1",
        "external_id": external_id,
        "started_at": "2026-03-02T08:00:00Z",
        "agent": {"id": "a-17"},
        "team": "sales",
        "site": "leeds",
        "language": "en-GB",
        "parties": [
            {"role": "customer", "name": "Jane Roe", "tel": "+44 7700 900123", "channel": 1},
            {"role": "agent", "channel": 0},
        ],
        **other,
    }


def transcript(text: str = "thank you for calling how can I help") -> dict[str, Any]:
    """Return a transcript with word times, as recognisers write it."""
    words = text.split()
    return {
        "language": "en",
        "segments": [
            {
                "id": 0,
                "start": 0.0,
                "end": len(words) * 0.08,
                "text": text,
                "words": [
                    {"word": word, "start": round(at * 0.08, 2), "end": round(at * 0.08 + 0.07, 2)}
                    for at, word in enumerate(words)
                ],
            }
        ],
        "text": text,
    }


@dataclass
class Door:
    """The application, and a way in for every role."""

    runtime: Runtime
    client: TestClient
    house: Actor
    tokens: dict[str, str]
    accounts: dict[str, str]

    def as_(self, login: str) -> dict[str, str]:
        """Return the headers of somebody who is signed in."""
        return {"Authorization": f"Bearer {self.tokens[login]}"}

    def logged(self, act: str) -> list[Any]:
        """Return the details of every entry of `act` that waits for its place in the log."""
        with self.runtime.unscoped(self.house) as work:
            rows = work.session.exec(select(AuditOutbox.leaf).where(AuditOutbox.act == act)).all()
        return [json.loads(leaf)["det"] for leaf in rows]

    def ingest(self, external_id: str = "call-1", said: str | None = None, **other: Any) -> Any:
        """Bring a recording in and return the answer."""
        files = [
            ("metadata", ("m.json", json.dumps(metadata(external_id, **other)), "application/json")),
            ("audio", ("a.wav", tone(), "audio/wav")),
        ]
        if said is not None:
            files.append(("transcript", ("t.json", json.dumps(transcript(said)), "application/json")))
        return self.client.post("/v1/recordings", files=files, headers=self.as_("recorder"))


PEOPLE: dict[str, dict[str, str]] = {
    "agent": {"as_role": "agent", "agent_id": "a-17", "team": "sales", "site": "leeds"},
    "supervisor": {"as_role": "supervisor", "team": "sales", "site": "leeds"},
    "outsider": {"as_role": "supervisor", "team": "claims", "site": "york"},
    "qa": {"as_role": "qa_analyst", "team": "sales", "site": "leeds"},
    "dpo": {"as_role": "dpo"},
    "ciso": {"as_role": "ciso"},
    "admin": {"as_role": "administrator"},
    "recorder": {"as_role": "integration"},
}


@pytest.fixture
def door(runtime: Runtime, actor: Actor) -> Iterator[Door]:
    """The application over `runtime`, with everybody in `PEOPLE` signed in."""
    yield from _door(runtime, actor)


def _door(runtime: Runtime, actor: Actor, rates: Rates | None = None) -> Iterator[Door]:
    links, accounts = {}, {}
    with runtime.work(actor) as work:
        for login, facts in PEOPLE.items():
            row = access.create_account(work, login, **facts)
            links[login], accounts[login] = access.issue_link(work, row.id), row.id
    tokens = {login: access.redeem_link(runtime, link) for login, link in links.items()}
    with TestClient(build(runtime, rates), base_url="http://testserver") as client:
        yield Door(runtime, client, actor, tokens, accounts)


@pytest.fixture
def door_with(runtime: Runtime, actor: Actor) -> Callable[[Rates], Iterator[Door]]:
    """Make a door with rates of the test's own."""
    return lambda rates: _door(runtime, actor, rates)


def pcm_canary() -> bytes:
    """Return samples that occur nowhere by chance."""
    return b"".join(struct.pack("<h", (at * 7919) % 30011 - 15000) for at in range(64))
