"""Tokens through the API: the key is the tenant's own, and what was stored under another policy is heeded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from governance import policy
from governance.policy import PolicySet
from governance.policy.redaction import Treatment
from governance.recordings import intake
from governance.recordings.importers import sidecar
from governance.redaction import service as redaction
from governance.runtime import Actor
from tests.api.conftest import ON_SQLITE, Door, transcript

SAMPLES = Path(__file__).resolve().parents[2] / "governance" / "samples"
HOUSE = Actor(kind="admin", id="cli", tenant="default", role="administrator")


def decided(door: Door, treatment: str) -> None:
    default = policy.load().default
    pan = Treatment.model_validate({"transcript": treatment})
    named = default.redaction.model_copy(update={"entities": {**default.redaction.entities, "PAN": pan}})
    door.runtime.policies = PolicySet(replace(default, redaction=named), {})


def asked(door: Door, said: str) -> str:
    answer = door.client.post("/v1/redactions/text", json={"text": said}, headers=door.as_("recorder"))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["text"])


@ON_SQLITE
def test_a_card_has_one_token_in_texts_and_transcripts(door: Door) -> None:
    decided(door, "token")
    typed = asked(door, "my card is 4111 1111 1111 1111")
    assert typed.startswith("my card is [PAN ")
    token = typed.removeprefix("my card is ")
    spoken = " ".join(["four", *["one"] * 15])
    assert asked(door, f"my card is {spoken}") == f"my card is {token}"
    sent = transcript(f"my card is {spoken} thanks")
    answer = door.client.post("/v1/redactions/transcript", json=sent, headers=door.as_("recorder"))
    assert answer.status_code == 200, answer.text
    assert token in answer.text


@ON_SQLITE
def test_no_answer_with_tokens_while_parts_of_numbers_are_stored(door: Door) -> None:
    decided(door, "last_four")
    facts = sidecar.read(SAMPLES / "card-visa-single-digits.json")
    recording_id = intake.ingest(door.runtime, HOUSE, facts).recording_id
    assert redaction.redact(door.runtime, HOUSE, recording_id).state == "released"
    decided(door, "token")
    answer = door.client.post(
        "/v1/redactions/text", json={"text": "my card is 4111 1111 1111 1111"}, headers=door.as_("recorder")
    )
    assert answer.status_code == 409
    assert answer.json()["type"].endswith(":conflict")
    assert "4111" not in answer.text
