"""How the console says things: codes as words, moments and lengths as people write them. A code without words stays a code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from governance.console.acts import ACTS

ROLES = {
    "agent": "Agent",
    "supervisor": "Supervisor",
    "qa_analyst": "QA analyst",
    "dpo": "Data protection officer",
    "ciso": "CISO, auditor",
    "administrator": "Administrator",
    "integration": "Integration",
}
REASONS = {
    "awaiting_redaction": "Waiting for redaction",
    "sad_suspected": "Authentication data suspected",
    "not_examined": "Could not be examined",
    "span_unlocated": "A finding has no place in time",
    "unreadable": "Could not be read",
    "redaction_failed": "Redaction failed",
    "residue": "Something was left on the second look",
    "missed": "A person found what was missed",
    "both_forms": "Token and part of a number would meet",
}
ENTITIES = {
    "PAN": "Card number",
    "CVV": "Security code",
    "EXPIRY": "Expiry date",
    "PIN": "PIN",
    "TRACK": "Track data",
    "DTMF": "Keypad tones",
    "EMAIL": "E-mail address",
    "PHONE": "Phone number",
    "IP": "IP address",
}
SCOPES = {
    "own": "your own calls",
    "team": "the calls of your team",
    "site": "the calls of your site",
    "all": "every call",
}
# What somebody can do about it. A recording without a transcript is told something else: `next_step`.
NEXT = {
    "awaiting_redaction": "A job examines it by itself; there is nothing to do.",
    "sad_suspected": "A data protection officer decides.",
    "not_examined": "What came with it does not let it be examined; it stays here until that changes, or it is erased.",
    "span_unlocated": "It takes a transcript that says when each word is spoken.",
    "unreadable": "It takes a transcript in a format that is read, with its language.",
    "redaction_failed": "It is tried again every hour; the service’s log has the error.",
    "both_forms": "Set labels in the redaction policy, redact again what is stored, and then set what you want.",
    "missed": "Have it redacted again: what the person marked goes with it.",
    "residue": "Try again once a newer detector or policy is in place: POST /v1/recordings/{id}/redaction.",
}
ADD_TRANSCRIPT = "Add a transcript: POST /v1/recordings/{id}/transcript."
UNSEEN = frozenset({"awaiting_redaction", "not_examined", "unreadable", "redaction_failed"})
"""Reasons for which what was not found proves nothing."""
# Nouns: they are true whether the act was done or refused.
OUTCOMES = {"success": "Done", "failure": "Failed", "denied": "Denied"}


def next_step(reason: str, recording_id: str, has_transcript: bool) -> str:
    """Return what can be done about a recording that is in quarantine for `reason`."""
    step = ADD_TRANSCRIPT if reason == "not_examined" and not has_transcript else NEXT.get(reason, "")
    return step.replace("{id}", recording_id)


def channel(names: Mapping[int, str], at: int | None) -> str:
    """Return who is on a channel and its number, which is counted from 0 as in metadata and reports."""
    if at is None:
        return "All channels"
    return f"{names[at]}, channel {at}" if at in names else f"Channel {at}"


def moment(at: datetime | None) -> str:
    """Return `26 Oct 2026, 09:14` in UTC, which the page says once."""
    return f"{at.astimezone(UTC):%-d %b %Y, %H:%M}" if at else "–"


def second(at: datetime) -> str:
    """Return a moment to the second, as the log shows it."""
    return f"{at.astimezone(UTC):%-d %b %Y, %H:%M:%S}"


def until(at: datetime, now: datetime) -> str:
    """Return how far off a moment is, as people say it: `in 3 days`, `in 5 hours`, `2 days late`."""
    span = abs(at - now)
    if span < timedelta(hours=1):
        told = "less than an hour"
    else:
        number, unit = (
            (span.days, "day") if span >= timedelta(days=2) else (span // timedelta(hours=1), "hour")
        )
        told = f"{number:,} {unit}{'' if number == 1 else 's'}"
    return f"in {told}" if at >= now else f"{told} late"


def urgency(at: datetime, now: datetime, done: bool = False) -> str:
    """Return the tone of a deadline: done, late, soon (within a week) or none."""
    if done:
        return "done"
    return "late" if at < now else "soon" if at - now <= timedelta(days=7) else ""


def number(count: int | str) -> str:
    """Return a number with its thousands set apart: `10,000`. What is already words (`10,000+`) stays."""
    return f"{count:,}" if isinstance(count, int) else count


def sentence(text: str) -> str:
    """Return an error's words as a sentence of a page: with a capital and a full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def length(ms: int | None) -> str:
    """Return `4:07`, or `1:02:09` for what takes hours."""
    if ms is None:
        return "–"
    minutes, seconds = divmod(round(ms / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def place(ms: int) -> str:
    """Return a place in a recording to the tenth of a second: `0:07.3`."""
    minutes, rest = divmod(ms, 60_000)
    return f"{minutes}:{rest // 1000:02}.{rest % 1000 // 100}"


def actor(name: str) -> str:
    """Return who acted, where it was no account: a service of the house, or the command line."""
    if name.startswith("svc_"):
        return name.removeprefix("svc_").replace("_", " ").capitalize() + " service"
    return {"cli": "Command line", "visitor": "Somebody unknown"}.get(name, name)


def entity(code: str) -> str:
    """Return what a finding is: `Card number`."""
    return ENTITIES.get(code, code.replace("_", " "))


def _from(words: dict[str, str]) -> Callable[[str], str]:
    return lambda code: words.get(code, code.replace("_", " "))


FILTERS: dict[str, Callable[..., Any]] = {
    "act": lambda code: ACTS.get(code, code),
    "actor": actor,
    "channel": channel,
    "entity": entity,
    "sentence": sentence,
    "duration": length,
    "moment": moment,
    "number": number,
    "outcome": _from(OUTCOMES),
    "place": place,
    "reason": _from(REASONS),
    "role": _from(ROLES),
    "scope": _from(SCOPES),
    "second": second,
    "until": until,
    "urgency": urgency,
}
