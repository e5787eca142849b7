"""Letters to the person who asks: prepared from a template, shown, changed where somebody must, and then sent or posted.

What is prepared is what goes: nothing is filled in again, but for a code, which is made at that moment and kept nowhere
in clear. Whatever a person wrote into a request is text in a letter and never part of its form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from governance import ids
from governance.errors import ConflictError, InvalidError, NotFoundError
from governance.messages import service as messages
from governance.policy.letters import CODE_HERE, KINDS, clean, plain
from governance.redaction import text as cards
from governance.redaction.spans import SAD, Entity
from governance.runtime import Work
from governance.subjects import acts, letter_words, package_codes, package_queries, person, queries, sealing
from governance.subjects.models import SubjectRequest
from governance.subjects.package_models import (
    DISCARDED,
    MAKING,
    POSTED,
    PREPARED,
    READY,
    SENT,
    Letter,
    LetterState,
)

MOST = 20_000
_WRITTEN_BY_PEOPLE = ("reasons", "evidence")


@dataclass(frozen=True)
class Shown:
    """A letter as somebody reads it before it goes. In place of a code stands `CODE_HERE`."""

    subject: str = field(repr=False)
    body: str = field(repr=False)


def prepare(
    work: Work,
    request_id: str,
    kind: str,
    language: str | None = None,
    *,
    facts: Mapping[str, str] | None = None,
    package_id: str | None = None,
) -> Letter:
    """Return a new letter of `kind` to whoever made the request, in their language or the one that is named.

    What every letter may say is known; `facts` say the rest (`reasons`, `ends`, …). Another prepared letter of the same
    kind is discarded: two that contradict each other must not wait for whoever sends the first they see.

    Raises `NotFoundError`, and `InvalidError` where something that the letter must say is missing or is card data.
    """
    acts.allow(work, "request:manage")
    request = _request(work, request_id)
    if kind not in KINDS:
        raise InvalidError(f"a letter is one of {', '.join(KINDS)}", "kind")
    told = dict(facts or {})
    for name in _WRITTEN_BY_PEOPLE:
        _refuse_card_data(told.get(name, ""), name)
    template, spoken = work.policies.letters.template(kind, language or request.language)
    subject, body = template.fill({**_known(work, request, spoken), **told})
    for earlier in package_queries.letters(work, request.id):
        if earlier.kind == kind and earlier.state == PREPARED:
            _end(work, earlier, DISCARDED)
    letter_id = ids.new("ltr")
    row = Letter(
        id=letter_id,
        tenant=work.tenant,
        request_id=request.id,
        package_id=package_id,
        kind=kind,
        language=spoken,
        state=PREPARED,
        policy_digest=work.policies.digest,
        subject_sealed=sealing.seal(work, letter_id, "subject", subject),
        body_sealed=sealing.seal(work, letter_id, "body", body),
        prepared_by=work.actor.id,
        prepared_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    acts.record(
        work,
        "request.letter.prepared",
        request,
        code=kind,
        det={"language": spoken},
        res=[("letter", row.id)],
    )
    return row


def show(work: Work, letter: Letter) -> Shown:
    """Return what the letter says; nothing where it was forgotten after its time."""
    subject = sealing.unseal(work, letter.id, "subject", letter.subject_sealed)
    return Shown(subject or "", sealing.unseal(work, letter.id, "body", letter.body_sealed) or "")


def edit(work: Work, letter_id: str, revision: int, subject: str, body: str) -> Letter:
    """Return the letter with other words, for whoever answers for it. That it was changed is in the log; what it says
    is not.

    Raises `ConflictError` where somebody else has changed it meanwhile, and `InvalidError` for card data, for a letter
    too long, and where the place of a code is gone or stands twice.
    """
    acts.allow(work, "request:manage")
    row = _prepared(work, letter_id, revision)
    before = show(work, row)
    subject = clean(subject)
    body = CODE_HERE.join(plain(piece) for piece in body.split(CODE_HERE)).strip() + "\n"
    if not subject or not body.strip() or len(body) > MOST:
        raise InvalidError(f"A letter has a subject and at most {MOST} characters.", "body")
    if CODE_HERE in subject or body.count(CODE_HERE) != before.body.count(CODE_HERE):
        raise InvalidError(f"The place of the code, {CODE_HERE}, stays as it is.", "body")
    known = set(before.body.split("\n"))
    _refuse_card_data("\n".join(line for line in body.split("\n") if line not in known), "body")
    _refuse_card_data(subject if subject != before.subject else "", "subject")
    row.subject_sealed = sealing.seal(work, row.id, "subject", subject)
    row.body_sealed = sealing.seal(work, row.id, "body", body)
    row.edited_by, row.edited_at, row.revision = work.actor.id, work.now, row.revision + 1
    work.session.add(row)
    if row.kind == "access_answer" and row.package_id is not None:
        _lay_anew(work, row.package_id)
    acts.record(
        work, "request.letter.edited", _request(work, row.request_id), code=row.kind,
        det={"revision": row.revision}, res=[("letter", row.id)],
    )  # fmt: skip
    return row


def send(
    work: Work, letter_id: str, revision: int | None = None, *, to: str | None = None, code: str | None = None
) -> Letter:
    """Return the letter, on its way by mail from this Work's commit on: to the request's address, or to `to`.

    `revision` is the one that was read: what somebody else has changed since does not go. A letter with a package's code
    has a new one made, and the one before it opens nothing any more.

    Raises `ConflictError` where it is not prepared any more, and where there is no address.
    """
    acts.allow(work, "request:manage")
    row = _prepared(work, letter_id, revision)
    request = _request(work, row.request_id)
    address = to or person.of(work, request).email
    if not address:
        raise ConflictError("There is no e-mail address to send it to: send it by post.")
    shown = _complete(work, row, code)
    row.message_id = messages.mail(
        work,
        to=address,
        subject=shown.subject,
        body=shown.body,
        about=[("request", request.id), ("letter", row.id)],
    )
    _end(work, row, SENT)
    acts.record(
        work, "request.letter.sent", request, code=row.kind, det={"by": "mail"},
        res=[("letter", row.id), ("message", row.message_id)],
    )  # fmt: skip
    return row


def post(work: Work, letter_id: str, revision: int | None = None, *, code: str | None = None) -> Shown:
    """Return the letter as it is to be printed, marked as sent by post. A code in it is shown this once.

    Raises `ConflictError` where it is not prepared any more.
    """
    acts.allow(work, "request:manage")
    row = _prepared(work, letter_id, revision)
    shown = _complete(work, row, code)
    _end(work, row, POSTED)
    acts.record(
        work, "request.letter.sent", _request(work, row.request_id), code=row.kind, det={"by": "post"},
        res=[("letter", row.id)],
    )  # fmt: skip
    return shown


def discard(work: Work, letter_id: str) -> None:
    """Put a prepared letter aside: it will not go. Raises `ConflictError` where it has gone."""
    acts.allow(work, "request:manage")
    row = _prepared(work, letter_id, None)
    _end(work, row, DISCARDED)
    acts.record(
        work,
        "request.letter.discarded",
        _request(work, row.request_id),
        code=row.kind,
        res=[("letter", row.id)],
    )


def mail_code(work: Work, request: SubjectRequest, address: str, code: str, expires_at: datetime) -> Letter:
    """Return the letter that brings a one-time code for somebody's identity, on its way to an address on file."""
    at = acts.calendar(work, request)
    _, spoken = work.policies.letters.template("identity_code", request.language)
    moment = expires_at.astimezone(at.zone)
    expires = f"{letter_words.day(moment.date(), spoken)}, {moment:%H:%M %Z}"
    facts = {
        "expires": expires,
        "link": f"{work.runtime.settings.public_url}/portal/code?tenant={work.tenant}",
    }
    row = prepare(work, request.id, "identity_code", facts=facts)
    return send(work, row.id, to=address, code=code)


