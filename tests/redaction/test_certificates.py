"""Every release is certified in its own transaction, and what the certificate says can be checked by somebody who trusts nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rfc8785
import sqlalchemy as sa

from governance.audit import policyfile, proof
from governance.audit import service as audit
from governance.errors import DeniedError, NotFoundError
from governance.recordings import erasure, playback
from governance.recordings import queries as catalog
from governance.recordings import service as recordings
from governance.recordings.reasons import RESIDUE
from governance.redaction import cards, certificates, queries, service
from governance.runtime import Actor, Runtime
from tests.oracle import check_everything
from tests.redaction.test_service import CARD, DPO, HOUSE, ON_SQLITE, taken_in

ROOT = Path(__file__).resolve().parents[2]
CISO = Actor(kind="admin", id="usr_carl", tenant="default", role="ciso")


@pytest.fixture
def recording_id(runtime: Runtime) -> str:
    """A released call with a card number, a code and an expiry date, and the log signed."""
    made = taken_in(runtime, CARD)
    assert service.redact(runtime, HOUSE, made).state == "released"
    vouch(runtime)
    return made


def vouch(runtime: Runtime) -> None:
    audit.sequence(runtime, "default")
    audit.publish(runtime, "default")


def handed_out(runtime: Runtime, recording_id: str, actor: Actor = DPO, named: str | None = None) -> bytes:
    with runtime.work(actor) as work:
        return certificates.hand_out(work, recording_id, named)


def told(runtime: Runtime, recording_id: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(handed_out(runtime, recording_id))
    return found


def heard(runtime: Runtime, recording_id: str) -> bytes:
    with playback.play(runtime, DPO, recording_id, purpose="dispute").reader as reader:
        return reader.readall()


def read(runtime: Runtime, recording_id: str) -> bytes:
    with playback.read_transcript(runtime, DPO, recording_id, purpose="dispute").reader as reader:
        return reader.readall()


def recipe() -> Callable[..., None]:
    """Return the check that the document tells outsiders to make."""
    text = (ROOT / "docs" / "certificates.md").read_text(encoding="utf-8")
    [code] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    scope: dict[str, Any] = {}
    exec(code, scope)
    check: Callable[..., None] = scope["check"]
    return check


def test_what_was_released_can_be_checked_as_the_document_says(runtime: Runtime, recording_id: str) -> None:
    given, check = handed_out(runtime, recording_id), recipe()
    sound, words = heard(runtime, recording_id), read(runtime, recording_id)
    check(given, sound=sound, transcript=words)
    with pytest.raises(AssertionError, match="not the sound"):
        check(given, sound=sound[:-1] + bytes([sound[-1] ^ 1]))
    with pytest.raises(AssertionError, match="not the transcript"):
        check(given, transcript=words + b" ")
    with pytest.raises(AssertionError, match="was changed"):
        check(given.replace(b'"entity":"CVV"', b'"entity":"PIN"', 1))
    with runtime.work(HOUSE, write=False) as work:
        trusted = policyfile.parse(audit.trust(work))
    entry = json.loads(given)["entry"]
    proof.parse(entry["proof"]).verify(base64.b64decode(entry["leaf"]), trusted)
    check_everything(runtime, "default")


@ON_SQLITE
def test_its_bytes_are_those_of_an_independent_implementation(runtime: Runtime, recording_id: str) -> None:
    given = handed_out(runtime, recording_id)
    parsed = json.loads(given)
    assert rfc8785.dumps(parsed) == given
    assert hashlib.sha256(rfc8785.dumps(parsed["certificate"])).hexdigest() == parsed["sha256"]


@ON_SQLITE
def test_it_says_what_came_in_what_is_kept_who_looked_and_no_word_of_the_data(
    runtime: Runtime, recording_id: str
) -> None:
    found = told(runtime, recording_id)["certificate"]
    samples = ROOT / "governance" / "samples"
    [sound] = [one for one in found["originals"] if one["what"] == "sound"]
    assert sound["sha256"] == hashlib.sha256((samples / f"{CARD}.wav").read_bytes()).hexdigest()
    assert {(one["what"], one["level"]) for one in found["kept"]} == {
        (what, level) for what in ("sound", "transcript") for level in ("rendition", "master")
    }
    examined = {(one["what"], one["level"]): one["examined_for"] for one in found["kept"]}
    assert examined["sound", "master"] == ["cuts_are_silent"]
    assert examined["transcript", "master"] == []
    assert examined["sound", "rendition"] == [
        "cuts_are_silent", "keypad_tones", "spoken_digits", "speech_without_words",
    ]  # fmt: skip
    assert {one["entity"] for one in found["spans"]} == {one["entity"] for one in found["masked"]}
    assert {"PAN", "CVV", "EXPIRY"} == {one["entity"] for one in found["spans"]}
    with runtime.work(HOUSE, write=False) as work:
        run = queries.runs(work, recording_id)[0]
    assert found["detectors"] == run.detectors
    assert found["policy"] == {"digest": run.policy_digest, "version": run.policy_version}
    assert found["run_id"] == run.id
    assert "supersedes" not in found
    # Texts of originals and masters could be found by trying what the rendition hides: no plain digest of any.
    for one in (*found["originals"], *found["kept"]):
        assert one["what"] == "sound" or "sha256" not in one


def test_another_release_supersedes_the_first_and_what_it_masks_cannot_be_tried_out(
    runtime: Runtime, recording_id: str
) -> None:
    first = told(runtime, recording_id)
    assert service.redact(runtime, HOUSE, recording_id).state == "released"
    second = told(runtime, recording_id)
    assert second["certificate"]["supersedes"] == first["sha256"]
    assert second["certificate"]["originals"] == first["certificate"]["originals"]
    assert second["salt"] != first["salt"]
    earlier = json.loads(handed_out(runtime, recording_id, named=first["certificate"]["id"]))
    assert earlier["sha256"] == first["sha256"]
    assert "salt" not in earlier
    with runtime.work(HOUSE, write=False) as work:
        assert [bool(one.salt) for one in queries.certificates(work, recording_id)] == [True, False]
    check_everything(runtime, "default")


@ON_SQLITE
def test_what_was_not_released_has_no_certificate(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    recording_id = taken_in(runtime, CARD)
    monkeypatch.setattr(cards, "find", lambda _talk, **_named: [])
    assert service.redact(runtime, HOUSE, recording_id).state == "quarantined"
    with pytest.raises(NotFoundError):
        handed_out(runtime, recording_id)


@ON_SQLITE
def test_a_certificate_says_when_its_recording_was_taken_back(runtime: Runtime, recording_id: str) -> None:
    with runtime.work(HOUSE) as work:
        row = catalog.for_update(work, recording_id)
        assert row is not None
        recordings.quarantine(work, row, RESIDUE, "A test.")
    found = told(runtime, recording_id)
    assert found["state"] == "quarantined"
    assert "salt" not in found


@ON_SQLITE
def test_certificates_are_for_those_who_must_account_for_them(runtime: Runtime, recording_id: str) -> None:
    assert handed_out(runtime, recording_id, CISO)
    for role in ("agent", "supervisor", "qa_analyst", "integration"):
        with pytest.raises((DeniedError, NotFoundError)):
            handed_out(runtime, recording_id, Actor(kind="admin", id="usr_x", tenant="default", role=role))
    with pytest.raises(NotFoundError):
        handed_out(runtime, recording_id, Actor(kind="admin", id="usr_x", tenant="other", role="dpo"))
    vouch(runtime)
    with runtime.work(HOUSE) as work:
        assert len(audit.search(work, act="redaction.certificate.read", outcome="success").entries) == 1


def test_a_certificate_cannot_be_changed_and_goes_with_its_recording(
    runtime: Runtime, recording_id: str
) -> None:
    with (
        pytest.raises(sa.exc.DBAPIError, match="insert-only"),
        runtime.work(HOUSE) as work,
    ):
        work.session.connection().exec_driver_sql("UPDATE redaction_certificate SET sha256 = ''")
    erasure.erase(runtime, DPO, recording_id, "subject_request")
    with pytest.raises(NotFoundError):
        handed_out(runtime, recording_id)
    assert certificates.forget_erased(runtime, Actor.system("default", service.SERVICE)) == 1
    with runtime.work(HOUSE, write=False) as work:
        assert not queries.certificates(work, recording_id)
    check_everything(runtime, "default")
