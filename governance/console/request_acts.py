"""What the buttons on a request's page do: one act each, in the words of the form, by the verbs of the area."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from governance.console.deps import Form, Visitor
from governance.errors import InvalidError
from governance.runtime import Work
from governance.subjects import letter_choice, letters, packages, person, queries
from governance.subjects import service as requests
from governance.subjects.models import SubjectRequest
from governance.subjects.words import Outcome, PauseReason, RefusalCode

Act = Callable[[Visitor, Form, str], str]
"""Carries one act out and returns where the browser goes then."""

DONE = {
    "opened": "The request is open, and its clock runs. What it stops is stopped from now on.",
    "acknowledge": "It is acknowledged.",
    "doubt": "The doubt is on record: nothing is granted or handed over before it is settled.",
    "code": "The code is on its way.",
    "prove": "The code is right: identity is proven.",
    "evidence": "What you saw is on record.",
    "search": "Every recording that carries one of the identifiers is listed now.",
    "add": "The identifier is named, and what the request stops or suspends covers it.",
    "drop": "The identifier is no longer named.",
    "pause": "The clock stands still.",
    "resume": "The clock runs again.",
    "extend": "The extension is decided. It counts once the person has been told: prepare the letter.",
    "tell": "The extension counts: the person was told in time.",
    "grounds": "It is decided. Tell the person.",
    "decide": "It is decided.",
    "reconsider": "It is open to another decision.",
    "package": "The package is being made.",
    "discard_package": "The package is gone: nobody can fetch it.",
    "tell_again": "Two letters are prepared below: the new code ends the old one once its letter goes.",
    "answer": "It is answered, and its clock has stopped.",
    "close": "It is closed.",
    "withdraw": "It is withdrawn: whatever it stopped or suspended is free.",
    "take_back": "The objection is taken back: nothing is stopped by it any more.",
    "sent": "The letter is on its way.",
    "discarded": "The letter was put aside.",
    "saved": "Your words are in the letter.",
    "decided": "Decided, one by one.",
}


def _simple(verb: Callable[[Work, str], SubjectRequest], name: str) -> Act:
    def act(visitor: Visitor, _form: Form, request_id: str) -> str:
        with visitor.work() as work:
            verb(work, request_id)
        return _back(request_id, name)

    return act


def _reasoned(verb: Callable[[Work, str, str], SubjectRequest], name: str) -> Act:
    def act(visitor: Visitor, form: Form, request_id: str) -> str:
        with visitor.work() as work:
            verb(work, request_id, form.sentence("because"))
        return _back(request_id, name)

    return act


def _back(request_id: str, done: str, place: str = "") -> str:
    return f"/requests/{request_id}?done={done}{place}"


def _doubt(visitor: Visitor, form: Form, request_id: str) -> str:
    with visitor.work() as work:
        asked = form.get("asked_for_proof") == "yes"
        requests.doubt_identity(work, request_id, form.sentence("because"), asked_for_proof=asked)
    return _back(request_id, "doubt", "#identity")


def _code(visitor: Visitor, form: Form, request_id: str) -> str:
    with visitor.work() as work:
        requests.send_code(work, request_id, form.whole("position"))
    return _back(request_id, "code", "#identity")


def _prove(visitor: Visitor, form: Form, request_id: str) -> str:
    requests.prove_identity(visitor.runtime, visitor.actor, request_id, form.get("code")[:40])
    return _back(request_id, "prove")


def _evidence(visitor: Visitor, form: Form, request_id: str) -> str:
    verdict = form.get("passed")
    if verdict not in ("yes", "no"):
        raise InvalidError("say whether what you saw proves it", "passed")
    with visitor.work() as work:
        requests.check_evidence(work, request_id, verdict == "yes", form.sentence("because"))
    return _back(request_id, "evidence", "#identity")


def _search(visitor: Visitor, _form: Form, request_id: str) -> str:
    requests.search_candidates(visitor.runtime, visitor.actor, request_id)
    return f"/requests/{request_id}/candidates?done=search"


def _add(visitor: Visitor, form: Form, request_id: str) -> str:
    with visitor.work() as work:
        row = queries.request(work, request_id)
        region = (row.place if row else "GB").partition("-")[0]
        one = person.identifier(form.get("kind"), form.get("value")[:200], region)
        requests.add_identifiers(work, request_id, [one])
    return _back(request_id, "add", "#candidates")


def _drop(visitor: Visitor, form: Form, request_id: str) -> str:
    with visitor.work() as work:
        row = queries.request(work, request_id)
        named = person.of(work, row).identifiers if row else ()
        at = form.whole("position")
        if at >= len(named):
            raise InvalidError("the request does not name this identifier", "position")
        requests.drop_identifier(work, request_id, named[at], form.sentence("because"))
    return _back(request_id, "drop", "#candidates")


def _pause(visitor: Visitor, form: Form, request_id: str) -> str:
    reason: PauseReason = "clarification" if form.get("reason") == "clarification" else "identity"
    with visitor.work() as work:
        requests.pause(work, request_id, reason, form.sentence("because"))
    return _back(request_id, "pause")


def _grounds(visitor: Visitor, form: Form, request_id: str) -> str:
    verdicts: dict[str, Literal["objection_upheld", "grounds_outweigh"]] = {
        "objection_upheld": "objection_upheld",
        "grounds_outweigh": "grounds_outweigh",
    }
    verdict = verdicts.get(form.get("verdict"))
    if verdict is None:
        raise InvalidError("say whether the objection stands", "verdict")
    with visitor.work() as work:
        requests.decide_grounds(work, request_id, verdict, form.sentence("because"))
    return _back(request_id, "grounds", "#letters")


def _decide(visitor: Visitor, form: Form, request_id: str) -> str:
    outcomes: dict[str, Outcome] = {"granted": "granted", "partly": "partly", "refused": "refused"}
    refusals: dict[str, RefusalCode] = {
        "identity_not_proven": "identity_not_proven",
        "unfounded": "unfounded",
        "excessive": "excessive",
        "rights_of_others": "rights_of_others",
        "not_covered": "not_covered",
    }
    outcome = outcomes.get(form.get("outcome"))
    if outcome is None:
        raise InvalidError("say what is decided", "outcome")
    refusal = refusals.get(form.get("refusal")) if outcome == "refused" else None
    if outcome == "refused" and refusal is None:
        raise InvalidError("a refusal says what it rests on", "refusal")
    with visitor.work() as work:
        requests.decide(work, request_id, outcome, form.sentence("because"), refusal)
    return _back(request_id, "decide", "#package" if outcome != "refused" else "#letters")


def _package(visitor: Visitor, _form: Form, request_id: str) -> str:
    with visitor.work() as work:
        packages.order(work, request_id)
    return _back(request_id, "package", "#package")


def _discard_package(visitor: Visitor, form: Form, request_id: str) -> str:
    packages.discard(visitor.runtime, visitor.actor, form.get("package")[:80])
    return _back(request_id, "discard_package", "#package")


def _tell_again(visitor: Visitor, form: Form, request_id: str) -> str:
    with visitor.work() as work:
        packages.tell_again(work, form.get("package")[:80])
    return _back(request_id, "tell_again", "#letters")


def _answer(visitor: Visitor, form: Form, request_id: str) -> str:
    with visitor.work() as work:
        if form.get("told") == "letter":
            requests.answer(work, request_id, "letter")
        else:
            requests.answer(work, request_id, "by_hand", form.sentence("because"))
    return _back(request_id, "answer")


def _letter(visitor: Visitor, form: Form, request_id: str) -> str:
    kind, language = form.get("kind"), form.get("language") or None
    written = {name: form.sentence(name) for name in ("reasons", "evidence")} | {"ends": form.get("ends")}
    with visitor.work() as work:
        row = queries.request(work, request_id)
        if row is None:
            raise InvalidError("there is no such request", "kind")
        told = letter_choice.facts(work, row, kind, written, language)
        made = letters.prepare(work, request_id, kind, language, facts=told)
    return f"/requests/{request_id}/letters/{made.id}"


ACTS: dict[str, Act] = {
    "acknowledge": _simple(requests.acknowledge, "acknowledge"),
    "doubt": _doubt,
    "code": _code,
    "prove": _prove,
    "evidence": _evidence,
    "search": _search,
    "add": _add,
    "drop": _drop,
    "pause": _pause,
    "resume": _simple(requests.resume, "resume"),
    "extend": _reasoned(requests.extend, "extend"),
    "tell": _simple(requests.tell_extension, "tell"),
    "grounds": _grounds,
    "decide": _decide,
    "reconsider": _reasoned(requests.reconsider, "reconsider"),
    "package": _package,
    "discard_package": _discard_package,
    "tell_again": _tell_again,
    "answer": _answer,
    "close": _simple(requests.close, "close"),
    "withdraw": _reasoned(requests.withdraw, "withdraw"),
    "take_back": _reasoned(requests.take_back, "take_back"),
    "letter": _letter,
}
