"""What the DPO and the CISO do all day, over HTTP on both databases: answer, stop, keep, erase, find and mend."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from governance import jobs
from governance.access import service as access
from governance.audit import policyfile, proof
from governance.audit import service as audit
from governance.clock import FakeClock
from governance.redaction import service as redaction
from governance.runtime import Actor, Runtime
from tests.api.conftest import Door, _door, metadata
from tests.messages.conftest import MailSink, sink
from tests.oracle import check_everything
from tests.scenarios.samples import SAMPLES

__all__ = ["sink"]

JANE = {"role": "customer", "name": "Jane Roe", "email": "jane.roe@example.com", "channel": 1}
JOHN = {"role": "customer", "name": "John Doe", "email": "john.doe@example.com", "channel": 1}
OWN, SHARED = "+447700900123", "+447700900456"
CARD = "card-visa-single-digits"
SAID = "thank you for calling how can I help"


@pytest.fixture
def door(runtime: Runtime, actor: Actor) -> Iterator[Door]:
    """The application, with somebody of every role signed in."""
    yield from _door(runtime, actor)


def call(door: Door, name: str, who: dict[str, Any], tel: str, said: str | None = SAID, **more: Any) -> str:
    """Bring in a call, have it redacted, and return its id."""
    now = door.runtime.clock.now() - timedelta(hours=1)
    parties = [{**who, "tel": tel}, {"role": "agent", "channel": 0}]
    answer = door.ingest(name, said, parties=parties, started_at=now.isoformat(), **more)
    assert answer.status_code == 201, answer.text
    redaction.redact_pending(door.runtime, Actor.system("default", "svc_redaction"), 5)
    return str(answer.json()["id"])


def ok(answer: Any, code: int = 200) -> Any:
    assert answer.status_code == code, answer.text
    return answer.json() if answer.content else None


def post(door: Door, login: str, path: str, body: dict[str, Any] | None = None, code: int = 200) -> Any:
    return ok(door.client.post(path, json=body, headers=door.as_(login)), code)


def get(door: Door, login: str, path: str, code: int = 200, **query: Any) -> Any:
    return ok(door.client.get(path, params=query, headers=door.as_(login)), code)


def hear(door: Door, recording_id: str, login: str = "qa", purpose: str = "quality") -> Any:
    path = f"/v1/recordings/{recording_id}/audio"
    return door.client.get(path, params={"purpose": purpose}, headers=door.as_(login))


def later(door: Door, clock: FakeClock, by: timedelta) -> None:
    """Let time pass. Every session has ended by then: everybody signs in anew."""
    clock.advance(by)
    for login, account_id in door.accounts.items():
        with door.runtime.work(door.house) as work:
            link = access.issue_link(work, account_id)
        door.tokens[login] = access.redeem_link(door.runtime, link)


def run(door: Door, *names: str) -> None:
    """Run jobs of the table by their names, as the scheduler does."""
    for name in names:
        next(job for job in jobs.JOBS if job.name == name).verb(door.runtime, "default")


def test_access_for_a_person_with_two_telephones_one_of_them_a_strangers_too(door: Door) -> None:
    mine = {call(door, "jane-1", JANE, OWN), call(door, "jane-2", JANE, SHARED)}
    strangers = call(door, "john-1", JOHN, SHARED)
    request = post(
        door, "dpo", "/v1/requests",
        {
            "kind": "access", "channel": "by_hand", "name": "Jane Roe", "email": JANE["email"],
            "identifiers": [{"kind": "tel", "value": OWN}, {"kind": "tel", "value": SHARED},
                            {"kind": "email", "value": JANE["email"]}],
        }, 201,
    )  # fmt: skip
    at = f"/v1/requests/{request['id']}"
    post(door, "dpo", f"{at}/acknowledgement")
    assert post(door, "dpo", f"{at}/search") == {"found": 3}
    # Until somebody has looked at each, nothing of it is granted, and nothing of it is erased.
    granted = {"outcome": "granted", "because": "She asks for a copy of her calls."}
    post(door, "dpo", f"{at}/decision", granted, 409)
    erased = door.client.request(
        "DELETE", f"/v1/recordings/{strangers}", json={"reason": "no_longer_needed"}, headers=door.as_("dpo")
    )
    assert erased.status_code == 409, erased.text

    found = {one["recording_id"]: one for one in get(door, "dpo", f"{at}/candidates")["items"]}
    assert set(found) == mine | {strangers}
    assert found[strangers]["hint"] == "differs"
    assert all(found[one]["hint"] != "differs" for one in mine)
    assert "john.doe" not in json.dumps(found[strangers]).lower()
    for recording_id, one in found.items():
        decision = "confirmed" if recording_id in mine else "excluded"
        judged = {
            "candidate_ids": [one["candidate_id"]],
            "decision": decision,
            "because": "I compared name and number.",
        }
        post(door, "dpo", f"{at}/candidates/decisions", judged)
    post(door, "dpo", f"{at}/decision", granted)
    package = post(door, "dpo", f"{at}/packages", None, 202)
    run(door, "make packages")

    letters = {
        one["kind"]: one["id"]
        for one in get(door, "dpo", f"{at}/letters")["letters"]
        if one["state"] == "prepared"
    }
    texts = {}
    for kind in ("package_ready", "package_code"):
        revision = get(door, "dpo", f"/v1/letters/{letters[kind]}")["revision"]
        texts[kind] = post(door, "dpo", f"/v1/letters/{letters[kind]}/post", {"revision": revision})["body"]
    code = re.search(r"(?:[2-9A-HJKMNP-Z]{4}-){4}[2-9A-HJKMNP-Z]{4}", texts["package_code"])
    assert code is not None
    assert f"/fetch/{package['id']}" in texts["package_ready"]
    assert code.group() not in texts["package_ready"]
    assert get(door, "dpo", at)["state"] == "answered"

    content = fetched(door, package["id"], code.group())
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    manifest = json.loads(archive.read("manifest.json"))
    listed = {one["name"]: one["sha256"] for one in manifest["files"]}
    assert listed
    for path, digest in listed.items():
        assert hashlib.sha256(archive.read(path)).hexdigest() == digest
    whole = b"".join(archive.read(name) for name in archive.namelist())
    assert sum(name.endswith(".wav") for name in archive.namelist()) == len(mine)
    assert b"John Doe" not in whole
    assert strangers.encode() not in whole
    check_everything(door.runtime, "default")


def proof_on(page: str) -> str:
    """Return what the form on a page must bring along."""
    found = re.search(r'name="proof" value="([0-9a-f]{64})"', page)
    assert found is not None, page
    return found.group(1)


def fetched(door: Door, package_id: str, code: str) -> bytes:
    """Fetch the package as its owner does, after a mail scanner has followed the link, broken off once and resumed."""
    page = f"/fetch/{package_id}"
    for _ in range(3):  # a scanner follows the link and every link on the page
        assert door.client.get(page).status_code == 200
        door.client.head(page)
        door.client.get(f"{page}/package.zip", follow_redirects=False)
    door.client.cookies.clear()
    form = door.client.get(page, headers={"Accept": "text/html"})
    given = proof_on(form.text)
    wrong = door.client.post(page, data={"proof": given, "code": "AAAA-AAAA-AAAA-AAAA-AAAA"})
    assert wrong.status_code == 401, wrong.text
    form = door.client.get(page, headers={"Accept": "text/html"})
    given = proof_on(form.text)
    opened = door.client.post(page, data={"proof": given, "code": code}, follow_redirects=False)
    assert opened.status_code == 303, opened.text
    first = door.client.get(f"{page}/package.zip", headers={"Range": "bytes=0-4095"})
    assert first.status_code == 206
    rest = door.client.get(
        f"{page}/package.zip", headers={"Range": "bytes=4096-", "If-Range": first.headers["etag"]}
    )
    assert rest.status_code == 206
    door.client.cookies.clear()
    # Whoever finds the code later finds an empty shelf: it was fetched once, and wholly.
    form = door.client.get(page, headers={"Accept": "text/html"})
    again = door.client.post(page, data={"proof": proof_on(form.text), "code": code}, follow_redirects=False)
    assert again.status_code in (401, 403), again.text
    whole: bytes = first.content + rest.content
    return whole


def test_an_objection_stops_what_is_there_at_once_and_what_comes_tomorrow(
    door: Door, clock: FakeClock
) -> None:
    known, other = call(door, "jane-1", JANE, OWN), call(door, "john-1", JOHN, "+447700900789")
    assert hear(door, known).status_code == hear(door, other).status_code == 200
    request = post(
        door, "dpo", "/v1/requests",
        {"kind": "objection", "channel": "by_hand", "identifiers": [{"kind": "tel", "value": OWN}], "purposes": ["quality"]},
        201,
    )  # fmt: skip
    # No job has run and the clock stands still: the same moment.
    denied = hear(door, known)
    assert (denied.status_code, denied.json()["reason"]) == (403, "purpose_restricted")
    assert hear(door, known, purpose="training").status_code == 200
    assert hear(door, other).status_code == 200
    listed = get(door, "qa", "/v1/recordings", purpose="quality")["items"]
    assert [one["id"] for one in listed] == [other]

    later(door, clock, timedelta(days=1))
    tomorrow = call(door, "jane-2", JANE, OWN)
    assert hear(door, tomorrow).json()["reason"] == "purpose_restricted"
    run(door, "carry out standing orders")
    assert hear(door, known).json()["reason"] == "purpose_restricted"
    told = get(door, "dpo", f"/v1/recordings/{tomorrow}/explain")
    assert any(one["kind"] == "restriction" for one in told["effects"])
    # Only a person lifts it, with reasons, and only once Jane was told.
    at = f"/v1/requests/{request['id']}"
    weighed = {"verdict": "grounds_outweigh", "because": "The call proves an assault on a colleague."}
    post(door, "dpo", f"{at}/grounds", weighed)
    assert hear(door, known).status_code == 403
    check_everything(door.runtime, "default")


def test_a_hold_outlives_its_deadline_and_a_sweep_erases_and_certifies(door: Door, clock: FakeClock) -> None:
    held, due = call(door, "jane-1", JANE, OWN), call(door, "john-1", JOHN, "+447700900789")
    review_by = (clock.now() + timedelta(days=360)).date().isoformat()
    matter = post(
        door, "ciso", "/v1/matters",
        {
            "title": "Claim of a customer", "because": "A customer has announced a claim.",
            "recordings": {"recording_ids": [held]}, "review_by": review_by,
        }, 201,
    )  # fmt: skip
    run(door, "carry out standing orders", "reckon deadlines")
    later(door, clock, timedelta(days=400))
    run(door, "sweep everything due")
    assert get(door, "dpo", f"/v1/recordings/{due}")["state"] == "released", (
        "nobody has put the policy into force"
    )

    preview = get(door, "dpo", "/v1/retention/preview")
    post(door, "dpo", "/v1/retention/policy/adoption", {"digest": preview["policy_digest"]})
    run(door, "sweep everything due", "vouch for the log")
    told = get(door, "dpo", f"/v1/recordings/{held}/explain")
    assert (told["code"], told["until"]) == ("legal_hold", None)
    assert hear(door, held).status_code == 200
    assert get(door, "dpo", f"/v1/recordings/{due}/explain", 404)
    certified(door, due)

    # It takes two persons to let it go.
    at = f"/v1/matters/{matter['id']}"
    post(door, "ciso", f"{at}/release", {"because": "The claim was withdrawn by the customer."})
    post(door, "ciso", f"{at}/release/approval", {"approve": True}, 403)
    run(door, "sweep everything due")
    assert hear(door, held).status_code == 200
    post(door, "dpo", f"{at}/release/approval", {"approve": True})
    run(door, "carry out standing orders", "sweep everything due", "finish erasures")
    assert hear(door, held).status_code == 404
    check_everything(door.runtime, "default")


def certified(door: Door, recording_id: str) -> None:
    """What was erased has a certificate whose entry is proven by the log."""
    entries = get(door, "dpo", "/v1/audit/entries", act="recording.erased", recording_id=recording_id)[
        "items"
    ]
    (erasure_id,) = (one["id"] for one in entries[0]["members"]["res"] if one["kind"] == "erasure")
    found = get(door, "dpo", f"/v1/erasures/{erasure_id}/certificate")
    assert (found["recording_id"], found["rule"]) == (recording_id, "default")
    with door.runtime.work(door.house, write=False) as work:
        trusted = policyfile.parse(audit.trust(work))
    for entry in found["entries"]:
        assert (
            proof.parse(entry["proof"]).verify(base64.b64decode(entry["leaf"]), trusted).origin
            == entry["log"]
        )


def test_a_finding_is_opened_escalated_by_mail_mended_and_closes_itself(
    door: Door, clock: FakeClock, sink: MailSink
) -> None:
    with door.runtime.work(door.house) as work:
        for role in ("dpo", "ciso"):
            row = access.create_account(
                work, f"{role}.post", as_role=role, email=f"{role}@controller.example.test"
            )
            door.accounts[f"{role}.post"] = row.id

    unheard = unexamined(door)
    later(door, clock, timedelta(days=2))
    run(door, "look for what is wrong")
    later(door, clock, timedelta(hours=2))
    run(door, "look for what is wrong", "deliver messages")
    (finding,) = get(door, "dpo", "/v1/findings", kind="recording_not_examinable")["items"]
    assert (finding["subject_id"], finding["state"]) == (unheard, "open")
    assert ["dpo@controller.example.test"] in sink.recipients

    later(door, clock, timedelta(days=12))
    run(door, "escalate what is late", "deliver messages")
    assert ["ciso@controller.example.test"] in sink.recipients
    assert "Jane" not in "".join(str(mail) for mail in sink.mails)

    # Nobody can close it by hand: what it takes is that the recording can be examined.
    at = f"/v1/findings/{finding['id']}"
    assert post(door, "dpo", f"{at}/check")["state"] == "open"
    added = door.client.post(
        f"/v1/recordings/{unheard}/transcript",
        content=(SAMPLES / f"{CARD}.transcript.json").read_bytes(),
        headers={**door.as_("recorder"), "Content-Type": "application/json"},
    )  # fmt: skip
    assert added.status_code == 201, added.text
    redaction.redact_pending(door.runtime, Actor.system("default", "svc_redaction"), 5)
    run(door, "look for what is wrong")
    assert get(door, "dpo", at)["state"] == "closed"
    check_everything(door.runtime, "default")


def unexamined(door: Door) -> str:
    """Bring in speech that no transcript covers: nobody can say what is in it."""
    files = [
        ("metadata", ("m.json", json.dumps(metadata("speech-1")), "application/json")),
        ("audio", ("a.wav", (SAMPLES / f"{CARD}.wav").read_bytes(), "audio/wav")),
    ]
    answer = door.client.post("/v1/recordings", files=files, headers=door.as_("recorder"))
    redaction.redact_pending(door.runtime, Actor.system("default", "svc_redaction"), 5)
    return str(ok(answer, 201)["id"])
