"""How the pages about recordings, requests, holds and findings say things: codes as words, numbers as people write them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from governance.recordings.overview_queries import MOST_COUNTED

KINDS = {
    "access": "Access request",
    "objection": "Objection",
    "marketing_objection": "Objection to marketing",
    "opt_out": "Opt-out",
}
REQUEST_STATES = {
    "received": "Received",
    "examining": "Being examined",
    "decided": "Decided, not answered yet",
    "answered": "Answered",
    "closed": "Closed",
    "withdrawn": "Withdrawn",
}
CHANNELS = {"portal": "By the form on the web", "api": "By a system", "by_hand": "Taken down by hand"}
REQUESTERS = {"customer": "Customer", "staff": "Member of staff"}
IDENTITIES = {"undoubted": "Not doubted", "doubted": "In doubt", "proven": "Proven"}
IDENTIFIERS = {
    "tel": "Telephone number",
    "email": "E-mail address",
    "customer_number": "Customer number",
    "agent_id": "Agent’s id",
}
OUTCOMES = {"granted": "Granted", "partly": "Granted in part", "refused": "Refused"}
REFUSALS = {
    "identity_not_proven": "We cannot tell who asks (Art. 12(2))",
    "unfounded": "Manifestly unfounded (Art. 12(5))",
    "excessive": "Excessive (Art. 12(5))",
    "rights_of_others": "It would adversely affect others (Art. 15(4))",
    "compelling_grounds": "Compelling legitimate grounds (Art. 21(1))",
    "not_covered": "No law gives this right here",
}
GROUNDS = {
    "undecided": "Not decided yet",
    "objection_upheld": "The objection stands",
    "grounds_outweigh": "Compelling grounds outweigh it",
}
VERDICTS = {"accept": "Accepted", "widen": "Widened", "reject": "Rejected"}
VERDICT_TONES = {"accept": "good", "widen": "warn", "reject": ""}
PAUSES = {"identity": "identity is in doubt", "clarification": "the person is asked what they mean"}
LETTERS = {
    "acknowledgement": "Acknowledgement",
    "identity_needed": "Proof of identity is needed",
    "identity_code": "One-time code",
    "extension": "Extension",
    "access_answer": "Answer, as it lies in the package",
    "access_none": "Answer: nothing is held",
    "objection_upheld": "The objection stands",
    "objection_grounds": "Grounds outweigh the objection",
    "refusal": "Refusal",
    "restriction_ends": "The restriction ends",
    "package_ready": "The package is ready, with its link",
    "package_code": "The code of the package",
    "ccpa_confirmation": "Confirmation of receipt",
    "ccpa_extension": "Extension",
    "ccpa_opt_out": "The opt-out is in force",
    "ccpa_refusal": "Refusal",
}
LETTER_STATES = {"prepared": "Not sent yet", "sent": "Sent", "posted": "Posted", "discarded": "Put aside"}
HINTS = {
    "differs": "Whoever is in this call goes by another name or number.",
    "shared": "Others used this identifier in the same period.",
    "unproven": "The proof that was given does not reach this identifier.",
    "agrees": "Two things agree.",
    "thin": "One thing agrees, and no more is known.",
}
HINT_TONES = {"differs": "bad", "shared": "warn", "unproven": "warn", "agrees": "good", "thin": ""}
PACKAGE_CODES = {
    "discarded": "It was taken back.",
    "expired": "Its time was over.",
    "request_changed": "The request changed while it was made.",
    "unreadable": "It could not be read.",
}
CANDIDATES = {"undecided": "Not decided", "confirmed": "Confirmed", "excluded": "Excluded"}
SEVERITIES = {"critical": "Critical", "high": "High", "medium": "Medium", "low": "Low"}
SEVERITY_TONES = {"critical": "bad", "high": "warn", "medium": "info", "low": ""}
ACTIONS = {"erase": "Erase", "erase_master": "Erase the master", "review": "Review by a person"}
ACTIONS_DONE = {"erase": "erased", "erase_master": "their master erased", "review": "reviewed by a person"}
STARTS = {
    "end_of_call": "the end of the call",
    "taken_in": "the day it was taken in",
    "case_closed": "the closing of the case",
    "contract_ended": "the end of the contract",
}
MATTERS = {
    "open": "In force",
    "release_requested": "In force, release asked for",
    "released": "Released",
}


def bounded(count: int) -> str:
    """Return a number that was counted to a bound: `10,000+` where there are more."""
    return f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else f"{count:,}"


def size(count: int) -> str:
    """Return a number of bytes as people say it: `3.4 MB`."""
    for unit, scale in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= scale:
            return f"{count / scale:.1f} {unit}"
    return f"{count} bytes"


def day(at: date | datetime | None) -> str:
    """Return `26 Oct 2026`."""
    return f"{at:%-d %b %Y}" if at else "–"


def end_of_day(on: date) -> datetime:
    """Return the first moment after a day, in UTC: until then something is in time."""
    return datetime.combine(on + timedelta(days=1), time(), UTC)


def month(name: str) -> str:
    """Return `2027-03` as `March 2027`, and `now` as what is due already."""
    return f"{date.fromisoformat(name + '-01'):%B %Y}" if name != "now" else "Now"


def rule(name: str) -> str:
    """Return the name of a retention rule as words: `card_payments` as `Card payments`."""
    return "Everything else (the default)" if name == "default" else name.replace("_", " ").capitalize()


def from_words(words: dict[str, str]) -> Callable[[str | None], str]:
    """Return the filter that says a code by its word; one without a word stays readable."""
    return lambda code: words.get(code, code.replace("_", " ").capitalize()) if code else "–"


kind = from_words(KINDS)
request_state = from_words(REQUEST_STATES)

FILTERS: dict[str, Callable[..., Any]] = {
    "bounded": bounded,
    "bytes": size,
    "candidate": from_words(CANDIDATES),
    "request_channel": from_words(CHANNELS),
    "day": day,
    "disposal": from_words(ACTIONS),
    "end_of_day": end_of_day,
    "grounds": from_words(GROUNDS),
    "hint": from_words(HINTS),
    "hint_tone": lambda code: HINT_TONES.get(code, ""),
    "identifier": from_words(IDENTIFIERS),
    "identity": from_words(IDENTITIES),
    "verdict": from_words(VERDICTS),
    "verdict_tone": from_words(VERDICT_TONES),
    "kind": kind,
    "letter": from_words(LETTERS),
    "letter_state": from_words(LETTER_STATES),
    "matter_state": from_words(MATTERS),
    "month": month,
    "package_code": from_words(PACKAGE_CODES),
    "pause": from_words(PAUSES),
    "refusal": from_words(REFUSALS),
    "request_outcome": from_words(OUTCOMES),
    "request_state": request_state,
    "requester": from_words(REQUESTERS),
    "rule": rule,
    "severity": from_words(SEVERITIES),
    "severity_tone": lambda code: SEVERITY_TONES.get(code, ""),
}
