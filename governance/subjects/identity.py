"""Who asks, where there is a reason to doubt it: a one-time code to an address already on file, or evidence that a person saw.

Without a recorded doubt nobody is asked for proof (GDPR Art. 12(6)). A code goes to an address that the request names
and that stands on file with a recording or an account: one that the request alone names could be anybody's. It proves
that the person reads mail there, and so the identifiers that stand on file beside that address; the evidence of each
candidate says which those are.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta

from governance import ids, tenancy
from governance.access import queries as accounts
from governance.access import service as access
from governance.errors import ConflictError, InvalidError, LimitError
from governance.recordings import identifiers as spelled
from governance.recordings import people
from governance.runtime import Actor, Runtime, Work
from governance.subjects import acts, candidate_queries, clocks, letters, person, queries, rules, sealing
from governance.subjects.acts import record, take
from governance.subjects.models import IdentityCheck, SubjectRequest
from governance.subjects.words import PUBLIC

KEY = "identity_codes"
A_DAY = timedelta(days=1)
WRONG = "The code is wrong or no longer valid."


def doubt_identity(
    work: Work, request_id: str, because: str, *, asked_for_proof: bool = False
) -> SubjectRequest:
    """Return the request with a reason to doubt who asks; from now on nothing is granted before that is settled.

    Where the person has been asked for proof with it, the clock stands still from now on, if the law lets it.

    Raises `ConflictError` where the policy takes the request at its word, and where a doubt is recorded already.
    """
    text = acts.reason(because)
    request = take(work, request_id, "doubt_identity")
    request.identity = "doubted"
    now = acts.situation(work, request)
    may_wait = rules.why_not("pause", now) is None and rules.may_pause(now, "identity")
    if asked_for_proof and may_wait:
        request.paused_at, request.paused_for = work.now, "identity"
    record(work, "request.identity.doubted", request, text=text)
    if asked_for_proof and may_wait:
        record(work, "request.paused", request, code="identity")
    return request


def addresses_on_file(work: Work, request: SubjectRequest) -> list[str]:
    """Return the e-mail addresses a code may go to: named by the request, and on file; for staff, their account's own."""
    known_as = person.of(work, request).identifiers
    named = person.tokens(work, [one for one in known_as if one.kind == "email"])
    found = [one.value for token, one in named.items() if candidate_queries.is_on_file(work, token)]
    agents = {one.value for one in known_as if one.kind == "agent_id"}
    for account in accounts.accounts(work) if agents else ():
        if account.agent_id in agents and account.disabled_at is None:
            found += [address for address in [access.mailbox(work, account)] if address]
    return sorted({spelled.email(address) for address in found})


def send_code(work: Work, request_id: str, position: int = 0) -> IdentityCheck:
    """Return the check whose code is on its way to the address at `position` among those on file; earlier codes end.

    Raises `ConflictError` without a recorded doubt or an address on file, `LimitError` for too many codes in a day.
    """
    request = take(work, request_id, "check_identity")
    limits = work.policies.subjects.code
    addresses = addresses_on_file(work, request)
    if not 0 <= position < len(addresses):
        raise ConflictError("No address that the request names is on file: ask for evidence instead.")
    if queries.codes_since(work, request.id, work.now - A_DAY) >= limits.per_day:
        raise LimitError("Too many codes for this request: try again tomorrow.", int(A_DAY.total_seconds()))
    before = queries.open_code(work, request.id, lock=True)
    if before is not None:
        _end(work, before)
    code = f"{secrets.randbelow(10**limits.digits):0{limits.digits}}"
    check_id = ids.new("idc")
    check = IdentityCheck(
        id=check_id,
        tenant=work.tenant,
        request_id=request.id,
        way="code",
        token=people.token(work, "email", addresses[position]),
        code_hash=_hash(work, check_id, code),
        made_at=work.now,
        expires_at=work.now + limits.lifetime,
        by=work.actor.id,
    )
    work.session.add(check)
    letters.mail_code(work, request, addresses[position], code, work.now + limits.lifetime)
    record(work, "request.identity.code_sent", request, res=[("identity_check", check.id)])
    return check


