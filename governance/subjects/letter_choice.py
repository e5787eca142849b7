"""Which letters a request needs now, and what only a person or the calendar can say in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from governance.errors import InvalidError
from governance.policy.letters import KINDS
from governance.runtime import Work
from governance.subjects import acts, clocks, letter_words, queries
from governance.subjects.models import SubjectRequest

# What each letter needs of whoever prepares it: everything else is known.
WRITTEN: Mapping[str, tuple[str, ...]] = {
    "identity_needed": ("reasons", "evidence"),
    "extension": ("reasons",),
    "ccpa_extension": ("reasons",),
    "restriction_ends": ("ends",),
}
_CCPA = {
    "acknowledgement": "ccpa_confirmation",
    "extension": "ccpa_extension",
    "refusal": "ccpa_refusal",
    "objection_upheld": "ccpa_opt_out",
}


@dataclass(frozen=True)
class Offer:
    """A letter that can be prepared now, and what must be written for it."""

    kind: str
    written: tuple[str, ...] = ()


def offered(work: Work, request: SubjectRequest) -> list[Offer]:
    """Return the letters that make sense now, in the order in which a request needs them.

    Those that come with a package or a code are prepared where it is made.
    """
    kinds: list[str] = []
    if request.acknowledged_at is None and request.ended_at is None:
        kinds.append("acknowledgement")
    if request.identity == "doubted" and request.ended_at is None:
        kinds.append("identity_needed")
    if request.extended_at is not None and request.extension_told_at is None:
        kinds.append("extension")
    if request.state in ("decided", "answered"):
        kinds += _answers(work, request)
    by_law = (_CCPA.get(kind, kind) if request.regime.startswith("ccpa") else kind for kind in kinds)
    return [Offer(kind, WRITTEN.get(kind, ())) for kind in by_law]


def _answers(work: Work, request: SubjectRequest) -> list[str]:
    if request.refusal == "compelling_grounds":
        return ["objection_grounds", "restriction_ends"]
    if request.outcome == "refused":
        return ["refusal"]
    if request.kind != "access":
        return ["objection_upheld"]
    return [] if queries.tally(work, request.id).get("confirmed") else ["access_none"]


def facts(
    work: Work, request: SubjectRequest, kind: str, written: Mapping[str, str], language: str | None = None
) -> dict[str, str]:
    """Return what the letter says beyond what is known of every request: what was written, and days as words.

    Raises `InvalidError` for a kind that is not offered now, or where something that must be written is missing.
    """
    offer = next((one for one in offered(work, request) if one.kind == kind), None)
    if offer is None or kind not in KINDS:
        raise InvalidError("this letter cannot be prepared now", "kind")
    told = {name: written.get(name, "").strip() for name in offer.written}
    if missing := [name for name, text in told.items() if not text]:
        raise InvalidError("must be written", missing[0])
    spoken = work.policies.letters.template(kind, language or request.language)[1]
    if kind in ("extension", "ccpa_extension"):
        told["due"] = letter_words.day(extended_end(work, request), spoken)
    if "ends" in told:
        try:
            told["ends"] = letter_words.day(date.fromisoformat(told["ends"]), spoken)
        except ValueError:
            raise InvalidError("a day, written as 2026-03-31", "ends") from None
    return told


def extended_end(work: Work, request: SubjectRequest) -> date:
    """Return the last day that the request has once the person has been told of its extension.

    Raises `InvalidError` where its law knows no extension.
    """
    holds, at = acts.terms(work, request), acts.calendar(work, request)
    if holds.extended_to is None:
        raise InvalidError("the law knows no extension here", "kind")
    return clocks.last_day(
        at.day_of(request.received_at),
        holds.extended_to,
        at,
        working_day_rule=work.policies.subjects.regimes[request.regime].working_day_rule,
        paused_days=request.paused_days,
    )
