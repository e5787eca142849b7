"""The state machine of a request, as one table: which step is possible in which situation, and why not.

Pure. Three promises stand in the table and nowhere else: where doubt is recorded, nothing is granted or disclosed before
identity is proven; nothing is disclosed before every candidate was confirmed or excluded by hand; what is closed or
withdrawn stays so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from governance.errors import ConflictError
from governance.subjects.words import (
    ABSOLUTE,
    OBJECTIONS,
    OPEN,
    Identity,
    Kind,
    Outcome,
    PauseReason,
    RefusalCode,
    State,
)

Step = Literal[
    "acknowledge",
    "amend",
    "doubt_identity",
    "check_identity",
    "search",
    "decide_candidate",
    "pause",
    "resume",
    "extend",
    "tell_extension",
    "decide_grounds",
    "grant",
    "refuse",
    "reconsider",
    "disclose",
    "fetch",
    "answer",
    "close",
    "withdraw",
    "take_back",
]
"""`amend` adds or drops an identifier. `disclose` is making a package, `fetch` handing
it over. `take_back` ends an objection that is closed already, at the person's own wish."""


@dataclass(frozen=True)
class Situation:
    """What a step depends on."""

    kind: Kind
    state: State = "received"
    identity: Identity = "undoubted"
    may_be_doubted: bool = True
    """Whether the policy lets anybody doubt who asks, for this kind of request."""
    is_acknowledged: bool = False
    pauses: frozenset[PauseReason] = frozenset()
    """For which reasons this regime lets the clock stand still."""
    paused_for: PauseReason | None = None
    has_run_out: bool = False
    """Whether the clock has come to its end: what moves an end, moves it before it has passed."""
    is_first_period: bool = True
    """Whether the period without an extension still runs."""
    may_be_extended: bool = False
    """Whether the regime knows an extension for this kind of request."""
    is_extended: bool = False
    """Whether an extension was decided; it counts once `is_extension_told`."""
    is_extension_told: bool = False
    is_searched: bool = False
    undecided: int = 0
    confirmed: int = 0
    outcome: Outcome | None = None
    has_package: bool = False
    has_standing_order: bool = False


Guard = Callable[[Situation], "str | None"]
"""Returns why the step is not possible, or None."""


def _identity_is_clear(now: Situation) -> str | None:
    if now.identity == "doubted":
        return "There is a doubt about who asks: it must be settled first."
    return None


def _everything_looked_at(now: Situation) -> str | None:
    if now.kind == "access" and not now.is_searched:
        return "Nobody has looked for the person's recordings yet."
    if now.undecided:
        return f"Candidates still to be confirmed or excluded by hand: {now.undecided}."
    return None


def _doubt_is_allowed(now: Situation) -> str | None:
    if not now.may_be_doubted:
        return "No proof of identity may be asked for: the policy takes this request at its word."
    return "The doubt is recorded already." if now.identity == "doubted" else None


def _doubt_is_recorded(now: Situation) -> str | None:
    if now.identity != "doubted":
        return "No doubt is recorded: without a reason to doubt, no proof may be asked for (GDPR Art. 12(6))."
    return None


def _clock_runs(now: Situation) -> str | None:
    if now.has_run_out:
        return "The clock has run out: it can stand still no more."
    return "The clock stands still already." if now.paused_for else None


def _some_pause_is_lawful(now: Situation) -> str | None:
    return None if any(may_pause(now, reason) for reason in now.pauses) else "The law knows no pause here."


def _is_paused(now: Situation) -> str | None:
    return None if now.paused_for else "The clock is running."


def _may_be_extended(now: Situation) -> str | None:
    if not now.may_be_extended:
        return "The law knows no extension here."
    if now.is_extended:
        return "It is extended already."
    return None if now.is_first_period else "The first period is over: it is too late for an extension."


def _extension_may_be_told(now: Situation) -> str | None:
    if not now.is_extended or now.is_extension_told:
        return "There is no extension to be told."
    return (
        None if now.is_first_period else "The first period is over: it was told too late and does not count."
    )


def _not_acknowledged(now: Situation) -> str | None:
    return "It is acknowledged already." if now.is_acknowledged else None


def _has_grounds_to_weigh(now: Situation) -> str | None:
    if now.kind in ABSOLUTE:
        return "This objection is absolute: nothing is weighed against it."
    return None if now.kind == "objection" else "Only an objection is weighed against grounds."


def _needs_no_weighing(now: Situation) -> str | None:
    if now.kind == "objection":
        return "An objection is upheld or outweighed: decide about the grounds."
    return None


def _may_be_refused(now: Situation) -> str | None:
    if now.kind in ABSOLUTE:
        return "This objection is absolute: only the person can take it back."
    return None


