"""How the console says things: codes as words, moments and lengths as people write them. A code without words stays a code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

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
ACTS = {
    "account.created": "made an account",
    "account.changed": "changed an account",
    "account.disabled": "disabled an account",
    "account.enabled": "enabled an account",
    "account.locked": "used up the tries to sign in",
    "account.read": "read the accounts",
    "api_key.created": "made an API key",
    "api_key.revoked": "revoked an API key",
    "audit.exported": "took part of the log out",
    "audit.heartbeat": "is alive",
    "audit.integrity.failed": "found the log damaged",
    "audit.integrity.verified": "examined the log",
    "audit.log.created": "began a log",
    "audit.person.erased": "erased a person from the log",
    "audit.read": "read the log",
    "audit.recording.erased": "erased a recording’s people from the log",
    "auth.link.issued": "gave out a sign-in link",
    "auth.login": "signed in",
    "auth.logout": "signed out",
    "backup.made": "made a backup",
    "break_glass.activated": "used a break-glass",
    "break_glass.approved": "approved a break-glass",
    "break_glass.refused": "refused a break-glass",
    "break_glass.requested": "asked to break the glass",
    "break_glass.reviewed": "reviewed a break-glass",
    "recording.erased": "erased a recording",
    "recording.erasure.completed": "erased the last copy of a recording",
    "recording.hold.applied": "placed a legal hold",
    "recording.hold.released": "released a legal hold",
    "recording.identifiers.read": "read who took part",
    "recording.ingested": "took a recording in",
    "recording.playback": "played a recording",
    "recording.quarantined": "kept a recording in quarantine",
    "recording.quarantine.decided": "decided about a suspicion",
    "recording.read": "read a recording’s entry",
    "recording.rechecked": "examined a recording again",
    "recording.redacted": "redacted a recording",
    "recording.redaction.failed": "could not redact a recording",
    "recording.restricted": "restricted a recording",
    "recording.restriction.lifted": "lifted a restriction",
    "recording.suspicion.decided": "decided about a suspicion",
    "redaction.used": "redacted without storing",
    "transcript.read": "read a transcript",
}


def moment(at: datetime | None) -> str:
    """Return `26 Oct 2026, 09:14` in UTC, which the page says once."""
    return f"{at.astimezone(UTC):%-d %b %Y, %H:%M}" if at else "–"


def second(at: datetime) -> str:
    """Return a moment to the second, as the log shows it."""
    return f"{at.astimezone(UTC):%-d %b %Y, %H:%M:%S}"


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


def _from(words: dict[str, str]) -> Callable[[str], str]:
    return lambda code: words.get(code, code.replace("_", " "))


FILTERS: dict[str, Callable[..., Any]] = {
    "act": lambda code: ACTS.get(code, code),
    "entity": _from(ENTITIES),
    "length": length,
    "moment": moment,
    "place": place,
    "reason": _from(REASONS),
    "role": _from(ROLES),
    "scope": _from(SCOPES),
    "second": second,
}
