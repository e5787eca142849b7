"""What is said of a recording and what is done with it are one: random recordings, explained, swept, and looked at again."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from governance.clock import FakeClock
from governance.recordings import queries as catalog
from governance.recordings import service as recordings
from governance.recordings import standing
from governance.recordings.models import ERASED, MASTER
from governance.recordings.selection import Selection
from governance.retention import queries
from governance.retention import service as retention
from governance.retention.service import Explanation
from governance.runtime import Actor, Runtime, Work
from tests.retention.conftest import HOUSE, POLICY, Make, obey, row_of

CHAIN = {
    "name": "chains",
    "because": "The master goes first, then a person decides.",
    "when": {"lines": ["chain"]},
    "stages": [
        {"action": "erase_master", "period": {"days": 20}},
        {
            "action": "review",
            "starts": "contract_ended",
            "wait_at_most": {"days": 40},
            "period": {"days": 60},
        },
    ],
}
AGES = (0, 29, 31, 59, 61, 100, 200, 400, 800, 1500)
LINES = (None, "cases", "sales", "chain")
SAID = "There is a good reason for it."


def happen(work: Work, recording_id: str, chance: Random) -> None:
    """Let something happen to the recording that decides about it, or nothing."""
    planned, dice = queries.schedule_of(work, recording_id), chance.random()
    if dice < 0.1:
        recordings.hold(work, recording_id, "2026-17")
    elif dice < 0.2:
        mine = Selection(recording_ids=(recording_id,))
        standing.place(work, kind="suspension", selection=mine, reference="req_1", because="It is asked for.")
    elif dice < 0.4:
        at = work.now - timedelta(days=chance.randrange(-50, 900))
        retention.note_event(work, recording_id, chance.choice(["case_closed", "contract_ended"]), at)
    elif planned is not None and planned.review_asked_at is not None and dice < 0.8:
        until = work.now + timedelta(days=chance.choice([1, 30, 100]))
        keep = chance.random() < 0.7
        decision = "keep_until" if keep else "erase"
        retention.decide_review(work, recording_id, decision, SAID, until if keep else None)


def agrees_with_itself(told: Explanation) -> None:
    first = next(one for one in told.effects if one.wins)
    if first.kind == "rule" or (first.kind == "decision" and first.name == "keep_until"):
        assert first.until == told.due_at, "what wins says another day than the verdict"


def was_done(runtime: Runtime, recording_id: str) -> str:
    """Return what a sweep has left of the recording, in the words of an explanation."""
    if row_of(runtime, recording_id).state == ERASED:
        return "erase"
    with runtime.work(HOUSE, write=False) as work:
        planned = queries.schedule_of(work, recording_id)
        if planned is not None and planned.review_asked_at is not None:
            return "review"
        has_master = any(one.level == MASTER for one in catalog.renditions(work, recording_id))
        return "keep" if has_master else "erase_master"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_sweep_does_what_the_explanation_said(
    runtime: Runtime, make: Make, people: dict[str, Actor], clock: FakeClock, seed: int
) -> None:
    obey(runtime, rules=[*POLICY["rules"], CHAIN])
    chance = Random(seed)
    here = [
        make(chance.choice(AGES), chance.choice([None, {"PAN": 1}]), line_of_business=chance.choice(LINES))
        for _ in range(12)
    ]
    for days in (1, 40, 300):
        told = {}
        for one in here:
            with runtime.work(people["dpo"]) as work:
                happen(work, one, chance)
            with runtime.work(people["dpo"]) as work:
                told[one] = retention.explain(work, one)
            agrees_with_itself(told[one])
        retention.schedule(runtime, HOUSE)
        before = {one: was_done(runtime, one) for one in here}
        retention.sweep(runtime, HOUSE)
        for one, said in told.items():
            is_due = said.code == "due"
            assert was_done(runtime, one) == (said.action if is_due else before[one]), said
        here = [one for one in here if was_done(runtime, one) != "erase"]
        clock.advance(timedelta(days=days))
