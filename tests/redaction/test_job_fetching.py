"""Fetching a result once: the last byte counts, a broken line loses nothing, and nobody has as many copies as they like."""

from __future__ import annotations

from datetime import timedelta

import pytest

from governance.clock import FakeClock
from governance.errors import ConflictError, GoneError, NotFoundError
from governance.policy.redaction import SoundJobs
from governance.redaction import job_fetching, jobs
from governance.redaction.job_rules import FETCH_LEASE
from governance.redaction.models import DONE, FETCHED
from governance.runtime import Runtime
from governance.vault.cipher import CHUNK
from tests.oracle import check_everything
from tests.redaction.job_houses import ASKER, HOUSE, SOUND, fetch_all, keys, logged, row, take_in, work_off

MOST = SoundJobs().fetches_begun_at_most


@pytest.fixture
def job_id(runtime: Runtime) -> str:
    """A job that is done."""
    made = take_in(runtime)
    work_off(runtime)
    return made


def test_the_result_is_not_there_before_it_is(runtime: Runtime) -> None:
    waiting = take_in(runtime)
    with pytest.raises(ConflictError, match="not there yet"):
        job_fetching.fetch(runtime, ASKER, waiting)


def test_a_fetch_that_breaks_off_is_begun_anew_at_once(runtime: Runtime, job_id: str) -> None:
    broken = job_fetching.fetch(runtime, ASKER, job_id)
    next(broken.sound())
    broken.break_off()
    assert jobs.look(runtime, ASKER, job_id).state == DONE
    assert len(fetch_all(runtime, job_id)) == len(SOUND)
    assert [one[2] for one in logged(runtime)][-3:] == ["begun", "begun", "complete"]


def test_it_is_begun_only_so_often(runtime: Runtime, job_id: str) -> None:
    for _ in range(MOST):
        job_fetching.fetch(runtime, ASKER, job_id).break_off()
    with pytest.raises(GoneError, match="as often as it may"):
        job_fetching.fetch(runtime, ASKER, job_id)


def test_one_fetch_goes_on_at_a_time(runtime: Runtime, clock: FakeClock, job_id: str) -> None:
    first = job_fetching.fetch(runtime, ASKER, job_id)
    with pytest.raises(ConflictError, match="is being fetched"):
        job_fetching.fetch(runtime, ASKER, job_id)
    clock.advance(FETCH_LEASE)
    second = job_fetching.fetch(runtime, ASKER, job_id)
    with pytest.raises(NotFoundError, match="fetched anew"):
        list(first.sound())
    first.break_off()
    assert len(b"".join(second.sound())) == len(SOUND), "the one that was given up takes nothing from it"
    second.complete()
    assert row(runtime, job_id).state == FETCHED


def test_a_slow_client_keeps_its_fetch_while_it_takes_bytes(
    runtime: Runtime, clock: FakeClock, job_id: str
) -> None:
    assert len(SOUND) > 0
    fetched = job_fetching.fetch(runtime, ASKER, job_id)
    for _ in range(4):
        clock.advance(FETCH_LEASE / 2)
        fetched.hold()
        with pytest.raises(ConflictError):
            job_fetching.fetch(runtime, ASKER, job_id)
    assert len(b"".join(fetched.sound())) == len(SOUND)


def test_what_was_counted_is_gone_also_where_its_keys_were_left_behind(
    runtime: Runtime, job_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(job_fetching, "clear_ended", lambda *_: 0)  # the process dies here
        fetch_all(runtime, job_id)
    assert keys(runtime) == 2
    with pytest.raises(GoneError, match="has been fetched"):
        job_fetching.fetch(runtime, ASKER, job_id)
    assert jobs.look(runtime, ASKER, job_id).report is None
    jobs.expire(runtime, HOUSE)
    assert keys(runtime) == 0
    check_everything(runtime, "default")


def test_a_second_end_changes_nothing(runtime: Runtime, clock: FakeClock, job_id: str) -> None:
    """The last byte of two fetches: the first one's client stood still for longer than its lease."""
    first = job_fetching.fetch(runtime, ASKER, job_id)
    list(first.sound())
    clock.advance(FETCH_LEASE + timedelta(seconds=1))
    second = job_fetching.fetch(runtime, ASKER, job_id)
    first.complete()
    with pytest.raises(NotFoundError):
        list(second.sound())
    second.break_off()
    assert [one[2] for one in logged(runtime)].count("complete") == 1


def test_the_sound_leaves_in_portions(runtime: Runtime, job_id: str) -> None:
    sizes = [len(one) for one in job_fetching.fetch(runtime, ASKER, job_id).sound()]
    assert sum(sizes) == len(SOUND)
    assert max(sizes) <= CHUNK
