"""The whole API on one screen: its routers, and the routes that are open to everybody, each with its reason."""

from __future__ import annotations

from governance.api import (
    audit_log,
    break_glass,
    certificates,
    condition,
    decisions,
    findings,
    ingest,
    letters,
    matters,
    messages,
    people,
    playback,
    recordings,
    redaction_jobs,
    redactions,
    redactions_audio,
    redactions_batch,
    request_steps,
    requests,
    retention,
    reviews,
    sessions,
    stream,
)

ROUTERS = (
    sessions.router,
    ingest.router,
    recordings.router,
    playback.router,
    decisions.router,
    retention.router,
    certificates.router,
    matters.router,
    requests.router,
    request_steps.router,
    letters.router,
    findings.router,
    break_glass.router,
    redactions.router,
    reviews.router,
    redactions_batch.router,
    redactions_audio.router,
    redaction_jobs.router,
    stream.router,
    people.router,
    messages.router,
    audit_log.router,
    condition.router,
)

OPEN_TO_EVERYBODY: dict[str, str] = {
    "/v1/sessions": "one signs in here",
    "/v1/sign-in-links/redeem": "likewise",
    "/healthz": "says that the process answers, and nothing else",
    "/readyz": "says of five parts whether they work; whoever routes requests here has no account",
    "/metrics": "numbers without a name in them; a reverse proxy keeps them inside (docs/api.md)",
}
