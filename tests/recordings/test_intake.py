"""Taking in, on both databases: whole or not at all, once however often it is asked for, and only what it claims to be."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from governance import tenancy
from governance.audit import queries as log
from governance.audit import service as audit
from governance.errors import (
    ConflictError,
    DeniedError,
    GovernanceError,
    IntegrityError,
    InvalidError,
    TooLargeError,
)
from governance.recordings import erasure, intake, people
from governance.recordings import queries as catalog
from governance.recordings.files import ContentHash
from governance.recordings.importers import folder
from governance.recordings.interaction import Interaction, KeyFacts, MediaFacts, MediaKind
from governance.recordings.models import ORIGINAL, QUARANTINED, Recording
from governance.redaction import service as redaction
from governance.runtime import Actor, Runtime
from governance.vault import service as vault
from tests.faults.calls import SAMPLES, called
from tests.oracle import check_everything

TENANT = "default"
HOUSE = Actor.system(TENANT, "svc_test")
OPERATOR = Actor(kind="admin", id="cli", tenant=TENANT, role="administrator")
DPO = Actor(kind="admin", id="cli", tenant=TENANT, role="dpo")
Row = Callable[..., Recording]


def rows(runtime: Runtime) -> list[Recording]:
    with runtime.work(HOUSE, write=False) as work:
        return list(catalog.all_recordings(work))


def files(runtime: Runtime) -> set[str]:
    return {path.name for path in runtime.settings.blobs.rglob("*") if path.is_file()}


def nothing_is_left(runtime: Runtime) -> bool:
    tables = (
        "recording",
        "media",
        "rendition",
        "transcript",
        "derived",
        "party",
        "blob",
        "blob_key",
        "idempotency",
    )
    with runtime.engine.connect() as connection:
        counts = [connection.scalar(sa.text(f"SELECT count(*) FROM {table}")) for table in tables]
    return not any(counts) and not files(runtime)


def with_sound(call: Interaction, body: bytes, **other: object) -> Interaction:
    return replace(call, media=(replace(call.media[0], body=body, **other),))  # type: ignore[arg-type]  # any facts


def test_a_recording_comes_in_whole_and_into_quarantine(runtime: Runtime) -> None:
    done = intake.ingest(runtime, OPERATOR, called("a"), idempotency_key="k", document=b'{"as": "it came"}')
    assert done.created
    (row,) = rows(runtime)
    assert (row.id, row.state, row.source, row.external_id) == (
        done.recording_id, QUARANTINED, "samples", "a",
    )  # fmt: skip
    assert (row.language, row.duration_ms, row.notice_given) == ("en", 2300, True)
    with runtime.work(HOUSE) as work:
        (media,) = catalog.media(work, row.id)
        assert (media.container, media.codec, media.rate, media.channel_count) == ("WAV", "ULAW", 8000, 2)
        assert [one.level for one in catalog.renditions(work, row.id)] == [ORIGINAL]
        assert [one.level for one in catalog.transcripts(work, row.id)] == [ORIGINAL]
        assert [one.kind for one in catalog.derived(work, row.id)] == ["source_document"]
        sealed = [people.unseal(work, party) for party in catalog.parties(work, row.id)]
        assert len(sealed) == 2
        assert any("tel" in person for person in sealed)
    check_everything(runtime, TENANT)


def test_nothing_of_a_person_is_stored_in_clear(runtime: Runtime, settings: object) -> None:
    call = called("a")
    intake.ingest(runtime, OPERATOR, call)
    (customer,) = (party for party in call.parties if party.role == "customer")
    known = [
        value.encode()
        for value in (customer.name, customer.tel, customer.email, customer.customer_number)
        if value
    ]
    assert len(known) >= 3
    stored = [path.read_bytes() for path in runtime.settings.home.rglob("*") if path.is_file()]
    if runtime.engine.dialect.name == "postgresql":
        with runtime.engine.connect() as connection:
            stored += [repr(connection.execute(sa.text(f"SELECT * FROM {table}")).all()).encode()
                       for table in ("recording", "party", "party_index", "audit_outbox", "audit_private")]  # fmt: skip
    assert not [value for value in known for content in stored if value in content]


def test_the_same_interaction_again_is_the_same_recording(runtime: Runtime) -> None:
    first = intake.ingest(runtime, OPERATOR, called("a"))
    blobs = files(runtime)
    again = intake.ingest(runtime, OPERATOR, called("a"))
    assert (again.recording_id, again.created) == (first.recording_id, False)
    assert files(runtime) == blobs
    assert len(rows(runtime)) == 1
    check_everything(runtime, TENANT)


def test_the_same_interaction_after_its_release_is_still_the_same_recording(runtime: Runtime) -> None:
    first = intake.ingest(runtime, OPERATOR, called("a"))
    redaction.redact_pending(runtime, HOUSE)
    again = intake.ingest(runtime, OPERATOR, called("a"))
    assert (again.recording_id, again.created) == (first.recording_id, False)
    check_everything(runtime, TENANT)


def test_the_same_key_again_is_the_same_recording_and_for_another_request_a_conflict(
    runtime: Runtime,
) -> None:
    first = intake.ingest(runtime, OPERATOR, called("a"), idempotency_key="k")
    assert (
        intake.ingest(runtime, OPERATOR, called("a"), idempotency_key="k").recording_id == first.recording_id
    )
    blobs = files(runtime)
    with pytest.raises(ConflictError, match="Idempotency-Key"):
        intake.ingest(runtime, OPERATOR, replace(called("a"), team="another"), idempotency_key="k")
    assert files(runtime) == blobs
    # A key belongs to an account: another may use the same.
    another = replace(OPERATOR, id="another")
    assert intake.ingest(runtime, another, called("c"), idempotency_key="k").created
    check_everything(runtime, TENANT)


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_that_is_none_is_refused(runtime: Runtime, key: str) -> None:
    with pytest.raises(InvalidError):
        intake.ingest(runtime, OPERATOR, called("a"), idempotency_key=key)
    assert nothing_is_left(runtime)


@pytest.mark.parametrize(
    "changed",
    [
        lambda call: replace(
            call, transcripts=(replace(call.transcripts[0], body=b'{"language": "en", "words": []}'),)
        ),
        lambda call: replace(call, started_at=call.started_at + timedelta(seconds=1)),
        lambda call: replace(call, agent_id="agt-2"),
        lambda call: replace(call, transcripts=()),
    ],
    ids=["transcript", "time", "agent", "no transcript"],
)
def test_other_content_under_the_same_id_is_a_conflict_and_changes_nothing(
    runtime: Runtime, changed: Callable[[Interaction], Interaction]
) -> None:
    intake.ingest(runtime, OPERATOR, called("a"))
    blobs = files(runtime)
    with pytest.raises(ConflictError, match="external id"):
        intake.ingest(runtime, OPERATOR, changed(called("a")))
    assert files(runtime) == blobs
    check_everything(runtime, TENANT)


def test_what_was_erased_is_not_taken_in_again(runtime: Runtime) -> None:
    gone = intake.ingest(runtime, OPERATOR, called("a")).recording_id
    erasure.erase(runtime, DPO, gone, "request")
    with pytest.raises(ConflictError, match="erased"):
        intake.ingest(runtime, OPERATOR, called("a"))
    assert not files(runtime)
    check_everything(runtime, TENANT)


def test_the_same_id_of_another_source_or_tenant_is_another_recording(runtime: Runtime) -> None:
    with runtime.work(Actor.system("other", "svc_test")) as work:
        tenancy.ensure(work, "Another controller")
    ids = {
        intake.ingest(runtime, OPERATOR, called("a")).recording_id,
        intake.ingest(runtime, OPERATOR, replace(called("a"), source="elsewhere")).recording_id,
        intake.ingest(runtime, replace(OPERATOR, tenant="other"), called("a")).recording_id,
    }
    assert len(ids) == 3
    assert len(rows(runtime)) == 2
    check_everything(runtime, TENANT)
    check_everything(runtime, "other")


@pytest.mark.parametrize("key", [None, "once"], ids=["by its id", "by its key"])
def test_many_who_bring_the_same_call_at_once_bring_one(runtime: Runtime, key: str | None) -> None:
    start = threading.Barrier(5)

    def bring(_number: int) -> intake.Ingested:
        start.wait()
        return intake.ingest(runtime, OPERATOR, called("a"), idempotency_key=key)

    with ThreadPoolExecutor(5) as threads:
        done = list(threads.map(bring, range(5)))
    assert sorted(one.created for one in done) == [False] * 4 + [True]
    assert {one.recording_id for one in done} == {row.id for row in rows(runtime)}
    check_everything(runtime, TENANT)


def _broken() -> dict[str, Interaction]:
    call = called("a")
    body = call.media[0].body or b""
    promised = ContentHash("sha256", bytes(32))
    return {
        "empty": with_sound(call, b""),
        "cut short": with_sound(call, body[: len(body) // 2]),
        "a header and nothing else": with_sound(call, body[:44]),
        "not sound at all": with_sound(call, b"%PDF-1.7 " + bytes(4000)),
        "not what it claims": with_sound(call, body, content_type="audio/mpeg"),
        "not what its hash says": with_sound(call, body, hashes=(promised,)),
        "a file that is not there": replace(
            call, media=(MediaFacts(MediaKind.VOICE, "audio/wav", path=Path("nowhere.wav")),)
        ),
        "one good stream and one bad": replace(
            call, media=(call.media[0], replace(call.media[0], body=b"RIFF"))
        ),
        "the broken sample": folder.read(SAMPLES / "broken-truncated.json"),
    }


@pytest.mark.parametrize("what", _broken())
def test_a_file_that_is_not_what_it_should_be_is_refused_and_leaves_nothing(
    runtime: Runtime, what: str
) -> None:
    with pytest.raises((InvalidError, IntegrityError)):
        intake.ingest(runtime, OPERATOR, _broken()[what], idempotency_key="k")
    assert nothing_is_left(runtime)
    assert intake.ingest(
        runtime, OPERATOR, called("a"), idempotency_key="k"
    ).created  # the key is not used up


def test_what_is_larger_than_the_limit_is_refused_as_it_comes_and_leaves_nothing(runtime: Runtime) -> None:
    object.__setattr__(runtime, "settings", replace(runtime.settings, max_upload_bytes=4096))
    with pytest.raises(TooLargeError):
        intake.ingest(runtime, OPERATOR, called("a"))
    assert nothing_is_left(runtime)


def test_who_may_not_bring_anything_brings_nothing_and_the_log_says_so(runtime: Runtime) -> None:
    with pytest.raises(DeniedError):
        intake.ingest(runtime, Actor(kind="user", id="usr_1", tenant=TENANT, role="agent"), called("a"))
    assert nothing_is_left(runtime)
    audit.sequence(runtime, TENANT)
    with runtime.work(HOUSE, write=False) as work:
        assert len(log.search(work, outcome="denied", limit=10).entries) == 1


def test_sound_that_streamed_in_already_is_kept_or_discarded_with_the_rest(runtime: Runtime) -> None:
    body = called("a").media[0].body or b""

    def streamed(content: bytes) -> vault.Sealed:
        with vault.seal(runtime, TENANT) as writer:
            writer.write(content)
        return writer.sealed

    call = replace(called("a"), media=(replace(called("a").media[0], body=None),))
    with pytest.raises(GovernanceError):
        intake.ingest(runtime, OPERATOR, call, sealed={0: streamed(body[:1000])})
    assert nothing_is_left(runtime)
    assert intake.ingest(runtime, OPERATOR, call, sealed={0: streamed(body)}).created
    blobs = files(runtime)
    assert not intake.ingest(runtime, OPERATOR, call, sealed={0: streamed(body)}).created
    assert files(runtime) == blobs
    check_everything(runtime, TENANT)


def test_keys_that_the_source_says_were_pressed_are_sealed_like_the_sound(runtime: Runtime) -> None:
    keys = tuple(KeyFacts(0, None, 100 + 200 * i, None, digit) for i, digit in enumerate("4929134"))
    call = replace(called("a"), keyed=keys)
    intake.ingest(runtime, OPERATOR, call)
    (row,) = rows(runtime)
    with runtime.work(HOUSE) as work:
        assert [(one.kind, one.level) for one in catalog.derived(work, row.id)] == [("keyed", ORIGINAL)]
    check_everything(runtime, TENANT)
