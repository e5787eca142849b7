"""Asking the witnesses (C2SP tlog-witness): the newest checkpoint of each log is shown to each, in the background.

Nothing waits for a witness, and none can stop the log: one that does not answer is asked again, one whose answer does
not verify has said nothing, and one that has seen another history is an alarm. Which witnesses there are, and how many
of them must have cosigned, says a file in the form of C2SP tlog-policy (`GOVERNANCE_WITNESSES`).
"""

from dataclasses import dataclass

import sqlalchemy as sa

from governance import log as logs
from governance.audit import (
    calling,
    checkpoint,
    cosignature,
    log_queries,
    outbox,
    policyfile,
    shards,
    submission,
)
from governance.audit import witness_queries as queries
from governance.audit.calling import Reply
from governance.audit.cosignature import Cosignature
from governance.audit.models import OPEN, AuditCosignature, AuditLog
from governance.audit.note import VerifierKey
from governance.audit.outbox import Draft
from governance.audit.policyfile import TrustPolicy
from governance.audit.submission import Submission
from governance.config import Settings
from governance.errors import ConfigurationError, IncompleteError, IntegrityError, InvalidError, NotFoundError
from governance.runtime import Actor, Runtime, Work

SERVICE = "svc_witness"
SIZE_TYPE = "text/x.tlog.size"
COSIGNED, FORK, AHEAD, LATER = "cosigned", "fork", "ahead", "later"
"""What came of asking: a line; another tree, or a larger one, was seen; nothing to be said yet. Anything else failed."""

_UNKNOWN = {403: "unknown_key", 404: "unknown_log"}
_STORE = sa.text(
    "INSERT INTO audit_cosignature (tenant, log_id, size, witness, line) VALUES (:tenant, :log_id, :size, :witness, :line) "
    "ON CONFLICT DO NOTHING"
)
_log = logs.get("governance.audit")


@dataclass(frozen=True)
class _Case:
    """One checkpoint that one witness has not cosigned yet, and what it is asked; `text` is what it signs."""

    log: AuditLog
    witness: VerifierKey
    size: int
    text: str
    asked: Submission


def configured(settings: Settings) -> TrustPolicy | None:
    """Return the witnesses that the settings name, with their quorum, or None where they name none.

    Raises `ConfigurationError` for a file that cannot be read or obeyed, with the place and not the content.
    """
    if settings.witnesses is None:
        return None
    try:
        policy = policyfile.parse_witnesses(settings.witnesses.read_text("utf-8"))
        for url in policy.urls.values():
            calling.prefix(url)
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError("the file that GOVERNANCE_WITNESSES names cannot be read") from None
    except InvalidError as error:
        raise ConfigurationError(f"GOVERNANCE_WITNESSES: {error}") from None
    if policy.logs or not policy.witnesses:
        raise ConfigurationError(
            "GOVERNANCE_WITNESSES names witnesses and their quorum, and no log: those are ours"
        )
    return policy


def cosign(runtime: Runtime, tenant: str) -> int:
    """Have every witness cosign the newest checkpoint of each of the tenant's logs; return how many lines came.

    What does not verify is not kept. A witness that does not answer, or does not know us, is asked again next time;
    that it began to, and what it said, is an entry. One that has seen another history (422, or 409 without a size) is
    an entry too, `audit.witness.refused`: either the past was rewritten here, or two databases sign as one.

    Raises `IntegrityError` if a witness has seen another history, `IncompleteError` if one has not cosigned: so that
    the job fails, people are told, and nothing else stops.
    """
    policy = configured(runtime.settings)
    if policy is None:
        return 0
    outcomes: list[str] = []
    for name, url in policy.urls.items():
        witness = policy.witnesses[name]
        for origin, outcome in _ask_all(runtime, tenant, witness, calling.prefix(url)):
            _note(runtime, tenant, witness, origin, outcome)
            outcomes.append(outcome)
    if {FORK, AHEAD} & set(outcomes):
        raise IntegrityError("a witness has seen another history of the log")
    if set(outcomes) - {COSIGNED, LATER}:
        raise IncompleteError("not every witness has cosigned the newest checkpoint")
    return outcomes.count(COSIGNED)


def request(work: Work, name: str, old: int | None = None) -> str:
    """Return what asks the witness `name` to cosign the newest checkpoint, for an exchange by file.

    `old` is the size it saw last; without it, that of the last checkpoint it cosigned for us.

    Raises `NotFoundError` if there is no such witness, or nothing that it has not cosigned; `InvalidError` for a size
    beyond the log.
    """
    witness = _named(work.runtime.settings, name)
    log = log_queries.open_shard(work)
    case = None if log is None else _case(work, log, witness, old)
    if case is None:
        raise NotFoundError("there is no signed checkpoint that this witness has not cosigned")
    return str(case.asked)


def take(work: Work, name: str, answer: str) -> int:
    """Store the cosignature by the witness `name` that came back as a file, and return the size it is for.

    Raises `NotFoundError` if there is no such witness, `IntegrityError` if it is for no checkpoint of the open log.
    """
    witness = _named(work.runtime.settings, name)
    log = log_queries.open_shard(work)
    for row in reversed(log_queries.checkpoints(work, log) if log else []):
        _, signed = checkpoint.parse(row.note)
        try:
            made = cosignature.read(answer, signed.text, witness)
        except IntegrityError:
            continue
        assert log is not None
        _store(work, log, row.size, made)
        return row.size
    raise IntegrityError(f"this is no cosignature by {witness.name} of a checkpoint of the open log")


