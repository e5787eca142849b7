"""One life of a house: it opens, recovers, is checked, and then does all it can until somebody kills it.

What a life has answered for (`ingested`, `released`, `erased`, `ordered`) is told through a pipe the moment the answer is there;
the next life must keep those promises.
"""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from governance import ids, tenancy
from governance.audit import service as audit
from governance.clock import SystemClock
from governance.continuity import occupancy
from governance.continuity import service as continuity
from governance.errors import ConflictError
from governance.recordings import erasure, intake, standing
from governance.recordings import queries as catalog
from governance.recordings.models import ERASED, RELEASED
from governance.recordings.selection import Selection
from governance.redaction import service as redaction
from governance.runtime import Runtime
from governance.vault import service as vault
from tests.faults.calls import called
from tests.faults.houses import DPO, HOUSE, OPERATOR, TENANT, House, recover
from tests.oracle import check_everything

Tell = Callable[[str, str], None]
MOST_ALIVE = 5
"""More recordings than this are not kept: what is erased is checked in no time, what is not is heard through."""


@dataclass
class Promises:
    """What somebody was told, and may rely on."""

    ingested: set[str] = field(default_factory=set)
    released: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    ordered: set[str] = field(default_factory=set)

    def take(self, what: str, recording_id: str) -> None:
        """Take note of one answer. A restore takes back what came after its backup, but no erasure and no order."""
        if what == "restoring":
            self.ingested.clear()
            self.released.clear()
        elif what == "ending":
            self.ordered.discard(recording_id)
        elif what in ("ingested", "released", "erased", "ordered"):
            getattr(self, what).add(recording_id)

    def check(self, runtime: Runtime) -> None:
        """Return if every promise was kept; raise `AssertionError` with a sentence if not."""
        with runtime.work(HOUSE, write=False) as work:
            states = {row.id: row.state for row in catalog.all_recordings(work)}
            in_force = {order.id for order in catalog.all_orders(work) if order.ended_at is None}
        lost = self.ingested - states.keys()
        assert not lost, f"{len(lost)} recordings were taken in and are not there"
        back = {one for one in self.erased if states.get(one, ERASED) != ERASED}
        assert not back, f"{len(back)} recordings were erased and are back"
        assert self.ordered <= in_force, (
            f"{len(self.ordered - in_force)} orders were placed and are not in force"
        )
        hidden = {one for one in self.released if states[one] not in (RELEASED, ERASED)}
        assert not hidden, f"{len(hidden)} recordings were released and are in quarantine"


def live(house: House, promises: Promises, seed: str | None, tell: Tell) -> None:
    """Open the house, recover, check everything, and work on chances drawn from `seed`; without one, end there."""
    settings = house.settings()
    backups = house.folder / "backups"
    tell("up", "")
    if (settings.home / occupancy.MARKER).exists():
        _restore(house, backups, tell)
    with ExitStack() as stack:
        stack.enter_context(_entered(house))
        runtime = stack.enter_context(house.opened(SystemClock()))
        with runtime.work(HOUSE) as work:
            tenancy.ensure(work, "The default tenant")
        recover(runtime)
        tell("recovered", "")
        check_everything(runtime, TENANT)
        promises.check(runtime)
        tell("checked", "")
        if seed is None:
            return
        chance = random.Random(seed)
        with _vouching(runtime):
            for number in range(chance.randint(5, 60)):
                _act(runtime, chance, f"{seed}-{number}", backups, tell)
    _restore(house, backups, tell)
    tell("ended", "")


def _act(runtime: Runtime, chance: random.Random, name: str, backups: Path, tell: Tell) -> None:
    with runtime.work(HOUSE, write=False) as work:
        alive = [row.id for row in catalog.all_recordings(work) if row.state != ERASED]
    what = chance.random()
    if what < 0.4 and len(alive) < MOST_ALIVE:
        tell("ingested", intake.ingest(runtime, OPERATOR, called(name), idempotency_key=name).recording_id)
    elif what < 0.65:
        for done in redaction.redact_pending(runtime, HOUSE, 2):
            tell(done.state, done.recording_id)
    elif what < 0.72 and alive:
        _order(runtime, chance, chance.choice(alive), tell)
    elif what < 0.8 and alive:
        due = [
            erasure.Due(one, "period_over", "Its period is over.")
            for one in chance.sample(alive, len(alive) // 2)
        ]
        for gone in erasure.erase_batch(runtime, HOUSE, due).erased:
            tell("erased", gone)
    elif what < 0.9 and alive:
        gone = chance.choice(alive)
        with suppress(ConflictError):  # it is held
            erasure.erase(runtime, DPO, gone, "request")
            tell("erased", gone)
    elif what < 0.95:
        retire = chance.random() < 0.5
        if retire:
            _drop(backups)  # nobody could open them any more
        vault.rotate(runtime, OPERATOR, retire=retire, batch=4)
    else:
        continuity.backup(runtime, HOUSE, backups / name)


def _order(runtime: Runtime, chance: random.Random, recording_id: str, tell: Tell) -> None:
    """End an order that stands, mostly, or hold one recording: where all are held nothing is erased any more."""
    with runtime.work(HOUSE, write=False) as work:
        standing_now = [order.id for order in catalog.all_orders(work) if order.ended_at is None]
    if standing_now and chance.random() < 0.7:
        ended = chance.choice(standing_now)
        tell("ending", ended)
        with runtime.work(HOUSE) as work:
            standing.end(work, ended, "It is over.")
        return
    one = Selection(recording_ids=(recording_id,))
    with runtime.work(HOUSE) as work:
        placed = standing.place(
            work, kind="hold", selection=one, reference=ids.new("mat"), because="Evidence."
        ).id
    tell("ordered", placed)


def _drop(backups: Path) -> None:
    for made in _made(backups):
        away = made.with_name(f".{made.name}")  # or a kill would leave half of one under its name
        made.rename(away)
        shutil.rmtree(away)


def _made(backups: Path) -> list[Path]:
    return sorted(path for path in backups.glob("*") if not path.name.startswith("."))


class _vouching:  # noqa: N801 a context, called like a verb
    """Sequence and sign all the while, in a thread of its own, as the jobs do."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime, self._end = runtime, Event()
        self._thread = Thread(target=self._run)

    def _run(self) -> None:
        while not self._end.wait(0.02):
            audit.sequence(self._runtime, TENANT)
            audit.publish(self._runtime, TENANT)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()


def _restore(house: House, backups: Path, tell: Tell) -> None:
    made = _made(backups)
    if made:
        tell("restoring", "")
        _patiently(lambda: continuity.restore(house.settings(), made[-1]))


def _entered(house: House) -> ExitStack:
    stack = ExitStack()
    _patiently(lambda: stack.enter_context(occupancy.entered(house.settings())))
    return stack


def _patiently(act: Callable[[], object]) -> None:
    """Try again while the killed process's connection to PostgreSQL is still being noticed."""
    for _ in range(100):
        try:
            act()
        except ConflictError:
            time.sleep(0.05)
        else:
            return
    act()
