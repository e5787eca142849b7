"""Numbers that came to nothing are declared, once, by whoever writes next."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor

from governance.audit import producer
from governance.runtime import Actor, Runtime


class _UndoneError(Exception):
    pass


def test_numbers_count_from_one_for_each_tenant(runtime: Runtime, actor: Actor) -> None:
    with runtime.work(actor) as work:
        assert [producer.take(work).n for _ in range(3)] == [1, 2, 3]
    with runtime.work(Actor.system("other", "svc")) as work:
        assert producer.take(work).n == 1


def test_what_was_rolled_back_is_void_and_said_once(runtime: Runtime, actor: Actor) -> None:
    with contextlib.suppress(_UndoneError), runtime.work(actor) as work:
        producer.take(work)
        producer.take(work)
        raise _UndoneError
    with contextlib.suppress(_UndoneError), runtime.work(actor) as work:
        assert producer.take(work).void == (1, 2)  # this one is rolled back too, and its news with it
        raise _UndoneError
    with runtime.work(actor) as work:
        assert producer.take(work).member == {"inst": runtime.instance, "n": 4, "void": [1, 2, 3]}
        assert producer.take(work).member == {"inst": runtime.instance, "n": 5}


def test_no_number_is_given_twice_to_threads(runtime: Runtime, actor: Actor) -> None:
    def numbers(_thread: int) -> list[int]:
        with runtime.work(actor, write=False) as work:
            return [producer.take(work).n for _ in range(200)]

    with ThreadPoolExecutor(4) as threads:
        taken = [n for numbers_of_one in threads.map(numbers, range(4)) for n in numbers_of_one]
    assert sorted(taken) == list(range(1, 801))
