"""How far a request has come, as steps on a page: what is done, what is now, and what each still lacks. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from governance.console import phrases
from governance.subjects.models import SubjectRequest
from governance.subjects.rules import Step

Shown = tuple[str, str, str]
"""Title, stage (`done`, `now`, `next`, `skipped`) and detail, as `parts.steps` takes them."""


@dataclass(frozen=True)
class Progress:
    """What the steps are worked out from. `lacks` says of every act why it is not possible now, or None if it is."""

    request: SubjectRequest
    lacks: Mapping[Step, str | None]
    tally: Mapping[str, int]
    has_package: bool
    is_making: bool


def steps(at: Progress) -> list[Shown]:
    """Return the steps of this kind of request in their order; exactly one is `now` while it is open."""
    row = at.request
    at = replace(at, lacks={step: _told(because) for step, because in at.lacks.items()})
    shown = [_received(row), _acknowledged(row), _identity(row), _looked(at), _decided(at)]
    if row.kind == "access":
        shown.append(_packed(at))
    shown += [_answered(at), _closed(at)]
    first = next((n for n, (_, stage, _) in enumerate(shown) if stage == "next"), None)
    if row.ended_at is not None or first is None:
        return [(title, "skipped" if stage == "next" else stage, told) for title, stage, told in shown]
    title, _, told = shown[first]
    return [*shown[:first], (title, "now", told), *shown[first + 1 :]]


def _told(because: str | None) -> str | None:
    """Return what a step lacks, but not that it is another step's turn: its place in the list says so."""
    return None if because is not None and because.startswith("A request that is ") else because


def _received(row: SubjectRequest) -> Shown:
    return "Received", "done", phrases.day(row.received_at)


def _acknowledged(row: SubjectRequest) -> Shown:
    if row.acknowledged_at is not None:
        return "Acknowledged", "done", phrases.day(row.acknowledged_at)
    by = f"By {phrases.day(row.acknowledge_by)}." if row.acknowledge_by else ""
    return "Acknowledge", "next", by


def _identity(row: SubjectRequest) -> Shown:
    if row.identity == "proven":
        return "Identity", "done", "Proven."
    if row.identity == "doubted":
        return "Identity", "next", "In doubt: nothing is granted before that is settled."
    return "Identity", "skipped", "Nobody has written down a reason to doubt it."


def _looked(at: Progress) -> Shown:
    found, undecided = sum(at.tally.values()), at.tally.get("undecided", 0)
    if at.request.searched_at is None:
        is_needed = at.request.kind == "access"
        told = "" if is_needed else "Only where somebody else’s calls may be among what it stops."
        return "Candidates", "next" if is_needed else "skipped", told
    if undecided:
        return "Candidates", "next", f"{undecided:,} of {found:,} still to be confirmed or excluded."
    told = f"{at.tally.get('confirmed', 0):,} confirmed, {at.tally.get('excluded', 0):,} excluded."
    return "Candidates", "done", told


def _decided(at: Progress) -> Shown:
    row = at.request
    title = "Weigh the grounds" if row.kind == "objection" else "Decide"
    if row.outcome is not None:
        word = phrases.GROUNDS.get(row.grounds or "") if row.grounds else None
        return title, "done", f"{word or phrases.OUTCOMES[row.outcome]}."
    act: Step = "decide_grounds" if row.kind == "objection" else "grant"
    return title, "next", at.lacks[act] or ""


def _packed(at: Progress) -> Shown:
    if at.has_package:
        return "Package", "done", "Ready to be fetched."
    if at.request.outcome == "refused" or (at.request.outcome and not at.tally.get("confirmed")):
        return "Package", "skipped", "There is nothing to hand over."
    return "Package", "next", "It is being made." if at.is_making else at.lacks["disclose"] or ""


def _answered(at: Progress) -> Shown:
    if at.request.answered_at is not None:
        return "Answer", "done", phrases.day(at.request.answered_at)
    return "Answer", "next", at.lacks["answer"] or ""


def _closed(at: Progress) -> Shown:
    if at.request.ended_at is not None:
        return phrases.request_state(at.request.state), "done", phrases.day(at.request.ended_at)
    return "Close", "next", ""
