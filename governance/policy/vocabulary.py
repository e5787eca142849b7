"""The words that policy files about people may use: roles, scopes, levels, permissions. A word that is not here is a mistake.

It stands below `access`, which decides with these words, because a wrong word must stop the start.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

Role = Literal["agent", "supervisor", "qa_analyst", "dpo", "ciso", "administrator", "integration"]

Scope = Literal["own", "team", "site", "all"]
"""Whose recordings: those one was the agent of, those of one's team, of one's site, or every one of the tenant."""

Level = Literal["original", "master", "rendition"]
"""What is heard: as it came, without sensitive authentication data, or with everything masked that policy names."""

Basis = Literal[
    "consent", "contract", "legal_obligation", "vital_interests", "public_task", "legitimate_interests"
]
"""GDPR Art. 6(1)(a) to (f)."""

Permission = Literal[
    "recording:metadata:read",
    "recording:identifiers:read",
    "recording:transcript:read",
    "recording:rendition:play",
    "recording:master:play",
    "recording:original:play",
    "recording:ingest",
    "recording:redact",
    "recording:quarantine:decide",
    "recording:hold",
    "recording:restrict",
    "recording:erase",
    "retention:read",
    "retention:run",
    "request:open",
    "request:read",
    "request:manage",
    "finding:read",
    "finding:work",
    "message:manage",
    "redaction:use",
    "redaction:review",
    "redaction:sample",
    "redaction:read",
    "audit:read",
    "audit:export",
    "account:read",
    "account:manage",
    "api_key:own",
    "api_key:manage",
    "break_glass:request",
    "break_glass:approve",
    "break_glass:review",
    "keys:rotate",
    "backup:make",
    "tenant:manage",
]

ROLES: Final[tuple[Role, ...]] = get_args(Role)
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
LEVELS: Final[tuple[Level, ...]] = get_args(Level)


@dataclass(frozen=True)
class Meaning:
    """What a permission allows, and what the log calls an attempt without it.

    `level` is set where the permission opens content: then quarantine counts and a purpose is asked. `scoped` is
    false where the permission is about the house and not about single recordings: then its only scope is `all`.
    """

    text: str
    act: str
    level: Level | None = None
    scoped: bool = True


PERMISSIONS: Final[dict[Permission, Meaning]] = {
    "recording:metadata:read": Meaning(
        "Find a recording and read its entry, identifiers masked", "recording.read"
    ),
    "recording:identifiers:read": Meaning(
        "Read the parties' identifiers in clear", "recording.identifiers.read"
    ),
    "recording:transcript:read": Meaning("Read the redacted transcript", "transcript.read", "rendition"),
    "recording:rendition:play": Meaning("Hear the rendition", "recording.playback", "rendition"),
    "recording:master:play": Meaning("Hear or read the master", "recording.playback", "master"),
    "recording:original:play": Meaning(
        "Hear the original. No role may have it: an original exists in quarantine only, where nobody plays it",
        "recording.playback",
        "original",
    ),
    "recording:ingest": Meaning("Bring recordings in", "recording.ingested", scoped=False),
    "recording:redact": Meaning("Redact or examine a recording again", "recording.redacted"),
    "recording:quarantine:decide": Meaning(
        "Decide about a suspicion in quarantine", "recording.suspicion.decided"
    ),
    "recording:hold": Meaning("Apply and release a legal hold", "recording.hold.applied"),
    "recording:restrict": Meaning("Restrict a recording for purposes", "recording.restricted"),
    "recording:erase": Meaning("Erase a recording before its time, decide a review", "recording.erased"),
    "retention:read": Meaning(
        "See what falls due when, certificates and proofs", "retention.read", scoped=False
    ),
    "retention:run": Meaning(
        "Sweep and prove by hand, note events that start a period", "retention.swept", scoped=False
    ),
    "request:open": Meaning("Hand in a request of a data subject", "request.received", scoped=False),
    "request:read": Meaning("Read the requests of data subjects", "request.read", scoped=False),
    "request:manage": Meaning(
        "Answer requests: identity, candidates, decision, letters", "request.decided", scoped=False
    ),
    "finding:read": Meaning("Read the findings", "finding.read", scoped=False),
    "finding:work": Meaning("Assign and note findings, have them checked", "finding.noted", scoped=False),
    "message:manage": Meaning(
        "Manage webhooks, read what could not be delivered and send it again", "message.managed", scoped=False
    ),
    "redaction:use": Meaning(
        "Redact text, transcripts and audio without storing them", "redaction.used", scoped=False
    ),
    "redaction:review": Meaning("Decide about findings that redaction is not sure of", "review.decided"),
    "redaction:sample": Meaning(
        "Examine whole recordings of the random sample, and say what was missed", "sample.judged"
    ),
    "redaction:read": Meaning(
        "Read the certificates of redaction and the residual leak rate", "redaction.certificate.read"
    ),
    "audit:read": Meaning("Search and read the log", "audit.read", scoped=False),
    "audit:export": Meaning("Take the log out as a bundle", "audit.exported", scoped=False),
    "account:read": Meaning("See who has which role", "account.read", scoped=False),
    "account:manage": Meaning("Make, disable and change accounts", "account.changed", scoped=False),
    "api_key:own": Meaning("Make and revoke one's own API keys", "api_key.created", scoped=False),
    "api_key:manage": Meaning("Make and revoke anybody's API keys", "api_key.created", scoped=False),
    "break_glass:request": Meaning(
        "Ask for one recording beyond one's role", "break_glass.requested", scoped=False
    ),
    "break_glass:approve": Meaning(
        "Approve or refuse what another person asked for", "break_glass.approved", scoped=False
    ),
    "break_glass:review": Meaning("Review what was done with it", "break_glass.reviewed", scoped=False),
    "keys:rotate": Meaning("Rotate the wrapping keys", "key.rotated", scoped=False),
    "backup:make": Meaning("Make a backup", "backup.created", scoped=False),
    "tenant:manage": Meaning("Make tenants", "tenant.created", scoped=False),
}

UNGRANTABLE: Final[frozenset[Permission]] = frozenset({"recording:original:play"})
"""What no policy may give to a role, and no break-glass opens."""