def _named(settings: Settings, name: str) -> VerifierKey:
    policy = configured(settings)
    if policy is None or name not in policy.witnesses:
        raise NotFoundError("GOVERNANCE_WITNESSES names no such witness")
    return policy.witnesses[name]


def _ask_all(runtime: Runtime, tenant: str, witness: VerifierKey, url: str) -> list[tuple[str, str]]:
    """Show `witness` what it has not cosigned, oldest log first; return each log's origin with what came of it."""
    with runtime.work(Actor.system(tenant, SERVICE), write=False) as work:
        found = [_case(work, log, witness) for log in log_queries.shards(work)]
    return [(case.log.origin, _ask(runtime, tenant, case, url)) for case in found if case is not None]


def _case(work: Work, log: AuditLog, witness: VerifierKey, old: int | None = None) -> _Case | None:
    """Return what `witness` is asked about `log`: to go from `old`, or from what it cosigned last, to the newest.

    None where nothing was signed, or all of it is cosigned. Raises `InvalidError` for an `old` beyond the newest.
    """
    row = log_queries.latest_checkpoint(work, log)
    known = queries.cosigned_size(work, log, str(witness))
    if row is None or (old is None and known >= row.size):
        return None
    old = known if old is None else old
    if not 0 <= old <= row.size:
        raise InvalidError("the witness cannot have seen more than was ever signed", "old")
    _, signed = checkpoint.parse(row.note)
    proof = log_queries.reader(work, log).consistency(old, row.size)
    return _Case(log, witness, row.size, signed.text, Submission(old, tuple(proof), row.note))


def _ask(runtime: Runtime, tenant: str, case: _Case, url: str) -> str:
    """Ask about one checkpoint, once more where the witness says from which size, and return what came of it."""
    reply = _call(url, case)
    seen = _size_seen(reply)
    if seen is not None:
        again = _from(runtime, tenant, case, seen)
        if isinstance(again, str):
            return again
        case, reply = again, _call(url, again)
        if _size_seen(reply) is not None:
            # It moved on meanwhile; or it contradicts what it has just said, and both at this very size.
            return FORK if _size_seen(reply) == case.asked.old == case.size else LATER
    return _judged(runtime, tenant, case, reply)


def _from(runtime: Runtime, tenant: str, case: _Case, seen: int) -> _Case | str:
    """Return the case as it is put to a witness that has seen `seen` entries, or what is to be said of that."""
    if seen == case.asked.old:
        return "contradicts_itself"
    with runtime.work(Actor.system(tenant, SERVICE), write=False) as work:
        if seen <= case.size:
            return _case(work, case.log, case.witness, seen) or LATER
        log = log_queries.shard(work, case.log.log_id or 0)
        row = log_queries.latest_checkpoint(work, log)
    if log.state != OPEN:  # the log after it states what was lost of this one, and an auditor sees it there
        return LATER
    return LATER if row is not None and row.size >= seen else AHEAD


def _call(url: str, case: _Case) -> Reply | None:
    return calling.post(f"{url}/add-checkpoint", str(case.asked).encode(), "text/plain; charset=utf-8")


def _size_seen(reply: Reply | None) -> int | None:
    """Return the size that a 409 names, or None for any other reply."""
    if reply is None or reply.status != 409 or reply.content_type != SIZE_TYPE:
        return None
    try:
        return submission.parse_size(reply.body.decode("ascii").removesuffix("\n"))
    except (UnicodeDecodeError, InvalidError):
        return None


def _judged(runtime: Runtime, tenant: str, case: _Case, reply: Reply | None) -> str:
    """Return what `reply` means; a cosignature is verified, and then stored."""
    if reply is None:
        return "unreachable"
    if reply.status == 422 or (reply.status == 409 and reply.content_type != SIZE_TYPE):
        return FORK
    if reply.status != 200:
        return _UNKNOWN.get(reply.status, f"answered_{reply.status}")
    try:
        made = cosignature.read(reply.body.decode("utf-8"), case.text, case.witness)
    except (IntegrityError, UnicodeDecodeError):
        return "unverified"
    with runtime.work(Actor.system(tenant, SERVICE)) as work:
        _store(work, case.log, case.size, made)
    return COSIGNED


def _store(work: Work, log: AuditLog, size: int, made: Cosignature) -> None:
    row = AuditCosignature(
        tenant=work.tenant, log_id=log.log_id or 0, size=size, witness=str(made.witness), line=made.line
    )
    work.session.connection().execute(_STORE, row.model_dump())


def _note(runtime: Runtime, tenant: str, witness: VerifierKey, origin: str, outcome: str) -> None:
    """Write down what has changed: a witness that fails every ten seconds in the same way is one entry, and one line."""
    told: dict[tuple[str, str], str] = runtime.state.setdefault("audit.witnesses", {})
    place = (origin, str(witness))
    if outcome == LATER or told.get(place, COSIGNED) == outcome:
        return
    if outcome == COSIGNED:
        _log.warning("a witness cosigns again", tenant=tenant, witness=witness.name)
    else:
        _log.error("a witness has not cosigned", tenant=tenant, witness=witness.name, reason=outcome)
        act = "audit.witness.refused" if outcome in (FORK, AHEAD) else "audit.witness.failed"
        det = {"witness": witness.name, "log": origin, "reason": outcome}
        with runtime.work(Actor.system(tenant, SERVICE)) as work:
            outbox.write(work, Draft(act, (), det, out="failure"), shards.open_log(work), work.actor)
    told[place] = outcome
