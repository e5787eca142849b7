"""Sound that takes too long to wait for: 202 and a job, for whoever asked and nobody else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest

from governance import jobs as house_jobs
from governance.api.handout import Handout
from governance.clock import FakeClock
from governance.policy.redaction import SoundJobs, SpeechRecognition
from governance.runtime import Actor
from tests.api.conftest import ON_SQLITE, Door
from tests.redaction.job_houses import SAID, SOUND, is_silenced

ASYNC = {"Prefer": "respond-async"}
JOBS = [job for job in house_jobs.JOBS if "sound without a catalog" in job.name]


def send(
    door: Door,
    login: str = "recorder",
    sound: bytes = SOUND,
    query: str = "",
    headers: dict[str, str] | None = None,
) -> Any:
    return door.client.post(
        f"/v1/redactions/audio{query}",
        files={"audio": ("4111111111111111.wav", sound), "transcript": ("t.json", SAID)},
        headers=door.as_(login) | (headers or {}),
    )


def work(door: Door) -> None:
    for job in JOBS:
        job.verb(door.runtime, "default")


def bound(door: Door, monkeypatch: pytest.MonkeyPatch, **bounds: int) -> None:
    policies = door.runtime.policies.for_tenant("default")
    narrow = policies.redaction.model_copy(update={"jobs": SoundJobs(**bounds)})
    monkeypatch.setattr(
        door.runtime.policies, "for_tenant", lambda _tenant: replace(policies, redaction=narrow)
    )


def test_sound_that_an_engine_has_to_write_down_is_a_job(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    policies = door.runtime.policies.for_tenant("default")
    named = SpeechRecognition(engine="known-calls", model="models")
    heard = policies.redaction.model_copy(update={"speech": named})
    monkeypatch.setattr(
        door.runtime.policies, "for_tenant", lambda _tenant: replace(policies, redaction=heard)
    )
    who = door.as_("recorder")
    alone = door.client.post("/v1/redactions/audio", files={"audio": ("a.wav", SOUND)}, headers=who)
    assert alone.status_code == 202, alone.text
    assert send(door).status_code == 200, "its words came with it"


def test_whoever_would_rather_not_wait_gets_a_job_and_its_result_once(door: Door) -> None:
    taken = send(door, headers=ASYNC)
    assert taken.status_code == 202, taken.text
    assert taken.headers["preference-applied"] == "respond-async"
    assert int(taken.headers["retry-after"]) > 0
    where = taken.headers["location"]
    assert where == f"/v1/redactions/jobs/{taken.json()['id']}"
    who = door.as_("recorder")
    waiting = door.client.get(where, headers=who)
    assert (waiting.json()["state"], waiting.json()["bytes"]) == ("waiting", len(SOUND))
    assert waiting.headers["retry-after"]
    assert door.client.get(f"{where}/result", headers=who).status_code == 409
    work(door)
    done = door.client.get(where, headers=who)
    assert done.json()["state"] == "done"
    assert "retry-after" not in done.headers
    assert done.json()["report"]["policy"]["version"]
    fetched = door.client.get(f"{where}/result", headers=who)
    assert fetched.status_code == 200, fetched.text
    assert fetched.headers["content-type"] == "audio/wav"
    assert fetched.headers["content-length"] == str(len(fetched.content))
    assert is_silenced(fetched.content, done.json()["report"])
    again = door.client.get(f"{where}/result", headers=who)
    assert (again.status_code, again.json()["type"].rsplit(":", 1)[1]) == (410, "gone")
    told = door.client.get(where, headers=who).json()
    assert (told["state"], told["report"]) == ("fetched", None)


@ON_SQLITE
@pytest.mark.parametrize("bounds", [{"answer_at_once_s": 1}, {"answer_at_once_mib": 0}])
def test_what_is_longer_or_larger_than_policy_says_is_a_job(
    door: Door, bounds: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert send(door).status_code == 200
    bound(door, monkeypatch, **bounds)
    taken = send(door)
    assert taken.status_code == 202
    assert "preference-applied" not in taken.headers


@ON_SQLITE
def test_what_does_not_fit_into_memory_goes_into_the_vault_as_it_comes(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("governance.api.redactions_audio.MOST_AUDIO", 20_000)
    taken = send(door)
    assert (taken.status_code, taken.json()["bytes"]) == (202, len(SOUND))
    work(door)
    where = taken.headers["location"]
    report = door.client.get(where, headers=door.as_("recorder")).json()["report"]
    sound = door.client.get(f"{where}/result", headers=door.as_("recorder")).content
    assert is_silenced(sound, report)


@ON_SQLITE
def test_report_and_sound_can_come_as_two_parts(door: Door) -> None:
    where = send(door, headers=ASYNC).headers["location"]
    work(door)
    answer = door.client.get(f"{where}/result", headers=door.as_("recorder") | {"Accept": "multipart/mixed"})
    assert answer.headers["content-length"] == str(len(answer.content))
    kind = answer.headers["content-type"].encode()
    whole = message_from_bytes(b"Content-Type: " + kind + b"\r\n\r\n" + answer.content)
    report, sound = (part.get_payload(decode=True) for part in list(whole.walk())[1:])
    assert isinstance(report, bytes)
    assert isinstance(sound, bytes)
    assert is_silenced(sound, report)


@ON_SQLITE
def test_the_report_alone_has_the_shape_of_the_answer_at_once(door: Door) -> None:
    where = send(door, query="?report=only", headers=ASYNC).headers["location"]
    work(door)
    answer = door.client.get(f"{where}/result", headers=door.as_("recorder"))
    at_once = send(door, query="?report=only").json()
    assert answer.json() == at_once
    assert door.client.get(f"{where}/result", headers=door.as_("recorder")).status_code == 410


@ON_SQLITE
def test_a_job_that_failed_says_why_and_nothing_of_what_was_sent(door: Door) -> None:
    said = json.dumps({"language": "fi", "words": [{"text": "4111111111111111", "start_ms": 0, "end_ms": 9}]})
    taken = door.client.post(
        "/v1/redactions/audio",
        files={"audio": ("a.wav", SOUND), "transcript": ("t.json", said)},
        headers=door.as_("recorder") | ASYNC,
    )
    work(door)
    told = door.client.get(taken.headers["location"], headers=door.as_("recorder"))
    assert told.json()["state"] == "failed"
    problem = told.json()["problem"]
    assert (problem["status"], problem["type"].rsplit(":", 1)[1]) == (422, "unsupported-language")
    assert problem["instance"] == "urn:trace:" + taken.headers["x-request-id"]
    assert "4111" not in told.text
    gone = door.client.get(taken.headers["location"] + "/result", headers=door.as_("recorder"))
    assert gone.status_code == 410


@ON_SQLITE
def test_for_everybody_else_there_is_no_such_job(door: Door) -> None:
    where = send(door, headers=ASYNC).headers["location"]
    work(door)
    for login, status in (("admin", 404), ("qa", 404), ("dpo", 403), ("agent", 403)):
        for path in (where, f"{where}/result"):
            answer = door.client.get(path, headers=door.as_(login))
            assert answer.status_code == status, (login, path)
    unknown = door.client.get("/v1/redactions/jobs/rjb_" + "0" * 32, headers=door.as_("admin"))
    strange = door.client.get(where, headers=door.as_("admin"))
    assert {**strange.json(), "instance": ""} == {**unknown.json(), "instance": ""}
    assert door.client.get(f"{where}/result", headers=door.as_("recorder")).status_code == 200


@ON_SQLITE
def test_a_tenant_with_too_many_jobs_is_told_when_to_come_back(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound(door, monkeypatch, held_at_most=1)
    assert send(door, headers=ASYNC).status_code == 202
    stored = sorted(door.runtime.blobs.names())
    for answer in (send(door, headers=ASYNC), send(door, "qa", headers=ASYNC)):
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) > 0
    bound(door, monkeypatch, held_at_most=1, answer_at_once_s=0)
    assert send(door).status_code == 429, "also where the length shows only once it is here"
    assert sorted(door.runtime.blobs.names()) == stored


@ON_SQLITE
@pytest.mark.parametrize("prefer", ["respond-async, wait=10", "handling=lenient,Respond-Async;x=y"])
def test_preferences_are_read_as_their_standard_says(door: Door, prefer: str) -> None:
    assert send(door, headers={"Prefer": prefer}).status_code == 202


@ON_SQLITE
@pytest.mark.parametrize("prefer", ["wait=10", "respond-asynchronously", "return=minimal"])
def test_other_preferences_change_nothing(door: Door, prefer: str) -> None:
    assert send(door, headers={"Prefer": prefer}).status_code == 200


@ON_SQLITE
@pytest.mark.parametrize("headers", [{}, ASYNC])
def test_what_is_no_sound_is_a_problem_at_once_and_is_not_kept(door: Door, headers: dict[str, str]) -> None:
    answer = send(door, sound=b"4111 1111 1111 1111" * 400, headers=headers)
    assert answer.status_code == 415
    assert "4111" not in answer.text
    assert list(door.runtime.blobs.names()) == []


@ON_SQLITE
def test_a_result_whose_time_is_over_is_gone_before_anybody_sweeps(door: Door, clock: FakeClock) -> None:
    where = send(door, headers=ASYNC).headers["location"]
    work(door)
    links = _key(door)
    clock.advance(timedelta(minutes=SoundJobs().result_kept_minutes))
    assert door.client.get(f"{where}/result", headers=links).status_code == 410
    assert door.client.get(where, headers=links).json()["state"] == "expired"


def _key(door: Door) -> dict[str, str]:
    """A key of the same account, which outlives a session."""
    from governance.access import service as access

    house = Actor.system("default", "svc_test")
    with door.runtime.work(house) as work:
        made = access.create_api_key(work, door.accounts["recorder"], "recorder", ["redaction:use"])
    return {"Authorization": f"Bearer {made.token}"}


class _Told:
    """What a hand-out told of its end."""

    def __init__(self) -> None:
        self.ends: list[str] = []

    def complete(self) -> None:
        self.ends.append("complete")

    def break_off(self) -> None:
        if not self.ends:
            self.ends.append("broken off")


@pytest.mark.anyio
@pytest.mark.parametrize("leaves_after", [0, 1, 2, 3])
async def test_a_hand_out_counts_only_if_somebody_was_there_for_its_last_byte(leaves_after: int) -> None:
    import anyio

    told, sent, gone = _Told(), [], anyio.Event()

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send_(message: Any) -> None:
        # As the server does: what is sent to somebody who has gone is passed over in silence.
        if message.get("body"):
            sent.append(message["body"])
            if len(sent) == leaves_after:
                gone.set()
                await anyio.sleep(0.01)  # the line was full, and broke while it was waited for

    if leaves_after == 0:
        gone.set()
    answer = Handout(_portions(), 9, "audio/wav", told)
    await answer({"type": "http"}, receive, send_)
    assert told.ends == ["broken off"]


@pytest.mark.anyio
async def test_a_hand_out_is_complete_though_its_client_hangs_up_at_once() -> None:
    import anyio

    told, gone = _Told(), anyio.Event()

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send_(message: Any) -> None:
        if message.get("body") == b"ghi":
            gone.set()

    await Handout(_portions(), 9, "audio/wav", told)({"type": "http"}, receive, send_)
    assert told.ends == ["complete"]


def _portions() -> Iterator[bytes]:
    yield from (b"abc", b"def", b"ghi")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
