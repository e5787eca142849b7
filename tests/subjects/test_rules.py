"""The table of steps: on no path whatever is a doubt skipped, a candidate disclosed unseen, or an end undone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from governance.errors import ConflictError
from governance.subjects import rules
from governance.subjects.rules import Situation
from governance.subjects.words import ABSOLUTE, FINAL, KINDS, OBJECTIONS, OPEN, Kind, PauseReason, RefusalCode


class Life(RuleBasedStateMachine):
    """A request of any kind, led through any steps in any order; what happened is written down beside it."""

    @initialize(
        kind=st.sampled_from(KINDS),
        pauses=st.sets(st.sampled_from(["identity", "clarification"])),
        may_be_doubted=st.booleans(),
        may_be_extended=st.booleans(),
    )
    def received(
        self, kind: Kind, pauses: set[PauseReason], may_be_doubted: bool, may_be_extended: bool
    ) -> None:
        self.now = Situation(
            kind=kind,
            may_be_doubted=may_be_doubted and kind not in ABSOLUTE,
            pauses=frozenset(pauses),
            may_be_extended=may_be_extended,
            has_standing_order=True,
        )
        self.found = 0
        self.judged = 0
        self.is_open_doubt = False
        self.is_disclosed = False
        self.ended: str | None = None

    def take(self, step: rules.Step) -> bool:
        because = rules.why_not(step, self.now)
        if because is not None:
            before = self.now
            with pytest.raises(ConflictError):
                rules.require(step, self.now)
            assert self.now == before
            return False
        self.now = replace(self.now, state=rules.require(step, self.now))
        return True

    @rule()
    def acknowledge(self) -> None:
        if self.take("acknowledge"):
            self.now = replace(self.now, is_acknowledged=True)

    @rule()
    def doubt(self) -> None:
        if self.take("doubt_identity"):
            assert self.now.may_be_doubted
            self.now = replace(self.now, identity="doubted")
            self.is_open_doubt = True

    @rule()
    def prove(self) -> None:
        if self.take("check_identity"):
            assert self.is_open_doubt, "proof was asked for without a recorded doubt"
            paused_for = None if self.now.paused_for == "identity" else self.now.paused_for
            self.now = replace(self.now, identity="proven", paused_for=paused_for)
            self.is_open_doubt = False

    @rule(more=st.integers(0, 3))
    def search(self, more: int) -> None:
        if self.take("search"):
            self.found += more
            self.now = replace(self.now, is_searched=True, undecided=self.now.undecided + more)

    @precondition(lambda self: self.now.undecided > 0)
    @rule(is_hers=st.booleans())
    def judge(self, is_hers: bool) -> None:
        if self.take("decide_candidate"):
            self.judged += 1
            self.now = replace(
                self.now, undecided=self.now.undecided - 1, confirmed=self.now.confirmed + is_hers
            )

    @rule(reason=st.sampled_from(["identity", "clarification"]))
    def pause(self, reason: PauseReason) -> None:
        if rules.may_pause(self.now, reason) and self.take("pause"):
            assert reason in self.now.pauses
            assert reason != "identity" or self.is_open_doubt
            self.now = replace(self.now, paused_for=reason)

    @rule()
    def resume(self) -> None:
        if self.take("resume"):
            self.now = replace(self.now, paused_for=None)

    @rule()
    def first_period_ends(self) -> None:
        self.now = replace(self.now, is_first_period=False)

    @rule()
    def extend(self) -> None:
        if self.take("extend"):
            self.now = replace(self.now, is_extended=True)

    @rule()
    def tell_extension(self) -> None:
        was_first = self.now.is_first_period
        if self.take("tell_extension"):
            assert was_first, "an extension was told too late, and counts"
            assert self.now.may_be_extended
            self.now = replace(self.now, is_extension_told=True)

    @rule(is_upheld=st.booleans())
    def weigh(self, is_upheld: bool) -> None:
        if self.take("decide_grounds"):
            assert self.now.kind == "objection"
            assert not self.is_open_doubt
            self.now = replace(self.now, outcome="granted" if is_upheld else "refused")

    @rule(is_whole=st.booleans())
    def grant(self, is_whole: bool) -> None:
        if self.take("grant"):
            assert not self.is_open_doubt
            assert self.now.kind != "objection", "an objection was granted without being weighed"
            self.now = replace(self.now, outcome="granted" if is_whole else "partly")

    @rule()
    def refuse(self) -> None:
        if self.take("refuse"):
            assert self.now.kind not in ABSOLUTE, "an absolute objection was refused"
            self.now = replace(self.now, outcome="refused")

    @rule()
    def reconsider(self) -> None:
        if self.take("reconsider"):
            self.now = replace(self.now, outcome=None)

    @rule()
    def disclose(self) -> None:
        if self.take("disclose"):
            self._is_fit_to_be_disclosed()
            self.now = replace(self.now, has_package=True)

    @rule()
    def discard(self) -> None:
        if self.now.state == "decided":
            self.now = replace(self.now, has_package=False)

    @rule()
    def answer(self) -> None:
        if self.take("answer"):
            if self.now.kind == "access" and self.now.outcome != "refused":
                self._is_fit_to_be_disclosed(or_empty=True)
                assert self.now.has_package or not self.now.confirmed
            if self.now.kind in OBJECTIONS and self.now.outcome == "refused":
                self.now = replace(self.now, has_standing_order=False)
            self.is_disclosed = True

    def _is_fit_to_be_disclosed(self, or_empty: bool = False) -> None:
        assert not self.is_open_doubt, "a doubt was skipped"
        assert self.now.is_searched
        assert self.judged == self.found, "a candidate was disclosed that nobody has looked at"
        assert or_empty or self.now.confirmed

    @rule()
    def close(self) -> None:
        if self.take("close"):
            assert self.is_disclosed
            self.ended = self.now.state

    @rule()
    def withdraw(self) -> None:
        if self.take("withdraw"):
            self.ended = self.now.state

    @rule()
    def take_back(self) -> None:
        if self.take("take_back"):
            assert self.now.kind in OBJECTIONS
            self.now = replace(self.now, has_standing_order=False)

    @invariant()
    def what_is_final_stays(self) -> None:
        if self.ended is not None:
            assert self.now.state == self.ended

    @invariant()
    def a_clock_stands_still_for_a_lawful_reason_only(self) -> None:
        if self.now.paused_for is not None and self.now.state in OPEN:
            assert self.now.paused_for in self.now.pauses

    @invariant()
    def what_is_absolute_stands_unless_the_person_takes_it_back(self) -> None:
        if self.now.kind in ABSOLUTE and self.now.state in OPEN:
            assert self.now.has_standing_order


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)


SITUATIONS = st.builds(
    Situation,
    kind=st.sampled_from(KINDS),
    state=st.sampled_from(["received", "examining", "decided", "answered", "closed", "withdrawn"]),
    identity=st.sampled_from(["undoubted", "doubted", "proven"]),
    may_be_doubted=st.booleans(),
    is_acknowledged=st.booleans(),
    pauses=st.frozensets(st.sampled_from(["identity", "clarification"])),
    paused_for=st.sampled_from([None, "identity", "clarification"]),
    is_first_period=st.booleans(),
    may_be_extended=st.booleans(),
    is_extended=st.booleans(),
    is_extension_told=st.booleans(),
    is_searched=st.booleans(),
    undecided=st.integers(0, 2),
    confirmed=st.integers(0, 2),
    outcome=st.sampled_from([None, "granted", "partly", "refused"]),
    has_package=st.booleans(),
    has_standing_order=st.booleans(),
)


@given(now=SITUATIONS)
def test_in_no_situation_whatever_does_the_table_let_a_doubt_or_a_candidate_through(now: Situation) -> None:
    possible = {step for step, because in rules.possible(now).items() if because is None}
    if now.identity == "doubted":
        assert not possible & {"grant", "disclose", "fetch", "decide_grounds"}
        assert "answer" not in possible or now.outcome == "refused"
    if now.undecided:
        assert not possible & {"grant", "disclose", "decide_grounds"}
    if now.state in FINAL:
        assert possible <= {"take_back", "fetch"}
        assert now.state == "closed" or not possible
    if now.kind in ABSOLUTE:
        assert "refuse" not in possible
        assert "decide_grounds" not in possible
    if now.outcome in (None, "refused") or now.state == "withdrawn":
        assert not possible & {"disclose", "fetch"}
    assert "close" not in possible or now.state == "answered"


@pytest.mark.parametrize(
    ("code", "now", "expected"),
    [
        ("identity_not_proven", Situation("access"), False),
        ("identity_not_proven", Situation("access", identity="doubted"), True),
        ("identity_not_proven", Situation("access", identity="proven"), False),
        ("compelling_grounds", Situation("objection"), False),
        ("rights_of_others", Situation("access"), True),
        ("rights_of_others", Situation("objection"), False),
        ("excessive", Situation("access"), True),
        ("unfounded", Situation("objection"), True),
    ],
)
def test_a_refusal_rests_on_what_is_there(code: RefusalCode, now: Situation, expected: bool) -> None:
    assert rules.may_refuse(now, code) is expected


def test_every_refusal_says_why_in_a_sentence() -> None:
    for now in (Situation("access"), Situation("opt_out", state="closed")):
        for because in filter(None, rules.possible(now).values()):
            assert because.endswith(".")
            assert because[0].isupper()