def prove_identity(runtime: Runtime, actor: Actor, request_id: str, code: str) -> SubjectRequest:
    """Return the request, its identity proven by the code that was sent last.

    The try is counted in a transaction of its own that commits whatever the answer is: who guesses cannot undo it. The
    code is compared by its keyed hash in constant time, and one answer serves for wrong, expired and used up.

    Raises `InvalidError` for a wrong code, `ConflictError` where no proof is being asked for, `NotFoundError`.
    """
    with runtime.work(actor) as work:
        if actor.kind != PUBLIC:  # whoever has the code needs no role
            acts.allow(work, "request:manage")
        request = acts.take_for_house(work, request_id, "check_identity")
        check = queries.open_code(work, request.id, lock=True)
        is_right = check is not None and _try(work, check, code)
        if check is not None:
            outcome = "success" if is_right else "failure"
            record(
                work,
                "request.identity.checked",
                request,
                code="code",
                res=[("identity_check", check.id)],
                det={"tries": check.tries},
                out=outcome,
            )
        if is_right:
            _prove(work, request)
    if not is_right:
        raise InvalidError(WRONG, "code")
    return request


def _try(work: Work, check: IdentityCheck, code: str) -> bool:
    limits = work.policies.subjects.code
    is_alive = check.expires_at is not None and work.now < check.expires_at and check.tries < limits.tries
    given = _hash(work, check.id, "".join(sign for sign in code if sign not in " -\u00a0"))
    # Compared also where it is too late: how long an answer takes tells nothing.
    is_right = hmac.compare_digest(given, check.code_hash or b"") and is_alive
    check.tries += 1
    check.has_passed = is_right
    if is_right or check.tries >= limits.tries or not is_alive:
        _end(work, check)
    work.session.add(check)
    return is_right


def check_evidence(work: Work, request_id: str, has_passed: bool, because: str) -> SubjectRequest:
    """Return the request, judged by a person on evidence: what they saw, in words and not as a copy (GDPR Art. 5(1)(c)).

    Raises `ConflictError` without a recorded doubt, `InvalidError` without a reason.
    """
    text = acts.reason(because)
    request = take(work, request_id, "check_identity")
    check_id = ids.new("idc")
    work.session.add(
        IdentityCheck(
            id=check_id,
            tenant=work.tenant,
            request_id=request.id,
            way="evidence",
            made_at=work.now,
            ended_at=work.now,
            has_passed=has_passed,
            note_sealed=sealing.seal(work, check_id, "note", text),
            by=work.actor.id,
        )
    )
    record(
        work,
        "request.identity.checked",
        request,
        code="evidence",
        text=text,
        res=[("identity_check", check_id)],
        out="success" if has_passed else "failure",
    )
    if has_passed:
        _prove(work, request)
    return request


def _prove(work: Work, request: SubjectRequest) -> None:
    request.identity = "proven"
    work.session.add(request)
    if request.paused_for == "identity":
        let_run(work, request)


def let_run(work: Work, request: SubjectRequest) -> None:
    """Let the request's clock run again: its end moves by the days it stood still."""
    assert request.paused_at is not None
    request.paused_days += clocks.days_stood(request.paused_at, work.now, acts.calendar(work, request))
    because, request.paused_at, request.paused_for = request.paused_for, None, None
    acts.set_clock(work, request)
    record(work, "request.resumed", request, code=because, det={"paused_days": request.paused_days})


def end_expired_codes(runtime: Runtime, actor: Actor, limit: int = 500) -> int:
    """End codes whose time is over, with their hashes; return how many. A job: the clock has refused them already."""
    with runtime.work(actor) as work:
        expired = queries.expired_codes(work, limit)
        for check in expired:
            _end(work, check)
        return len(expired)


def _end(work: Work, check: IdentityCheck) -> None:
    check.ended_at, check.code_hash = work.now, None
    work.session.add(check)
    work.session.flush()


def _hash(work: Work, check_id: str, code: str) -> bytes:
    """Return what is stored of a code: keyed, since every short number can be counted through."""
    return hmac.digest(tenancy.data_key(work, KEY), f"{check_id}\0{code}".encode(), "sha256")
