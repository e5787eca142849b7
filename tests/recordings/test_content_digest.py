"""What says that content is the same outlives the content, and must not give it away."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import orjson
import pytest

from governance.recordings import intake
from governance.recordings import queries as catalog
from governance.recordings.interaction import MediaFacts, MediaKind
from governance.runtime import Actor, Runtime
from tests.faults.calls import called

OPERATOR = Actor(kind="admin", id="cli", tenant="default", role="administrator")
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_nobody_finds_a_code_by_trying_all_of_them_against_the_digest(runtime: Runtime) -> None:
    said = b"Customer: the code is 923"
    chat = MediaFacts(kind=MediaKind.CHAT, content_type="text/plain", body=said)
    call = replace(called("plain-outage"), media=(chat,), transcripts=())
    recording_id = intake.ingest(runtime, OPERATOR, call).recording_id
    guessed = {
        "interaction": call.fingerprint(),
        "media": {"0": hashlib.sha256(said).hexdigest()},
        "transcripts": {},
    }
    unkeyed = hashlib.sha256(orjson.dumps(guessed, option=orjson.OPT_SORT_KEYS)).hexdigest()
    with runtime.work(OPERATOR, write=False) as work:
        row = catalog.recording(work, recording_id)
        assert row is not None
        assert row.content_sha256 != unkeyed
    assert not intake.ingest(runtime, OPERATOR, call).created