def _access_is_granted(now: Situation) -> str | None:
    if now.kind != "access":
        return "Only a request for access is answered with a package."
    if now.outcome not in ("granted", "partly"):
        return "Access has not been granted."
    return None if now.confirmed else "No recording is confirmed: there is nothing to hand over."


def _is_ready_to_answer(now: Situation) -> str | None:
    if now.outcome == "refused":
        return None
    if now.kind == "access" and now.confirmed and not now.has_package:
        return "The package is not made yet."
    return _identity_is_clear(now) or _everything_looked_at(now)


def _no_package(now: Situation) -> str | None:
    return "The package must be discarded first." if now.has_package else None


def _is_an_objection(now: Situation) -> str | None:
    if now.kind not in OBJECTIONS:
        return "Only an objection can be taken back."
    return None if now.has_standing_order else "It stops nothing any more."


@dataclass(frozen=True)
class Rule:
    """From which states a step is possible, under which guards, and where it leads (None: the state stays)."""

    frm: frozenset[State]
    to: State | None = None
    guards: tuple[Guard, ...] = ()


_LOOKING: Final[frozenset[State]] = frozenset({"received", "examining"})
_DECIDED: Final[frozenset[State]] = frozenset({"decided"})
_TOLD: Final[frozenset[State]] = frozenset({"answered", "closed"})

TABLE: Final[dict[Step, Rule]] = {
    "acknowledge": Rule(OPEN, None, (_not_acknowledged,)),
    "amend": Rule(_LOOKING),
    "doubt_identity": Rule(OPEN, None, (_doubt_is_allowed,)),
    "check_identity": Rule(OPEN, None, (_doubt_is_recorded,)),
    "search": Rule(_LOOKING, "examining"),
    "decide_candidate": Rule(frozenset({"examining"})),
    "pause": Rule(OPEN, None, (_clock_runs, _some_pause_is_lawful)),
    "resume": Rule(OPEN, None, (_is_paused,)),
    "extend": Rule(_LOOKING, None, (_may_be_extended,)),
    "tell_extension": Rule(OPEN, None, (_extension_may_be_told,)),
    "decide_grounds": Rule(
        _LOOKING, "decided", (_has_grounds_to_weigh, _identity_is_clear, _everything_looked_at)
    ),
    "grant": Rule(_LOOKING, "decided", (_identity_is_clear, _everything_looked_at, _needs_no_weighing)),
    "refuse": Rule(_LOOKING, "decided", (_may_be_refused,)),
    "reconsider": Rule(_DECIDED, "examining", (_no_package,)),
    # Once more after the answer, too: a package that expired, or of which something was locked since, is made again.
    "disclose": Rule(
        _DECIDED | frozenset({"answered"}),
        None,
        (_access_is_granted, _identity_is_clear, _everything_looked_at),
    ),
    "fetch": Rule(_TOLD | _DECIDED, None, (_access_is_granted, _identity_is_clear)),
    "answer": Rule(_DECIDED, "answered", (_is_ready_to_answer,)),
    "close": Rule(frozenset({"answered"}), "closed"),
    "withdraw": Rule(OPEN, "withdrawn"),
    "take_back": Rule(_TOLD, None, (_is_an_objection,)),
}


def why_not(step: Step, now: Situation) -> str | None:
    """Return why `step` is not possible in this situation, as a sentence for the person who wants it; None if it is."""
    rule = TABLE[step]
    if now.state not in rule.frm:
        return f"A request that is {now.state} does not take this step."
    return next((because for guard in rule.guards if (because := guard(now)) is not None), None)


def require(step: Step, now: Situation) -> State:
    """Return the state that `step` leads to. Raises `ConflictError`, with the reason, where it is not possible."""
    because = why_not(step, now)
    if because is not None:
        raise ConflictError(because)
    return TABLE[step].to or now.state


def possible(now: Situation) -> dict[Step, str | None]:
    """Return every step with None where it is possible and the reason where it is not: what a page offers."""
    return {step: why_not(step, now) for step in TABLE}


def may_pause(now: Situation, reason: PauseReason) -> bool:
    """Return whether the law lets the clock stand still for `reason` now: doubt must be on record for the one about it."""
    return reason in now.pauses and (reason != "identity" or now.identity == "doubted")


def may_refuse(now: Situation, code: RefusalCode) -> bool:
    """Return whether `code` can be the reason of a refusal here: unproven identity needs a doubt, grounds their own step."""
    if code == "identity_not_proven":
        return now.identity == "doubted"
    if code == "compelling_grounds":
        return False
    if code == "rights_of_others":
        return now.kind == "access"
    return True
