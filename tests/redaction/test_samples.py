"""A random part of what is released is examined whole by people who see no findings, and what they mark goes at once and for good."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from sqlmodel import select

from governance import policy, tenancy
from governance.access import service as access
from governance.clock import FakeClock
from governance.errors import ConflictError, DeniedError, InvalidError, NotFoundError
from governance.findings import service as findings
from governance.policy.redaction import Sampling
from governance.recordings import erasure, intake
from governance.recordings import queries as catalog
from governance.recordings.importers import sidecar
from governance.recordings.interaction import PauseKind
from governance.redaction import (
    certificates,
    queries,
    sample_draw,
    sample_drawing,
    sample_orders,
    sample_queries,
    samples,
    service,
    transcripts,
)
from governance.redaction.models import JUDGED, LAPSED, WAITING, ReleaseSample, SampleMiss
from governance.redaction.sample_orders import Body
from governance.redaction.sample_rules import Miss
from governance.redaction.spans import Entity
from governance.redaction.timeline import Pause
from governance.runtime import Actor, Runtime
from tests.oracle import check_everything
from tests.redaction.test_reviews import stored, words
from tests.redaction.test_service import CARD, DPO, HOUSE, ON_SQLITE, PLAIN, SUSPECTED, levels, reasons

SAMPLES = Path(__file__).resolve().parents[2] / "governance" / "samples"
SYSTEM = Actor.system("default", service.SERVICE)
QUINN = Actor(kind="user", id="acc_quinn", tenant="default", role="qa_analyst", site="leeds", person="per_q")
RITA = Actor(kind="user", id="acc_rita", tenant="default", role="qa_analyst", site="leeds", person="per_r")
PURPOSE = "redaction_review"
Release = Callable[..., str]


def with_sampling(runtime: Runtime, share: float, least: int = 0) -> None:
    before = runtime.policies.default
    sampled = before.redaction.model_copy(update={"sampling": Sampling(share=share, least_per_month=least)})
    runtime.policies = policy.PolicySet(replace(before, redaction=sampled), {})


@pytest.fixture
def release(runtime: Runtime) -> Release:
    """Take a sample call in, of the site that the examiners are of, and have the jobs release it."""

    def release(name: str = CARD, external_id: str | None = None) -> str:
        call = replace(sidecar.read(SAMPLES / f"{name}.json"), site="leeds")
        if external_id is not None:
            call = replace(call, external_id=external_id)
        made = intake.ingest(runtime, HOUSE, call).recording_id
        assert service.redact(runtime, SYSTEM, made).state == "released"
        return made

    return release


@pytest.fixture
def drawn(runtime: Runtime, release: Release) -> str:
    """A released call with a card number that was drawn."""
    with_sampling(runtime, 1.0)
    return release()


def the_one(runtime: Runtime, recording_id: str) -> ReleaseSample:
    with runtime.work(HOUSE, write=False) as work:
        [found] = sample_queries.of(work, recording_id)
        return found


def claim(runtime: Runtime, sample_id: str, actor: Actor = QUINN) -> samples.Whole:
    with runtime.work(actor) as work:
        return samples.claim(work, sample_id)


def examine(runtime: Runtime, sample_id: str, actor: Actor = QUINN) -> None:
    claim(runtime, sample_id, actor)
    with samples.hear(runtime, actor, sample_id, purpose=PURPOSE).reader as sound:
        assert sound.readall()
    with samples.read(runtime, actor, sample_id, purpose=PURPOSE).reader as said:
        assert said.readall()


def level_of(runtime: Runtime, recording_id: str, start_ms: int, end_ms: int, channel: int) -> float:
    body = stored(runtime, recording_id, "rendition", is_text=False)
    samples_, rate = soundfile.read(io.BytesIO(body), always_2d=True)
    part = samples_[start_ms * rate // 1000 : end_ms * rate // 1000, channel]
    return float(np.abs(part).max())


def test_whole_releases_are_drawn_and_the_certificate_states_the_draw(runtime: Runtime, drawn: str) -> None:
    sample = the_one(runtime, drawn)
    assert (sample.state, sample.drawn_by, sample.month) == (WAITING, "share", "2026-03")
    assert (sample.language, sample.channels, sample.codec) == ("en", 2, "ULAW")
    with runtime.work(DPO) as work:
        told = certificates.hand_out(work, drawn)
        assert b'"is_drawn":true,"parts_per_million":1000000' in told
        assert sample_drawing.recompute(work) == sample_drawing.Recomputed(1, 1, (), ())
    check_everything(runtime, "default")


@ON_SQLITE
def test_nothing_is_drawn_where_the_policy_says_so_and_the_draw_is_the_keys_alone(
    runtime: Runtime, release: Release
) -> None:
    with_sampling(runtime, 0.0)
    made = release(PLAIN)
    with runtime.work(HOUSE) as work:
        assert not sample_queries.of(work, made)
        run = queries.runs(work, made)[0]
        key = tenancy.data_key(work, sample_drawing.KEY)
    number = sample_draw.number(key, made, run.id)
    other = sample_draw.number(hashlib.sha256(key).digest(), made, run.id)
    assert number == sample_draw.number(key, made, run.id) != other


def test_the_draw_is_even_and_its_share_is_the_policys() -> None:
    key, releases = b"k" * 32, [(f"rec_{at}", f"run_{at}") for at in range(20_000)]
    for parts in (0, 10_000, 250_000, 1_000_000):
        hits = sum(sample_draw.is_drawn(sample_draw.number(key, *one), parts) for one in releases)
        share = parts / 1e6
        assert abs(hits - 20_000 * share) <= 5 * (20_000 * share * (1 - share)) ** 0.5
    # Who is drawn with a share is drawn with a larger one, and the lowest numbers are those.
    lowest = sample_draw.lowest(key, releases, 300)
    top = max(sample_draw.number(key, *one) for one in lowest)
    assert sum(sample_draw.number(key, *one) <= top for one in releases) == 300


@ON_SQLITE
def test_nobody_draws_again_by_redacting_again(runtime: Runtime, release: Release) -> None:
    with_sampling(runtime, 0.0)
    made = release(PLAIN)
    with_sampling(runtime, 1.0)
    assert service.redact(runtime, HOUSE, made).state == "released"
    with runtime.work(DPO) as work:
        assert not sample_queries.of(work, made), "the same bytes are the same release: its draw stands"
        assert sample_drawing.recompute(work).wrong == ()


@ON_SQLITE
def test_a_recording_that_waits_waits_once_however_often_it_is_released(runtime: Runtime, drawn: str) -> None:
    assert service.redact(runtime, SYSTEM, drawn).state == "released"
    assert the_one(runtime, drawn).state == WAITING


@ON_SQLITE
def test_a_month_with_too_few_is_topped_up_with_the_lowest_numbers_once_it_is_over(
    runtime: Runtime, release: Release, clock: FakeClock
) -> None:
    with_sampling(runtime, 0.0, least=2)
    made = [release(PLAIN, f"call-{at}") for at in range(3)]
    assert sample_drawing.top_up(runtime, "default") == 0  # the month is not over
    clock.advance(timedelta(days=31))
    assert sample_drawing.top_up(runtime, "default") == 2
    assert sample_drawing.top_up(runtime, "default") == 0
    with runtime.work(HOUSE) as work:
        key = tenancy.data_key(work, sample_drawing.KEY)
        runs = [(one, queries.runs(work, one)[0].id) for one in made]
        found = {one for one in made if sample_queries.of(work, one)}
    assert found == {one for one, _ in sample_draw.lowest(key, runs, 2)}


@ON_SQLITE
def test_one_person_at_a_time_examines_a_recording_and_only_whoever_did_judges(
    runtime: Runtime, drawn: str, clock: FakeClock
) -> None:
    sample = the_one(runtime, drawn)
    with pytest.raises(ConflictError, match="take it first"):
        samples.hear(runtime, QUINN, sample.id, purpose=PURPOSE)
    assert claim(runtime, sample.id).is_mine
    with pytest.raises(ConflictError, match="somebody else"):
        claim(runtime, sample.id, RITA)
    with pytest.raises(ConflictError, match="take it first"):
        samples.judge(runtime, RITA, sample.id, [])
    with pytest.raises(ConflictError, match="hear it first"):
        samples.judge(runtime, QUINN, sample.id, [])
    samples.hear(runtime, QUINN, sample.id, purpose=PURPOSE).reader.close()
    with pytest.raises(ConflictError, match="read it first"):
        samples.judge(runtime, QUINN, sample.id, [])
    clock.advance(timedelta(hours=9))
    examine(runtime, sample.id, RITA)  # who took it and went home does not keep it for ever
    with pytest.raises(ConflictError, match="take it first"):
        samples.judge(runtime, QUINN, sample.id, [])
    judged = samples.judge(runtime, RITA, sample.id, [])
    assert (judged.state, judged.missed, judged.judged_by) == (JUDGED, 0, RITA.id)
    with pytest.raises(ConflictError, match="judged already"):
        samples.judge(runtime, RITA, sample.id, [])
    with runtime.work(HOUSE, write=False) as work:
        row = catalog.recording(work, drawn)
        assert row is not None
        assert row.state == "released"
    check_everything(runtime, "default")


@ON_SQLITE
def test_what_was_released_anew_is_heard_and_read_anew(runtime: Runtime, drawn: str) -> None:
    sample = the_one(runtime, drawn)
    examine(runtime, sample.id)
    assert service.redact(runtime, SYSTEM, drawn).state == "released"
    with pytest.raises(ConflictError, match="released anew"):
        samples.judge(runtime, QUINN, sample.id, [])
    examine(runtime, sample.id)
    assert samples.judge(runtime, QUINN, sample.id, []).state == JUDGED


@ON_SQLITE
def test_whoever_decided_about_a_recording_or_asked_for_its_release_does_not_judge_it(
    runtime: Runtime, drawn: str
) -> None:
    with_sampling(runtime, 1.0)
    call = replace(sidecar.read(SAMPLES / f"{SUSPECTED}.json"), site="leeds")
    suspected = intake.ingest(runtime, HOUSE, call).recording_id
    service.redact(runtime, SYSTEM, suspected)
    assert service.decide(runtime, DPO, suspected, "card_data").state == "released"
    with pytest.raises(DeniedError, match="does not judge"):
        claim(runtime, the_one(runtime, suspected).id, DPO)
    assert claim(runtime, the_one(runtime, suspected).id, QUINN).is_mine
    assert service.redact(runtime, replace(DPO, id="usr_other"), drawn).state == "released"
    with pytest.raises(DeniedError, match="does not judge"):
        claim(runtime, the_one(runtime, drawn).id, replace(DPO, id="usr_other"))
    with pytest.raises(NotFoundError):
        claim(runtime, the_one(runtime, drawn).id, replace(QUINN, site="york"))
    with pytest.raises((DeniedError, NotFoundError)):
        claim(runtime, the_one(runtime, drawn).id, replace(DPO, role="ciso"))


@ON_SQLITE
def test_two_accounts_of_one_person_are_one_person(runtime: Runtime, drawn: str) -> None:
    with runtime.work(SYSTEM) as work:
        one = access.create_account(work, "dora", as_role="dpo")
        other = access.create_account(
            work, "dora.qa", as_role="qa_analyst", site="leeds", same_person_as=one.id
        )
        person = one.person
    asked = Actor(kind="user", id=one.id, tenant="default", role="dpo", person=person)
    assert service.redact(runtime, asked, drawn).state == "released"
    judging = replace(QUINN, id=other.id, person=person)
    with pytest.raises(DeniedError, match="does not judge"):
        claim(runtime, the_one(runtime, drawn).id, judging)


def test_words_that_were_missed_are_in_quarantine_at_once_and_gone_after_the_next_run(
    runtime: Runtime, drawn: str
) -> None:
    sample = the_one(runtime, drawn)
    examine(runtime, sample.id)
    said = transcripts.read(stored(runtime, drawn, "rendition", is_text=True)).words
    start, end, channel = said[0].start_ms, said[1].end_ms, said[0].channel or 0
    assert start is not None
    assert end is not None
    assert level_of(runtime, drawn, start, end, channel) > 0.01
    miss = Miss(Entity.CVV, position=0, first_word=0, last_word=1)
    assert samples.judge(runtime, QUINN, sample.id, [miss]).missed == 1
    assert reasons(runtime, drawn) == {"missed"}
    findings.look_now(runtime, "default", "card_data_unexpected")
    report = findings.check_all(runtime, SYSTEM)
    assert report.failing["card_data_unexpected"] == 1
    check_everything(runtime, "default")
    before = words(runtime, drawn)
    assert service.redact(runtime, HOUSE, drawn).state == "released"
    now, master = words(runtime, drawn), words(runtime, drawn, "master")
    assert now[0].startswith("[CVV]")
    assert before[0] not in now[:2]
    assert master[0].startswith("[CVV]"), "authentication data leaves the master too"
    assert level_of(runtime, drawn, start, end, channel) < 0.001
    assert findings.check_all(runtime, SYSTEM).failing["card_data_unexpected"] == 0
    assert service.redact(runtime, HOUSE, drawn).state == "released"  # and it stays gone
    assert words(runtime, drawn) == now
    with runtime.work(HOUSE, write=False) as work:
        [stored_miss] = sample_queries.misses(work, drawn)
        assert stored_miss.applied_at is not None
    assert levels(runtime, drawn) == {"rendition", "master"}
    check_everything(runtime, "default")


@ON_SQLITE
def test_a_place_in_the_sound_goes_from_the_sound_and_from_the_words_that_are_spoken_there(
    runtime: Runtime, drawn: str
) -> None:
    sample = the_one(runtime, drawn)
    examine(runtime, sample.id)
    said = transcripts.read(stored(runtime, drawn, "rendition", is_text=True)).words
    start, end = said[0].start_ms, said[1].end_ms
    miss = Miss(Entity.PAN, stream=0, start_ms=start, end_ms=end)
    samples.judge(runtime, QUINN, sample.id, [miss])
    assert service.redact(runtime, HOUSE, drawn).state == "released"
    assert words(runtime, drawn)[0].startswith("[PAN]")
    assert start is not None
    assert end is not None
    assert max(level_of(runtime, drawn, start, end, channel) for channel in (0, 1)) < 0.001
    check_everything(runtime, "default")


@ON_SQLITE
@pytest.mark.parametrize(
    "miss",
    [
        Miss(Entity.PAN),
        Miss(Entity.PAN, position=0, first_word=0, last_word=10**6),
        Miss(Entity.PAN, position=7, first_word=0, last_word=0),
        Miss(Entity.PAN, stream=0, start_ms=5, end_ms=5),
        Miss(Entity.PAN, stream=0, start_ms=0, end_ms=10**8),
        Miss(Entity.PAN, stream=0, channel=9, start_ms=0, end_ms=10),
        Miss(Entity.PAN, stream=3, start_ms=0, end_ms=10),
        Miss(Entity.DTMF, position=0, first_word=0, last_word=0),
        Miss(Entity.CRYPTO, position=0, first_word=0, last_word=0),
        Miss(Entity.PAN, position=0, first_word=0, last_word=0, start_ms=0, end_ms=10),
    ],
)
def test_a_place_that_is_none_changes_nothing(runtime: Runtime, drawn: str, miss: Miss) -> None:
    sample = the_one(runtime, drawn)
    examine(runtime, sample.id)
    with pytest.raises(InvalidError):
        samples.judge(runtime, QUINN, sample.id, [miss])
    assert the_one(runtime, drawn).state == WAITING
    assert reasons(runtime, drawn) == set()


@ON_SQLITE
def test_what_is_erased_leaves_counts_and_nothing_that_points_to_it(
    runtime: Runtime, release: Release, drawn: str
) -> None:
    examine(runtime, the_one(runtime, drawn).id)
    miss = Miss(Entity.PAN, position=0, first_word=0, last_word=0)
    samples.judge(runtime, QUINN, the_one(runtime, drawn).id, [miss])
    waiting = release(PLAIN)
    before = {the_one(runtime, one).id for one in (drawn, waiting)}
    for one in (drawn, waiting):
        erasure.erase(runtime, DPO, one, "subject_request")
    assert sample_drawing.forget_erased(runtime, SYSTEM) == 2
    with runtime.work(HOUSE, write=False) as work:
        assert not sample_queries.misses(work, drawn)
        [counted] = sample_queries.counted(work)
        assert (counted.drawn, counted.judged, counted.leaking) == (2, 1, 1)
        left = list(work.session.exec(select(ReleaseSample)).all())
    assert {one.state for one in left} == {JUDGED, LAPSED}
    assert len(left) == 2
    for sample in left:
        assert sample.id not in before
        assert (sample.recording_id, sample.run_id, sample.judged_by, sample.taken_by) == (None,) * 4
        assert (sample.drawn_at.hour, sample.drawn_at.minute) == (0, 0)
    check_everything(runtime, "default")


def marked(**place: Any) -> SampleMiss:
    return SampleMiss(
        id="mis_1", tenant="default", sample_id="smp_1", recording_id="rec_1", entity="PAN", **place
    )


def test_words_of_a_transcript_that_another_has_replaced_are_found_by_their_time_or_stop_the_release() -> (
    None
):
    body = (SAMPLES / f"{CARD}.transcript.json").read_bytes()
    first = transcripts.read(body).words[0]
    assert first.start_ms is not None
    assert first.end_ms is not None
    untimed = marked(position=0, first_word=0, last_word=0)
    lost = sample_orders.orders([untimed], {0: Body(0, body)}, replaced=[0])
    assert (lost.words, lost.sounds, lost.lost) == ((), (), 1)
    assert [one.reason for one in lost.obstacles] == ["missed"]
    kept = sample_orders.orders([untimed], {0: Body(0, body)}, replaced=[])
    assert [(one.first, one.last, one.is_ordered) for one in kept.words] == [(0, 0, True)]
    assert kept.obstacles == []
    timed = marked(
        position=0, first_word=0, last_word=0, stream=0, start_ms=first.start_ms, end_ms=first.end_ms
    )
    found = sample_orders.orders([timed], {0: Body(0, body)}, replaced=[0])
    assert [(one.first, one.last) for one in found.words] == [(0, 0)]
    assert [span.start_ms for _, span in found.sounds] == [first.start_ms]
    elsewhere = sample_orders.orders([timed], {0: Body(1, body)}, replaced=[0])
    assert elsewhere.words == ()
    assert elsewhere.obstacles == []


def test_a_place_in_the_sound_is_found_in_words_that_count_what_the_recorder_never_recorded() -> None:
    body = (SAMPLES / f"{CARD}.transcript.json").read_bytes()
    last = transcripts.read(body).words[-1]
    assert last.start_ms is not None
    assert last.end_ms is not None
    pause = Pause(PauseKind.ABSENT, 100, 60)
    in_file = marked(stream=0, start_ms=last.start_ms - 50, end_ms=last.start_ms - 40)
    at = len(transcripts.read(body).words) - 1
    found = sample_orders.orders([in_file], {0: Body(0, body, (pause,))}, replaced=[0])
    assert at in [one.last for one in found.words]
    counted_not = sample_orders.orders([in_file], {0: Body(0, body)}, replaced=[0])
    assert at not in [one.last for one in counted_not.words]
