"""Whatever happens in whatever order: no finding is lost, and none is closed whose check did not pass."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import settings as profile
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from governance import policy, tenancy
from governance.clock import FakeClock
from governance.config import Settings
from governance.db import make_engine, migrate
from governance.errors import GovernanceError
from governance.findings import queries, rounds, service
from governance.keys import LocalKeys
from governance.runtime import Runtime
from governance.storage.local import LocalBlobs
from tests.findings.pretended import DPO, HOUSE, Pretended, acts, rows

SUBJECTS = [f"rec_{number}" for number in range(4)]


class Life(RuleBasedStateMachine):
    """A check whose subjects fail and are mended, and people who do what they can about it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        home = Path(self.folder.name)
        told = Settings.from_env({"GOVERNANCE_HOME": str(home)})
        engine = make_engine(told.database_url)
        migrate(engine)
        self.clock = FakeClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
        self.runtime = Runtime(
            told, engine, LocalKeys(told.keys), LocalBlobs(told.blobs), policy.load(), self.clock
        )
        with self.runtime.work(HOUSE) as work:
            tenancy.ensure(work, "Default")
        self.check = Pretended()
        self.known: set[str] = set()

    def teardown(self) -> None:
        self.runtime.close()
        self.folder.cleanup()

    @rule(subject=st.sampled_from(SUBJECTS))
    def goes_wrong(self, subject: str) -> None:
        self.check.fail(subject)

    @rule(subject=st.sampled_from(SUBJECTS))
    def is_mended(self, subject: str) -> None:
        self.check.wrong.pop(subject, None)

    @rule(most=st.sampled_from([1, 100]))
    def the_job_runs(self, most: int) -> None:
        broken = self.check.broken is not None
        rounds.make(self.runtime, HOUSE, self.check, most)
        if not broken and most == 100:
            state = {row.subject_id: row.state for row in rows(self.runtime)}
            for subject in SUBJECTS:
                expected = "open" if subject in self.check.wrong else "closed"
                assert state.get(subject, "closed") == expected

    @rule(is_broken=st.booleans())
    def the_check_breaks_or_works(self, is_broken: bool) -> None:
        self.check.broken = ZeroDivisionError if is_broken else None

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def somebody_has_it_checked(self, data: st.DataObject) -> None:
        row = data.draw(st.sampled_from(rows(self.runtime)))
        try:
            state = service.check(self.runtime, DPO, row.id, [self.check]).state
        except GovernanceError:
            assert self.check.broken is not None
        else:
            assert (state == "open") == (row.subject_id in self.check.wrong)

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def somebody_writes_a_note(self, data: st.DataObject) -> None:
        row = data.draw(st.sampled_from(rows(self.runtime)))
        with self.runtime.work(DPO) as work:
            service.note(work, row.id, "Looked into it.")

    @rule(days=st.integers(0, 4))
    def time_passes_and_what_is_late_is_escalated(self, days: int) -> None:
        self.clock.advance(timedelta(days=days, seconds=1))
        late = [
            row
            for row in rows(self.runtime, "open")
            if row.escalate_at and row.escalate_at <= self.clock.now()
        ]
        assert service.escalate_late(self.runtime, HOUSE) == len(late)

    @invariant()
    def no_finding_is_lost_and_each_history_says_how_it_stands(self) -> None:
        found = rows(self.runtime)
        assert self.known <= {row.id for row in found}
        self.known = {row.id for row in found}
        assert len({row.subject_id for row in found}) == len(found)
        for row in found:
            told = [act for act in acts(self.runtime, row.id) if act in ("opened", "closed", "reopened")]
            assert told == ["opened", *["closed", "reopened"] * len(told)][: len(told)]
            assert (row.state == "closed") == (told[-1] == "closed")
            assert row.times_reopened == told.count("reopened")
            assert (row.closed_at is None) == (row.state == "open")
            assert (row.escalate_at is None) == (row.state == "closed")

    @invariant()
    def only_an_open_finding_is_counted(self) -> None:
        with self.runtime.work(HOUSE, write=False) as work:
            counted = sum(tally.open for tally in queries.summary(work))
        assert counted == len(rows(self.runtime, "open"))


TestLife = Life.TestCase
TestLife.settings = profile(max_examples=8, stateful_step_count=20)
