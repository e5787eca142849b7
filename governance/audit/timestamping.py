"""Having the log time-stamped (RFC 3161), in the background: a token over the published checkpoint, and the peg back.

The token says that the first so many entries existed at that moment. The entry that follows, in the same transaction,
holds the token's hash and moment: whatever stands behind it in the log was written after. Nothing waits for an
authority, and an answer that does not verify is not stored.
"""

import hashlib

import sqlalchemy as sa
from cryptography import x509

from governance.audit import calling, log_queries, outbox, shards, timestamp
from governance.audit import witness_queries as queries
from governance.audit.checkpoint import Checkpoint
from governance.audit.models import OPEN, AuditLog, AuditTimestamp
from governance.audit.outbox import Draft
from governance.config import Settings, TimeAuthority
from governance.errors import ConfigurationError, IncompleteError, InvalidError
from governance.runtime import Actor, Runtime, Work

SERVICE = "svc_timestamp"


def check_authority(settings: Settings) -> None:
    """Do nothing if the time-stamping authority that the settings name can be asked, or they name none.

    Raises `ConfigurationError` for certificates or an address that cannot be used.
    """
    if settings.tsa is not None:
        _trusted(settings.tsa)
        timestamp.require()


def stamp(runtime: Runtime, tenant: str) -> int:
    """Have the newest checkpoint of each of the tenant's logs time-stamped if that is due; return how many were.

    The open log is due when its last token is older than the settings say, and a closed one until its last checkpoint
    has one.

    Raises `IncompleteError` if the authority gave no token, `IntegrityError` if what it gave does not hold; nothing is
    stored then, and the next run asks again.
    """
    authority = runtime.settings.tsa
    if authority is None:
        return 0
    trusted = _trusted(authority)
    with runtime.work(Actor.system(tenant, SERVICE), write=False) as work:
        due = [
            (log, due) for log in log_queries.shards(work) if (due := _due(work, log, authority)) is not None
        ]
    for log, signed in due:
        data = signed.note.encode()
        asked = timestamp.query(data)
        reply = calling.post(authority.url, asked.body, timestamp.QUERY_TYPE)
        if reply is None or reply.status != 200 or reply.content_type != timestamp.REPLY_TYPE:
            raise IncompleteError("the time-stamping authority gave no token")
        moment = timestamp.verified(reply.body, data, trusted, asked.nonce)
        row = AuditTimestamp(
            tenant=tenant, log_id=log.log_id or 0, size=signed.size, tsa=authority.url,
            token=reply.body, stamped=signed.note, at=moment,
        )  # fmt: skip
        with runtime.work(Actor.system(tenant, SERVICE)) as work:
            _keep(work, signed, row)
    return len(due)


def _due(work: Work, log: AuditLog, authority: TimeAuthority) -> Checkpoint | None:
    signed, last = queries.published(work, log), queries.latest_timestamp(work, log)
    if signed is None or (last is not None and last.size == signed.size):
        return None
    if log.state == OPEN and last is not None and work.now - last.at < authority.every:
        return None
    return signed


def _keep(work: Work, signed: Checkpoint, row: AuditTimestamp) -> None:
    """Store a token and peg it into the log, both or neither."""
    work.session.connection().execute(sa.insert(AuditTimestamp), row.model_dump())
    det = {
        "log": signed.origin,
        "size": signed.size,
        "token": hashlib.sha256(row.token).hexdigest(),
        "time": row.at.isoformat(),
    }
    outbox.write(work, Draft("audit.timestamped", (), det), shards.open_log(work), work.actor)


def _trusted(authority: TimeAuthority) -> tuple[x509.Certificate, ...]:
    try:
        calling.prefix(authority.url)
        return timestamp.authorities(authority.certificates.read_bytes())
    except OSError:
        raise ConfigurationError("the file that GOVERNANCE_TSA_CERTIFICATES names cannot be read") from None
    except InvalidError as error:
        raise ConfigurationError(f"GOVERNANCE_TSA_URL, GOVERNANCE_TSA_CERTIFICATES: {error}") from None


def unproven(work: Work, log: AuditLog) -> list[str]:
    """Return a sentence for each stored token of `log` that is over something else than a checkpoint that was signed.

    For the self-audit, which checks what needs no certificate: that the token is the one pegged is for the entries.
    """
    signed = {row.size: row.note for row in log_queries.checkpoints(work, log)}
    return [
        f"the time stamp at size {row.size} is not over the checkpoint that was signed"
        for row in queries.timestamps(work, log)
        if row.size not in signed or not row.stamped.startswith(signed[row.size])
    ]
