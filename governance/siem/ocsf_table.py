"""What every act of the log is in OCSF 1.8.0: class, activity and severity. A test holds it complete.

Activity 99 is OCSF's own word for "something else"; its name is then the act.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

JOB, LOG = 1006, 1008
COMPLIANCE, DETECTION = 2003, 2004
ACCOUNT, AUTHENTICATION, ENTITY, ACCESS = 3001, 3002, 3004, 3005
WEB_RESOURCES, API, DATASTORE, FILE = 6001, 6003, 6005, 6006
OTHER: Final = 99


@dataclass(frozen=True)
class Mapped:
    """An act in OCSF. `severity` is 1 informational, 2 low, 3 medium, 4 high, 5 critical."""

    class_uid: int
    activity: int
    severity: int = 1


def mapped(act: str) -> Mapped:
    """Return what `act` is in OCSF: an act of a later release is something else done by API, and is told all the same."""
    return TABLE.get(act, Mapped(API, OTHER))


def _all(class_uid: int, rows: dict[str, tuple[int, int]]) -> dict[str, Mapped]:
    return {act: Mapped(class_uid, activity, severity) for act, (activity, severity) in rows.items()}


TABLE: Final[dict[str, Mapped]] = {
    **_all(ACCOUNT, {
        "account.changed": (OTHER, 2), "account.created": (1, 2), "account.disabled": (5, 2), "account.enabled": (2, 2),
        "account.locked": (9, 3), "account.password.changed": (3, 1), "account.password.reset": (4, 2),
        "account.unlocked": (12, 2),
    }),
    **_all(AUTHENTICATION, {"auth.link.issued": (6, 1), "auth.login": (1, 1), "auth.logout": (2, 1)}),
    **_all(ACCESS, {"break_glass.activated": (1, 4), "role.granted": (1, 2), "role.revoked": (2, 2)}),
    **_all(LOG, {
        "audit.exported": (3, 2), "audit.heartbeat": (OTHER, 1), "audit.log.created": (6, 2),
        "audit.sink.disabled": (10, 4), "audit.sink.enabled": (9, 2), "audit.sink.failed": (3, 4),
        "audit.sink.recovered": (3, 2), "audit.sink.reset": (8, 3), "audit.timestamped": (OTHER, 1),
        "audit.witness.failed": (OTHER, 3),
    }),
    **_all(JOB, {"retention.swept": (6, 1)}),
    **_all(DETECTION, {"audit.integrity.failed": (1, 5), "audit.witness.refused": (1, 5)}),
    **_all(COMPLIANCE, {
        "audit.integrity.verified": (1, 1), "finding.assigned": (2, 1), "finding.checked": (2, 1),
        "finding.closed": (3, 1), "finding.escalated": (2, 4), "finding.noted": (2, 1), "finding.opened": (1, 3),
        "finding.reopened": (2, 3), "retention.proved": (1, 1),
    }),
    **_all(WEB_RESOURCES, {
        "request.package.fetched": (7, 2), "request.package.made": (7, 2), "review.exported": (7, 2),
    }),
    **_all(API, {"redaction.used": (1, 1)}),
    **_all(DATASTORE, {
        "account.read": (1, 1), "audit.read": (4, 1), "erasure.certificate.read": (1, 1), "finding.read": (1, 1),
        "recording.identifiers.read": (1, 2), "recording.read": (1, 1), "recording.rechecked": (1, 1),
        "recording.transcript.added": (5, 1), "redaction.certificate.read": (1, 1), "request.read": (1, 1),
        "request.candidates.searched": (4, 1), "retention.read": (1, 1), "review.read": (1, 2),
        "transcript.read": (1, 1),
    }),
    **_all(FILE, {
        "recording.disclosed": (12, 2), "recording.erased": (4, 2), "recording.erasure.completed": (4, 2),
        "recording.erasure.reapplied": (4, 3), "recording.hold.applied": (10, 2), "recording.hold.released": (11, 3),
        "recording.ingested": (1, 1), "recording.master.erased": (4, 2), "recording.playback": (9, 1),
        "recording.quarantined": (10, 3), "recording.redacted": (3, 2), "recording.redaction.failed": (3, 3),
        "recording.restricted": (10, 2), "recording.restriction.lifted": (11, 2),
        "recording.suspicion.decided": (3, 2), "recording.waveform.read": (9, 1), "redaction.job.done": (3, 1),
        "redaction.job.expired": (4, 1), "redaction.job.failed": (3, 3), "redaction.job.fetched": (2, 2),
        "redaction.job.taken": (1, 1),
    }),
    **_all(ENTITY, {
        "api_key.created": (1, 2), "api_key.revoked": (4, 2), "audit.person.erased": (4, 2),
        "audit.recording.erased": (4, 2), "backup.created": (1, 2), "backup.restored": (3, 4),
        "break_glass.approved": (3, 3), "break_glass.refused": (3, 2), "break_glass.requested": (1, 3),
        "break_glass.reviewed": (3, 2), "hold.matter.opened": (1, 2), "hold.matter.release.requested": (3, 3),
        "hold.matter.released": (4, 3), "hold.matter.reviewed": (3, 1), "key.rotated": (3, 3), "message.dead": (3, 3),
        "message.managed": (3, 2), "message.retried": (3, 1), "message.sent": (3, 1), "objection.applied": (1, 2),
        "objection.grounds.decided": (3, 2), "objection.lifted": (4, 2), "recording.order.carried_out": (3, 1),
        "request.acknowledged": (3, 1), "request.amended": (3, 1), "request.answered": (3, 1),
        "request.candidate.decided": (3, 1), "request.closed": (3, 1), "request.decided": (3, 2),
        "request.extended": (3, 1), "request.forgotten": (4, 2), "request.identity.checked": (3, 1),
        "request.identity.code_sent": (3, 1), "request.identity.doubted": (3, 2), "request.letter.discarded": (4, 1),
        "request.letter.edited": (3, 1), "request.letter.prepared": (1, 1), "request.letter.sent": (3, 1),
        "request.package.expired": (4, 1), "request.package.ordered": (1, 1), "request.paused": (3, 1),
        "request.received": (1, 1), "request.resumed": (3, 1), "request.warned": (3, 2), "request.withdrawn": (4, 1),
        "retention.adopted": (1, 3), "retention.event.noted": (3, 1), "retention.reviewed": (3, 1),
        "review.decided": (3, 2), "review.opened": (1, 1), "sample.claimed": (3, 1), "sample.drawn": (1, 1),
        "sample.judged": (3, 1), "tenant.created": (1, 2), "webhook.created": (1, 2), "webhook.disabled": (9, 3),
        "webhook.removed": (4, 2), "webhook.rotated": (3, 2),
    }),
}  # fmt: skip
"""Every act of `governance.audit.acts`."""
