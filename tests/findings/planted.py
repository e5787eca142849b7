"""For every kind of finding a case that its check fails on, and how it is mended."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from governance import ids
from governance.access import service as access
from governance.audit import service as audit
from governance.clock import FakeClock
from governance.findings import queries, rounds, service
from governance.messages.models import Message
from governance.policy import PolicySet
from governance.policy.sinks import SinksPolicy
from governance.recordings import erasure
from governance.recordings import queries as catalog
from governance.recordings import service as recordings
from governance.recordings.models import Erasure
from governance.recordings.reasons import RESIDUE, SUSPECTED_SAD
from governance.redaction import secondlook
from governance.redaction import service as redaction
from governance.redaction.firstlook import Obstacle
from governance.retention.models import Matter, RetentionProof, RetentionSchedule
from governance.runtime import Runtime
from governance.siem import service as siem
from governance.subjects.models import SubjectRequest
from governance.vault import service as vault
from tests.findings.pretended import DPO, HOUSE, acting, enrol

DAY = timedelta(days=1)


@dataclass
class House:
    """A house to plant in."""

    runtime: Runtime
    clock: FakeClock
    take_in: Callable[..., str]


Mend = Callable[[], object]
Plant = Callable[[House], tuple[str, Mend]]
"""Plants a case and returns the id of what fails, and what mends it."""


def not_examinable(house: House) -> tuple[str, Mend]:
    recording_id = house.take_in()
    house.clock.advance(timedelta(hours=25))
    return recording_id, lambda: redaction.redact(house.runtime, HOUSE, recording_id)


def suspected(house: House) -> tuple[str, Mend]:
    recording_id = house.take_in()
    redaction.redact(house.runtime, HOUSE, recording_id)
    with house.runtime.work(HOUSE) as work:
        row = catalog.for_update(work, recording_id)
        assert row is not None
        recordings.quarantine(work, row, SUSPECTED_SAD, "A PIN is suspected.")
    return recording_id, lambda: redaction.decide(house.runtime, DPO, recording_id, "not_card_data")


def unexpected(house: House) -> tuple[str, Mend]:
    recording_id = house.take_in()
    redaction.redact(house.runtime, HOUSE, recording_id)
    house.clock.advance(DAY)
    with house.runtime.work(HOUSE) as work:
        row = catalog.for_update(work, recording_id)
        assert row is not None
        redaction._note_recheck(work, row, [Obstacle(RESIDUE, "A card number is left.")])
    house.clock.advance(DAY)
    return recording_id, lambda: redaction.redact(house.runtime, HOUSE, recording_id)


def second_look_failed(house: House) -> tuple[str, Mend]:
    recording_id = house.take_in()
    with pytest.MonkeyPatch.context() as patch:
        left = [Obstacle(RESIDUE, "The second look: a card number is left.")]
        patch.setattr(secondlook, "read", lambda *_asked: left)
        assert redaction.redact(house.runtime, HOUSE, recording_id).reasons == (RESIDUE,)
    return recording_id, lambda: redaction.redact(house.runtime, HOUSE, recording_id)


def erasure_incomplete(house: House) -> tuple[str, Mend]:
    recording_id = house.take_in()
    erasure.erase(house.runtime, DPO, recording_id, "unlawful")
    with house.runtime.work(HOUSE) as work:
        row = catalog.erasure_of(work, recording_id)
        assert isinstance(row, Erasure)
        row.state, row.copies = "incomplete", {**row.copies, "ciphertext": "incomplete"}
        work.session.add(row)
        erasure_id = row.id
    house.clock.advance(timedelta(hours=25))
    return erasure_id, lambda: erasure.finish_all(house.runtime, HOUSE)


def scheduled(house: House, recording_id: str, **facts: object) -> None:
    """Say when the recording falls due."""
    with house.runtime.work(HOUSE) as work:
        old = work.session.get(RetentionSchedule, recording_id)
        row = old or RetentionSchedule(
            tenant="default",
            recording_id=recording_id,
            rule="telephone",
            action="erase",
            due_at=work.now,
            due_month=f"{work.now:%Y-%m}",
            policy_digest="0" * 32,
            revision=0,
        )
        for name, value in facts.items():
            setattr(row, name, value)
        work.session.add(row)


def erasure_overdue(house: House) -> tuple[str, Mend]:
    recording_id = house.take_in()
    scheduled(house, recording_id)
    house.clock.advance(timedelta(hours=49))
    return "telephone", lambda: scheduled(house, recording_id, due_at=house.clock.now() + DAY)


def review_due(house: House) -> tuple[str, Mend]:
    recording_id = house.take_in()
    scheduled(house, recording_id, action="review", review_asked_at=house.clock.now())
    house.clock.advance(366 * DAY)
    later = house.clock.now() + DAY
    return "telephone", lambda: scheduled(house, recording_id, review_asked_at=None, due_at=later)


def not_proved(house: House) -> tuple[str, Mend]:
    house.take_in()
    house.clock.advance(93 * DAY)

    def prove() -> None:
        with house.runtime.work(HOUSE) as work:
            proof = RetentionProof(
                id=ids.new("prf"), tenant="default", at=work.now, holds=True, counts={}, samples={},
                policy_digest="0" * 32, by="svc_test", entry_id="e",
            )  # fmt: skip
            work.session.add(proof)

    return "proof", prove


def hold_unreviewed(house: House) -> tuple[str, Mend]:
    today = house.clock.now().date()
    with house.runtime.work(HOUSE) as work:
        matter = Matter(
            id=ids.new("mat"), tenant="default", title_sealed=b"", because_sealed=b"", selection={}, order_id="ord_1",
            state="open", opened_by="acc_1", opened_at=work.now, review_by=today + 30 * DAY,
        )  # fmt: skip
        work.session.add(matter)
    house.clock.advance(31 * DAY)

    def review() -> None:
        with house.runtime.work(HOUSE) as work:
            row = work.session.get(Matter, matter.id)
            assert row is not None
            row.review_by = work.now.date() + 90 * DAY
            work.session.add(row)

    return matter.id, review


def asked(house: House, **facts: Any) -> str:
    """Write down a request that ends in thirty days."""
    now = house.clock.now()
    whole: dict[str, Any] = {
        "id": ids.new("req"), "tenant": "default", "year": 2026, "serial": 7, "regime": "gdpr", "kind": "access",
        "channel": "portal", "requester": "customer", "place": "ie", "language": "en", "box": b"",
        "state": "examining", "opened_by": "acc_1", "opened_at": now, "received_at": now,
        "due_on": (now + 30 * DAY).date(), "due_at": now + 30 * DAY, "identity": "undoubted",
    }  # fmt: skip
    with house.runtime.work(HOUSE) as work:
        row = SubjectRequest(**{**whole, **facts})
        work.session.add(row)
        return row.id


def change(house: House, request_id: str, **facts: object) -> None:
    """Change the request."""
    with house.runtime.work(HOUSE) as work:
        row = work.session.get(SubjectRequest, request_id)
        for name, value in facts.items():
            setattr(row, name, value)
        work.session.add(row)


def request_due(house: House) -> tuple[str, Mend]:
    request_id = asked(house)
    house.clock.advance(25 * DAY)
    return request_id, lambda: change(house, request_id, state="answered")


def log_not_verified(house: House) -> tuple[str, Mend]:
    with house.runtime.work(HOUSE) as work:
        audit.heartbeat(work)
    house.clock.advance(timedelta(hours=27))

    def verify() -> None:
        audit.self_audit(house.runtime, HOUSE)
        audit.sequence(house.runtime, "default")

    return "log", verify


def log_not_signed(house: House) -> tuple[str, Mend]:
    with house.runtime.work(HOUSE) as work:
        audit.heartbeat(work)
    audit.sequence(house.runtime, "default")
    house.clock.advance(timedelta(minutes=61))
    return "log", lambda: audit.publish(house.runtime, "default")


def log_not_told(house: House) -> tuple[str, Mend]:
    sinks = SinksPolicy.model_validate({"sinks": {"shelf": {"kind": "file"}}})
    house.runtime.policies = PolicySet(dataclasses.replace(house.runtime.policies.default, sinks=sinks), {})
    siem.tell(house.runtime, "default")
    with house.runtime.work(HOUSE) as work:
        audit.heartbeat(work)
    audit.sequence(house.runtime, "default")
    house.clock.advance(timedelta(minutes=16))
    return "shelf", lambda: siem.tell(house.runtime, "default")


def denied(house: House, actor: str, times: int) -> None:
    """Refuse the actor so many times."""
    from governance.runtime import Actor

    with house.runtime.work(Actor(kind="user", id=actor, tenant="default")) as work:
        for _ in range(times):
            audit.record(work, "recording.playback", why={"code": "out_of_scope"}, out="denied")
    audit.sequence(house.runtime, "default")


def repeated_denials(house: House) -> tuple[str, Mend]:
    abe, cy = enrol(house.runtime, "abe", "agent"), enrol(house.runtime, "cy", "ciso")
    denied(house, abe.id, 10)

    def explain() -> None:
        house.clock.advance(timedelta(hours=2))
        with house.runtime.work(acting(cy)) as work:
            row = queries.of_subject(work, "repeated_denials", ("actor", abe.id))
            assert row is not None
            service.note(work, row.id, "A wrong bookmark; it is gone.")

    return abe.id, explain


def break_glass(house: House) -> tuple[str, Mend]:
    cy, dora = enrol(house.runtime, "cy", "ciso"), enrol(house.runtime, "dora", "dpo")
    recording_id = house.take_in()
    redaction.redact(house.runtime, HOUSE, recording_id)
    with house.runtime.work(acting(cy)) as work:
        row = catalog.recording(work, recording_id)
        assert row is not None
        purpose = work.policies.purposes.for_role("ciso", "rendition")[0]
        facts = catalog.facts(work, row)
        given = access.request_break_glass(
            work,
            facts,
            level="rendition",
            purpose=purpose,
            reason="An alarm points to this call.",
            minutes=60,
        )
    with house.runtime.work(acting(dora)) as work:
        access.approve_break_glass(work, given.id)
    with house.runtime.work(acting(cy)) as work:
        access.require(work, "recording:rendition:play", facts, purpose=purpose)
    house.clock.advance(timedelta(hours=26))

    def review() -> None:
        with house.runtime.work(acting(dora)) as work:
            access.review_break_glass(work, given.id, "What was asked for was opened, and no more.")

    return given.id, review


def account_unused(house: House) -> tuple[str, Mend]:
    abe = enrol(house.runtime, "abe", "agent")
    house.clock.advance(91 * DAY)

    def disable() -> None:
        with house.runtime.work(HOUSE) as work:
            access.disable(work, abe.id)

    return abe.id, disable


def key_rotation(house: House) -> tuple[str, Mend]:
    with house.runtime.work(HOUSE) as work:
        audit.heartbeat(work)
    house.clock.advance(366 * DAY)

    def rotate() -> None:
        vault.rotate(house.runtime, HOUSE)
        audit.sequence(house.runtime, "default")

    return "kek", rotate


def undeliverable(house: House) -> tuple[str, Mend]:
    with house.runtime.work(HOUSE) as work:
        message = Message(
            id=ids.new("msg"), tenant="default", kind="mail", state="dead", content_sealed=b"x", error="smtp_550",
            created_at=work.now, next_at=work.now, ended_at=work.now,
        )  # fmt: skip
        work.session.add(message)

    def deliver() -> None:
        with house.runtime.work(HOUSE) as work:
            row = work.session.get(Message, message.id)
            assert row is not None
            row.state = "sent"
            work.session.add(row)

    return message.id, deliver


def job_failing(house: House) -> tuple[str, Mend]:
    def note(error: str | None) -> None:
        with house.runtime.work(HOUSE) as work:
            service.note_job(work, "finish_erasures", error)

    note("OperationalError")
    house.clock.advance(timedelta(minutes=61))
    return "finish_erasures", lambda: note(None)


def check_failing(house: House) -> tuple[str, Mend]:
    def note(error: str | None) -> None:
        with house.runtime.work(HOUSE) as work:
            rounds.note(work, "hold_unreviewed", error=error)

    note("OperationalError")
    return "hold_unreviewed", lambda: note(None)


PLANTED: dict[str, Plant] = {
    "recording_not_examinable": not_examinable,
    "sad_suspected": suspected,
    "card_data_unexpected": unexpected,
    "second_look_failed": second_look_failed,
    "erasure_incomplete": erasure_incomplete,
    "erasure_overdue": erasure_overdue,
    "retention_review_due": review_due,
    "retention_not_proved": not_proved,
    "hold_unreviewed": hold_unreviewed,
    "request_due": request_due,
    "log_not_verified": log_not_verified,
    "log_not_signed": log_not_signed,
    "log_not_told": log_not_told,
    "repeated_denials": repeated_denials,
    "break_glass_unreviewed": break_glass,
    "account_unused": account_unused,
    "key_rotation_due": key_rotation,
    "message_undeliverable": undeliverable,
    "job_failing": job_failing,
    "check_failing": check_failing,
}
