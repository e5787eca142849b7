"""Tokens and parts of card numbers never meet in one tenant, whatever its policy was before (PCI DSS 3.5.1)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from governance import policy, tenancy
from governance.errors import ConflictError
from governance.policy import PolicySet
from governance.policy.redaction import Treatment
from governance.recordings import erasure, intake
from governance.recordings import queries as catalog
from governance.recordings.importers import sidecar
from governance.redaction import forms, marks, reports, service, text
from governance.redaction.tokens import Tokeniser
from governance.runtime import Actor, Runtime
from governance.vault import service as vault
from tests.oracle import check_everything

SAMPLES = Path(__file__).resolve().parents[2] / "governance" / "samples"
HOUSE = Actor(kind="admin", id="cli", tenant="default", role="administrator")
SYSTEM = Actor.system("default", "svc_redaction")
CARD, OTHER = "card-visa-single-digits", "card-mastercard-pairs"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def decided(runtime: Runtime, transcript: str) -> None:
    """From now on the tenant's policy treats a PAN like this."""
    default = policy.load().default
    pan = Treatment.model_validate({"transcript": transcript})
    redaction = default.redaction.model_copy(update={"entities": {**default.redaction.entities, "PAN": pan}})
    runtime.policies = PolicySet(replace(default, redaction=redaction), {})


def taken_in(runtime: Runtime, name: str) -> str:
    return intake.ingest(runtime, HOUSE, sidecar.read(SAMPLES / f"{name}.json")).recording_id


def said(runtime: Runtime, recording_id: str) -> str:
    from governance.access import service as access

    with runtime.work(SYSTEM) as work:
        grant = access.house_grant(work, "recording:redact", recording_id, because="A test reads it.")
        [stored] = catalog.transcripts(work, recording_id, "rendition")
        reader = vault.open(work, grant, stored.blob_id)
    return reader.read(-1).decode()


def test_a_rendition_holds_the_tenants_token_and_a_second_run_keeps_it(runtime: Runtime) -> None:
    decided(runtime, "token")
    one = taken_in(runtime, CARD)
    assert service.redact(runtime, HOUSE, one).state == "released"
    with runtime.work(SYSTEM) as work:
        token = Tokeniser(tenancy.data_key(work, "tokens"))("PAN", "4111111111111111")
    assert token in said(runtime, one)
    before = said(runtime, one)
    assert service.redact(runtime, HOUSE, one).state == "released"
    assert said(runtime, one) == before
    check_everything(runtime, "default")


@pytest.mark.parametrize(("first", "then"), [("last_four", "token"), ("token", "bin_and_last_four")])
def test_the_one_is_not_released_while_the_other_is_stored(runtime: Runtime, first: str, then: str) -> None:
    one, two = taken_in(runtime, CARD), taken_in(runtime, OTHER)
    decided(runtime, first)
    assert service.redact(runtime, HOUSE, one).state == "released"
    decided(runtime, then)
    held = service.redact(runtime, HOUSE, two)
    assert (held.state, held.reasons) == ("quarantined", ("both_forms",))
    with pytest.raises(ConflictError, match=r"PCI DSS 3\.5\.1"):
        forms.able(runtime, "default")
    # By way of labels: nothing of the number is left in the first, and then the other may be given.
    decided(runtime, "label")
    assert service.redact(runtime, HOUSE, one).state == "released"
    assert marks.form(runtime.policies.default.redaction) is None
    assert "[PAN" in said(runtime, one)
    assert list(marks.spans(said(runtime, one), runtime.policies.default.redaction)) == []
    decided(runtime, then)
    assert service.redact(runtime, HOUSE, two).state == "released"
    assert forms.able(runtime, "default").redaction.treatment("PAN") is not None
    check_everything(runtime, "default")


@ON_SQLITE
def test_the_only_recording_that_shows_parts_may_be_given_a_label_at_once(runtime: Runtime) -> None:
    one = taken_in(runtime, CARD)
    decided(runtime, "last_four")
    service.redact(runtime, HOUSE, one)
    assert "1111]" in said(runtime, one)
    decided(runtime, "token")
    assert service.redact(runtime, HOUSE, one).state == "released"
    assert "1111]" not in said(runtime, one)


@ON_SQLITE
def test_what_is_erased_stands_beside_nothing(runtime: Runtime) -> None:
    one, two = taken_in(runtime, CARD), taken_in(runtime, OTHER)
    decided(runtime, "last_four")
    service.redact(runtime, HOUSE, one)
    erasure.erase(runtime, Actor(kind="admin", id="usr_d", tenant="default", role="dpo"), one, "test")
    decided(runtime, "token")
    assert service.redact(runtime, HOUSE, two).state == "released"


@ON_SQLITE
def test_tenants_do_not_stand_beside_each_other_and_have_keys_of_their_own(runtime: Runtime) -> None:
    decided(runtime, "token")
    with runtime.work(Actor.system("other", "svc_test")) as work:
        tenancy.ensure(work, "Another")
    card = "my card is 4111 1111 1111 1111"
    ours, theirs = (
        reports.redact_text(card, forms.able(runtime, tenant).redaction, "en").content
        for tenant in ("default", "other")
    )
    assert ours != theirs


@ON_SQLITE
def test_a_policy_without_tokens_makes_no_key(runtime: Runtime) -> None:
    decided(runtime, "label")
    assert forms.able(runtime, "default") is runtime.policies.default


def test_a_label_is_what_is_left_of_any_mask() -> None:
    line = "[PAN 411111******1111] [PHONE ***2671] [PAN bcdfghjkmnpqrstvwxzb] [PAN] [agent ****] [CVV 123]"
    assert marks.without(line) == "[PAN] [PHONE] [PAN] [PAN] [agent ****] [CVV 123]"


def test_a_mask_that_says_more_than_the_policy_lets_it_is_found() -> None:
    base = policy.load().default.redaction
    token = "[PAN bcdfghjkmnpqrstvwxzb]"
    for treatment, found in (
        ("label", ["[PAN 411111******1111]", "[PAN ************1111]", token]),
        ("token", ["[PAN 411111******1111]", "[PAN ************1111]"]),
        ("last_four", [token]),
    ):
        pan = Treatment.model_validate({"transcript": treatment})
        named = base.model_copy(update={"entities": {**base.entities, "PAN": pan}})
        line = f"[PAN 411111******1111] and [PAN ************1111], {token}. [PAN] [agent ****] [NOTE ***1]"
        assert [line[one.start : one.end] for one in text.detect(line, "en", policy=named)] == found
