"""The producer's counter: every entry of a process has a number, and numbers that came to nothing are named.

Kept in memory, since a process that ends takes its instance name with it: the next one begins anew at 1.
"""

from dataclasses import dataclass, field

from governance.runtime import Runtime, Work

MAX_VOID = 512
_STATE = "audit.producers"


@dataclass
class _Counter:
    last: int = 0
    void: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Number:
    """One number, and those the entry that carries it declares void."""

    instance: str
    n: int
    void: tuple[int, ...]

    @property
    def member(self) -> dict[str, object]:
        """The member `pn` of a leaf."""
        number: dict[str, object] = {"inst": self.instance, "n": self.n}
        return number | {"void": list(self.void)} if self.void else number


def take(work: Work) -> Number:
    """Return the next number of this process in the tenant's log.

    If the Work is rolled back, the number and those it was to declare void are declared by a later entry.
    """
    runtime, tenant = work.runtime, work.tenant
    with runtime.lock:
        counter = _counter(runtime, tenant)
        counter.last += 1
        void, counter.void = counter.void[:MAX_VOID], counter.void[MAX_VOID:]
        number = Number(runtime.instance, counter.last, tuple(void))
    work.on_rollback(lambda: _give_back(runtime, tenant, number))
    return number


def _give_back(runtime: Runtime, tenant: str, number: Number) -> None:
    with runtime.lock:
        counter = _counter(runtime, tenant)
        counter.void = sorted({*counter.void, *number.void, number.n})


def _counter(runtime: Runtime, tenant: str) -> _Counter:
    counters: dict[str, _Counter] = runtime.state.setdefault(_STATE, {})
    return counters.setdefault(tenant, _Counter())
