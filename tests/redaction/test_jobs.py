"""Jobs of redaction on both databases: taken in sealed, worked off once whoever dies, and gone in time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import orjson
import pytest
from structlog.testing import capture_logs

from governance.clock import FakeClock
from governance.errors import GoneError, InvalidError, LimitError, NotFoundError, UnsupportedFormatError
from governance.messages import service as messages
from governance.policy.redaction import SoundJobs
from governance.redaction import job_fetching, jobs, standalone
from governance.redaction.job_rules import LEASE, MOST_TRIES, REMEMBERED, rest_after
from governance.redaction.jobs import Asked
from governance.redaction.models import DONE, EXPIRED, FAILED, FETCHED, WAITING, WORKING
from governance.redaction.residue import Verdict
from governance.runtime import Actor, Runtime
from governance.vault import service as vault
from tests.oracle import check_everything
from tests.redaction.job_houses import (
    ASKER,
    HOUSE,
    SOMEBODY_ELSE,
    SOUND,
    events,
    fetch_all,
    is_silenced,
    keys,
    logged,
    row,
    take_in,
    work_off,
)

BOUNDS = SoundJobs()
Redact = Callable[..., standalone.Redaction]


@pytest.fixture
def hook(runtime: Runtime) -> None:
    with runtime.work(HOUSE) as work:
        messages.add_endpoint(work, "https://hooks.example.com/in", ["*"], "Desk")


@pytest.mark.usefixtures("hook")
def test_sound_is_taken_in_worked_off_fetched_and_gone(runtime: Runtime) -> None:
    job_id = take_in(runtime)
    assert jobs.look(runtime, ASKER, job_id).state == WAITING
    assert keys(runtime) == 2, "the sound and what is said in it"
    assert work_off(runtime) == 1
    seen = jobs.look(runtime, ASKER, job_id)
    assert seen.state == DONE
    assert seen.report is not None
    assert [one["entity"] for one in seen.report["spans"]] == ["PIN"]
    assert seen.report["policy"]["digest"]
    assert keys(runtime) == 2, "the copy and the report; the original has gone"
    assert is_silenced(fetch_all(runtime, job_id), seen.report)
    assert jobs.look(runtime, ASKER, job_id).state == FETCHED
    assert keys(runtime) == 0
    vault.sweep(runtime, HOUSE)
    assert list(runtime.blobs.names()) == []
    with pytest.raises(GoneError, match="has been fetched"):
        job_fetching.fetch(runtime, ASKER, job_id)
    assert logged(runtime) == [
        ("taken", "success", ""),
        ("done", "success", ""),
        ("fetched", "success", "begun"),
        ("fetched", "success", "complete"),
    ]
    assert events(runtime) == ["redaction.job.done"]
    check_everything(runtime, "default")


def test_the_report_alone_is_all_there_is_where_nothing_else_was_asked_for(runtime: Runtime) -> None:
    job_id = take_in(runtime, Asked(only_report=True))
    work_off(runtime)
    fetched = job_fetching.fetch(runtime, ASKER, job_id)
    assert (fetched.size, list(fetched.sound())) == (None, [])
    assert orjson.loads(fetched.report)["spans"]
    fetched.complete()
    assert keys(runtime) == 0


def test_of_many_workers_at_once_each_job_has_one(runtime: Runtime) -> None:
    known = [take_in(runtime) for _ in range(3)]
    everybody = Barrier(3)

    def work(_number: int) -> int:
        everybody.wait()
        return work_off(runtime, limit=9)

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(work, range(3))) == 3
    assert [row(runtime, one).attempts for one in known] == [1, 1, 1]
    assert [one for one in logged(runtime) if one[0] == "done"] == [("done", "success", "")] * 3
    assert keys(runtime) == 6
    check_everything(runtime, "default")


def test_a_worker_that_was_taken_for_dead_changes_nothing(
    runtime: Runtime, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = take_in(runtime)
    redact: Redact = standalone.redact

    def slow(*words: Any, **named: Any) -> standalone.Redaction:
        monkeypatch.setattr(standalone, "redact", redact)
        done = redact(*words, **named)
        clock.advance(LEASE)
        assert work_off(runtime) == 1, "the lease has run out"
        return done

    monkeypatch.setattr(standalone, "redact", slow)
    with capture_logs() as lines:
        assert work_off(runtime) == 1
    assert [line["event"] for line in lines] == ["a job was settled by somebody else"]
    assert (row(runtime, job_id).state, row(runtime, job_id).attempts) == (DONE, 2)
    assert [one[0] for one in logged(runtime)] == ["taken", "done"]
    vault.sweep(runtime, HOUSE)
    assert len(list(runtime.blobs.names())) == keys(runtime) == 2, "what the first one made is not there"
    check_everything(runtime, "default")


def test_a_worker_keeps_its_job_for_as_long_as_it_gets_on(
    runtime: Runtime, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = take_in(runtime)
    redact: Redact = standalone.redact
    due = []

    def slow(source: Any, *words: Any, **named: Any) -> standalone.Redaction:
        for _ in range(3):
            clock.advance(LEASE / 2)
            source.seek(0)
            source.read(70_000)
            due.append(row(runtime, job_id).next_at - clock.now())
            assert work_off(runtime) == 0
        return redact(source, *words, **named)

    monkeypatch.setattr(standalone, "redact", slow)
    assert work_off(runtime) == 1
    assert due == [LEASE] * 3
    assert (row(runtime, job_id).state, row(runtime, job_id).attempts) == (DONE, 1)


def test_a_worker_that_has_lost_its_job_stops_reading(
    runtime: Runtime, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = take_in(runtime)
    redact: Redact = standalone.redact

    def slow(*words: Any, **named: Any) -> standalone.Redaction:
        monkeypatch.setattr(standalone, "redact", redact)
        clock.advance(LEASE)
        assert work_off(runtime) == 1
        return redact(*words, **named)

    monkeypatch.setattr(standalone, "redact", slow)
    with capture_logs() as lines:
        work_off(runtime)
    assert [line["event"] for line in lines] == ["a job was lost to another worker, or to its time"]
    assert row(runtime, job_id).state == DONE
    check_everything(runtime, "default")


@pytest.mark.usefixtures("hook")
def test_a_job_that_every_worker_dies_of_fails_at_last(runtime: Runtime, clock: FakeClock) -> None:
    job_id = take_in(runtime)
    with runtime.work(HOUSE) as work:
        found = work.session.get_one(type(row(runtime, job_id)), job_id)
        found.state, found.claim, found.attempts = WORKING, "0" * 32, MOST_TRIES
        found.next_at = work.now + LEASE
        work.session.add(found)
    assert work_off(runtime) == 0
    clock.advance(LEASE)
    work_off(runtime)
    assert (row(runtime, job_id).state, row(runtime, job_id).problem) == (FAILED, "interrupted")
    assert keys(runtime) == 0
    assert logged(runtime)[-1] == ("failed", "failure", "interrupted")
    assert events(runtime) == ["redaction.job.failed"]


def test_what_may_pass_is_tried_again_and_fails_after_as_many_tries_as_there_are(
    runtime: Runtime, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_words: Any, **_named: Any) -> standalone.Redaction:
        raise OSError("disk full: 4111 1111 1111 1111")

    job_id = take_in(runtime)
    redact: Redact = standalone.redact
    monkeypatch.setattr(standalone, "redact", full)
    with capture_logs() as lines:
        for number in range(1, MOST_TRIES + 1):
            assert work_off(runtime) == 1
            assert work_off(runtime) == 0, "it rests"
            assert row(runtime, job_id).state == (WAITING if number < MOST_TRIES else FAILED)
            clock.advance(rest_after(number))
    assert row(runtime, job_id).problem == "internal"
    assert keys(runtime) == 0
    assert "4111" not in f"{lines} {row(runtime, job_id)} {logged(runtime)}"
    again = take_in(runtime)
    work_off(runtime)
    monkeypatch.setattr(standalone, "redact", redact)
    clock.advance(rest_after(1))
    work_off(runtime)
    assert row(runtime, again).state == DONE


def test_sound_that_is_cut_short_fails_at_once_and_nothing_of_it_stays(runtime: Runtime) -> None:
    job_id = jobs.take_in(runtime, ASKER, Asked(), _lying(), None).id
    assert work_off(runtime) == 1
    seen = jobs.look(runtime, ASKER, job_id)
    assert (seen.state, seen.job.problem, seen.report) == (FAILED, "invalid", None)
    assert keys(runtime) == 0
    with pytest.raises(GoneError, match="the job failed"):
        job_fetching.fetch(runtime, ASKER, job_id)


def _lying() -> bytes:
    """A float file whose header is in order and whose samples are none."""
    import io

    import numpy as np
    import soundfile

    body = io.BytesIO()
    soundfile.write(body, np.full((8000, 1), np.nan, "float32"), 8000, subtype="FLOAT", format="WAV")
    return body.getvalue()


def test_what_the_second_look_finds_is_given_to_nobody(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    redact: Redact = standalone.redact

    def leaky(*words: Any, **named: Any) -> standalone.Redaction:
        done = redact(*words, **named)
        left = replace(done.examination, outcome=Verdict.RESIDUE, because="Something is left.")
        return replace(done, examination=left)

    job_id = take_in(runtime)
    monkeypatch.setattr(standalone, "redact", leaky)
    work_off(runtime)
    assert (row(runtime, job_id).state, row(runtime, job_id).problem) == (FAILED, "residue")
    assert keys(runtime) == 0
    vault.sweep(runtime, HOUSE)
    assert list(runtime.blobs.names()) == []


def test_speech_that_nobody_examined_fails_where_all_had_to_be_examined(runtime: Runtime) -> None:
    job_id = jobs.take_in(runtime, ASKER, Asked(must_be_examined=True), SOUND, None).id
    work_off(runtime)
    assert row(runtime, job_id).problem == "unexamined"


@pytest.mark.usefixtures("hook")
def test_an_original_nobody_worked_off_is_over_at_its_time_and_gone_when_it_is_swept(
    runtime: Runtime, clock: FakeClock
) -> None:
    job_id = take_in(runtime)
    clock.advance(BOUNDS.worked_within)
    assert jobs.look(runtime, ASKER, job_id).state == EXPIRED
    assert work_off(runtime) == 0
    assert jobs.expire(runtime, HOUSE) == 1
    assert jobs.expire(runtime, HOUSE) == 0
    assert (row(runtime, job_id).state, keys(runtime)) == (EXPIRED, 0)
    assert logged(runtime)[-1] == ("expired", "success", "not_worked_off")
    assert events(runtime) == ["redaction.job.expired"]


def test_a_result_is_never_served_after_its_time_however_late_the_sweep(
    runtime: Runtime, clock: FakeClock
) -> None:
    job_id = take_in(runtime)
    work_off(runtime)
    fetched = job_fetching.fetch(runtime, ASKER, job_id)
    clock.advance(BOUNDS.result_kept)
    assert jobs.look(runtime, ASKER, job_id).report is None
    with pytest.raises(GoneError, match="time of this job is over"):
        job_fetching.fetch(runtime, ASKER, job_id)
    with pytest.raises(NotFoundError):
        list(fetched.sound())
    jobs.expire(runtime, HOUSE)
    assert (row(runtime, job_id).state, keys(runtime)) == (EXPIRED, 0)
    assert logged(runtime)[-1] == ("expired", "success", "not_fetched")
    check_everything(runtime, "default")


def test_what_is_made_after_its_time_is_kept_by_nobody(
    runtime: Runtime, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    redact: Redact = standalone.redact

    def slow(*words: Any, **named: Any) -> standalone.Redaction:
        done = redact(*words, **named)
        clock.advance(BOUNDS.worked_within)
        jobs.expire(runtime, HOUSE)
        return done

    job_id = take_in(runtime)
    monkeypatch.setattr(standalone, "redact", slow)
    work_off(runtime)
    assert (row(runtime, job_id).state, keys(runtime)) == (EXPIRED, 0)
    assert [one[0] for one in logged(runtime)] == ["taken", "expired"]
    check_everything(runtime, "default")


def test_for_everybody_else_there_is_no_such_job_and_the_log_knows_who_asked(runtime: Runtime) -> None:
    job_id = take_in(runtime)
    work_off(runtime)
    stranger = Actor(kind="admin", id=ASKER.id, tenant="other", role="integration")
    with runtime.work(Actor.system("other", "svc_test")) as work:
        from governance import tenancy

        tenancy.ensure(work, "Another")
    for somebody in (SOMEBODY_ELSE, stranger):
        with pytest.raises(NotFoundError, match="no such job"):
            jobs.look(runtime, somebody, job_id)
        with pytest.raises(NotFoundError, match="no such job"):
            job_fetching.fetch(runtime, somebody, job_id)
    assert logged(runtime)[-2:] == [("fetched", "denied", "out_of_scope")] * 2
    assert is_silenced(fetch_all(runtime, job_id), _report(runtime, job_id))


def _report(runtime: Runtime, _job_id: str) -> dict[str, Any]:
    """The report of the same call once more: that of a job that was fetched has gone with it."""
    job_id = take_in(runtime)
    work_off(runtime)
    return jobs.look(runtime, ASKER, job_id).report or {}


def test_a_tenant_has_as_many_jobs_at_once_as_policy_allows_and_a_refused_one_leaves_nothing(
    runtime: Runtime, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    policies = runtime.policies.for_tenant("default")
    narrow = policies.redaction.model_copy(update={"jobs": SoundJobs(held_at_most=2)})
    monkeypatch.setattr(runtime.policies, "for_tenant", lambda _tenant: replace(policies, redaction=narrow))
    first = take_in(runtime)
    take_in(runtime)
    with pytest.raises(LimitError) as refused:
        take_in(runtime)
    assert refused.value.retry_after_s > 0
    assert len(list(runtime.blobs.names())) == 4
    work_off(runtime)
    fetch_all(runtime, first)
    take_in(runtime)
    clock.advance(BOUNDS.worked_within)
    take_in(runtime)


def test_what_is_no_sound_is_refused_at_once_and_leaves_nothing(runtime: Runtime) -> None:
    with pytest.raises(UnsupportedFormatError):
        take_in(runtime, sound=b"4111 1111 1111 1111" * 99)
    with pytest.raises(InvalidError, match="card data"):
        take_in(runtime, Asked(language="en-41111111-11111111"))
    assert list(runtime.blobs.names()) == []
    assert logged(runtime) == []


def test_what_ended_a_week_ago_is_forgotten(runtime: Runtime, clock: FakeClock) -> None:
    job_id = take_in(runtime)
    work_off(runtime)
    fetch_all(runtime, job_id)
    clock.advance(REMEMBERED)
    assert jobs.forget(runtime, HOUSE) == 0
    clock.advance(timedelta(seconds=1))
    assert jobs.forget(runtime, HOUSE) == 1
    with pytest.raises(NotFoundError):
        jobs.look(runtime, ASKER, job_id)