def forget(work: Work, request_id: str) -> int:
    """Forget what the request's letters said, once its records have had their time; return how many there were."""
    rows = package_queries.letters(work, request_id)
    for row in rows:
        row.subject_sealed = row.body_sealed = b""
        work.session.add(row)
    work.session.flush()
    return len(rows)


def _request(work: Work, request_id: str) -> SubjectRequest:
    request = queries.request(work, request_id)
    if request is None:
        raise NotFoundError("there is no such request")
    return request


def _known(work: Work, request: SubjectRequest, language: str) -> dict[str, str]:
    """Return what every letter about the request may say, in its language."""
    told, at = work.policies.disclosure, acts.calendar(work, request)
    controller = told.controller
    titles = (work.policies.purposes.get(one) for one in request.purposes)
    known = {
        "name": person.of(work, request).name or letter_words.sentence("nameless", language),
        "number": request.number,
        "today": letter_words.day(at.day_of(work.now), language),
        "received": letter_words.day(at.day_of(request.received_at), language),
        "due": letter_words.day(request.due_on, language),
        "controller": controller.name,
        "address": controller.address.strip(),
        "contact": controller.contact,
        "authority": told.say(controller.authority, language),
        "remedy": told.say(controller.remedy, language),
        "purposes": letter_words.listed(one.title for one in titles if one is not None),
    }
    reasons = sealing.unseal(work, request.id, "reasons", request.reasons_sealed)
    return known | ({"reasons": reasons} if reasons else {})


def _prepared(work: Work, letter_id: str, revision: int | None) -> Letter:
    row = package_queries.letter(work, letter_id, lock=True)
    if row.state != PREPARED:
        raise ConflictError("The letter has gone, or was discarded.")
    if revision is not None and row.revision != revision:
        raise ConflictError("Somebody has changed the letter since you read it: read it again.")
    return row


def _complete(work: Work, row: Letter, code: str | None) -> Shown:
    """Return the letter as it goes, with the code in its place."""
    shown = show(work, row)
    if CODE_HERE not in shown.body:
        return shown
    if row.kind == "package_code" and row.package_id is not None:
        code = package_codes.renew(work, row.package_id)
    if not code:
        raise ConflictError("A letter with a code goes when the code is made: ask for a new code.")
    return Shown(shown.subject, shown.body.replace(CODE_HERE, code))


def _lay_anew(work: Work, package_id: str) -> None:
    """Have the package made ready again with the letter as it is now: it lies in there, too."""
    package = package_queries.package(work, package_id, lock=True)
    if package.code_hash is not None:
        raise ConflictError(
            "The person has the code of the package in which this letter lies: it stays as it is."
        )
    if package.state == READY:
        package.state = MAKING
        work.session.add(package)


def _end(work: Work, row: Letter, state: LetterState) -> None:
    row.state, row.ended_by, row.ended_at = state, work.actor.id, work.now
    work.session.add(row)
    work.session.flush()


def _refuse_card_data(written: str, field: str) -> None:
    if any(span.entity in SAD | {Entity.PAN} for span in cards.detect(written)):
        raise InvalidError("This text looks like it holds card data, which has no place in a letter.", field)
