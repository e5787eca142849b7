"""Letters and packages of a request: prepared, read before they go, changed, sent or posted; ordered and taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from governance.access import service as access
from governance.api.deps import Caller, needs
from governance.api.problems import documented
from governance.api.request_steps import Manager
from governance.api.requests import RequestId, Spoken, Written
from governance.api.shapes import Answer, Asked, Label
from governance.api.small import SmallBody
from governance.audit import service as audit
from governance.errors import NotFoundError
from governance.runtime import Work
from governance.subjects import correspondence, letter_choice, letters, package_queries, packages, queries
from governance.subjects.models import SubjectRequest
from governance.subjects.package_models import Letter, Package

router = APIRouter(prefix="/v1", tags=["requests"], route_class=SmallBody)

Reader = Annotated[Caller, needs("request:read")]
LetterId = Annotated[str, Path(pattern=r"^ltr_[0-9a-f]{32}$")]
PackageId = Annotated[str, Path(pattern=r"^pkg_[0-9a-f]{32}$")]
_EVERYTHING = documented(401, 403, 404, 409, 413)


class LetterAsked(Asked):
    """Which letter, and what only a person can say in it: `reasons`, `evidence`, or the day a restriction `ends`."""

    kind: Label
    language: Annotated[str | None, Field(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")] = None
    reasons: Annotated[Written, Field(repr=False)] = ""
    evidence: Annotated[Written, Field(repr=False)] = ""
    ends: Annotated[str, Field(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")] = ""


class LetterChanged(Asked):
    """The letter in other words. `revision` is the one that was read."""

    revision: Annotated[int, Field(ge=0, le=10_000)]
    subject: Annotated[Spoken, Field(repr=False)]
    body: Annotated[str, Field(max_length=letters.MOST, repr=False)]


class LetterRead(Asked):
    """The revision that was read: what somebody has changed since does not go."""

    revision: Annotated[int, Field(ge=0, le=10_000)]


class LetterSummary(Answer):
    """A letter, without what it says. `state`: `prepared`, `sent`, `posted`, `discarded`."""

    id: str
    request_id: str
    package_id: str | None
    kind: str
    language: str
    state: str
    revision: int
    prepared_at: datetime
    ended_at: datetime | None


class LetterText(LetterSummary):
    """A letter as the person will read it. In place of a code stands `⟦code⟧`."""

    subject: Annotated[str, Field(repr=False)]
    body: Annotated[str, Field(repr=False)]


class Letters(Answer):
    """The letters of a request, oldest first."""

    letters: list[LetterSummary]


class PackageSummary(Answer):
    """A package. `state`: `making`, `ready`, `gone`. Its manifest's digest stands in the log, too."""

    id: str
    request_id: str
    state: str
    ordered_at: datetime
    made_at: datetime | None
    expires_at: datetime | None
    size: int
    manifest_sha256: str | None
    fetches: int
    gone_because: str | None


class Packages(Answer):
    """The packages of a request, newest first: those that are gone too."""

    packages: list[PackageSummary]


def _read(work: Work, request_id: str) -> SubjectRequest:
    access.require(work, "request:read")
    row = queries.request(work, request_id)
    if row is None:
        raise NotFoundError("there is no such request")
    audit.record(work, "request.read", res=[("request", row.id)])
    return row


def _text(work: Work, row: Letter) -> LetterText:
    shown = letters.show(work, row)
    known = LetterSummary.model_validate(row).model_dump()
    return LetterText(**known, subject=shown.subject, body=shown.body)


@router.get("/requests/{request_id}/letters", responses=documented(401, 403, 404))
def list_letters(caller: Reader, request_id: RequestId) -> Letters:
    """List the letters of a request."""
    with caller.work() as work:
        row = _read(work, request_id)
        found = [LetterSummary.model_validate(one) for one in package_queries.letters(work, row.id)]
    return Letters(letters=found)


@router.post("/requests/{request_id}/letters", status_code=201, responses=_EVERYTHING)
def prepare(caller: Manager, request_id: RequestId, body: LetterAsked) -> LetterText:
    """Prepare a letter that the request needs now; `GET` of the request says which those are."""
    with caller.work() as work:
        row = _read(work, request_id)
        written = {"reasons": body.reasons, "evidence": body.evidence, "ends": body.ends}
        told = letter_choice.facts(work, row, body.kind, written, body.language)
        return _text(work, letters.prepare(work, row.id, body.kind, body.language, facts=told))


@router.get("/letters/{letter_id}", responses=documented(401, 403, 404))
def show(caller: Reader, letter_id: LetterId) -> LetterText:
    """Read a letter."""
    with caller.work() as work:
        access.require(work, "request:read")
        row = package_queries.letter(work, letter_id)
        _read(work, row.request_id)
        return _text(work, row)


@router.put("/letters/{letter_id}", responses=_EVERYTHING)
def edit(caller: Manager, letter_id: LetterId, body: LetterChanged) -> LetterText:
    """Change a letter before it goes."""
    with caller.work() as work:
        return _text(work, letters.edit(work, letter_id, body.revision, body.subject, body.body))


@router.post("/letters/{letter_id}/mail", responses=_EVERYTHING)
def send(caller: Manager, letter_id: LetterId, body: LetterRead) -> LetterSummary:
    """Send a letter by mail. A letter that tells of receipt, extension or answer takes that step with it."""
    with caller.work() as work:
        return LetterSummary.model_validate(correspondence.send(work, letter_id, body.revision))


@router.post("/letters/{letter_id}/post", responses=_EVERYTHING)
def post(caller: Manager, letter_id: LetterId, body: LetterRead) -> LetterText:
    """Mark a letter as sent by post, and get it to print. A code in it is shown this once."""
    with caller.work() as work:
        shown = correspondence.post(work, letter_id, body.revision)
        known = LetterSummary.model_validate(package_queries.letter(work, letter_id)).model_dump()
    return LetterText(**known, subject=shown.subject, body=shown.body)


@router.delete("/letters/{letter_id}", status_code=204, responses=_EVERYTHING)
def discard(caller: Manager, letter_id: LetterId) -> None:
    """Put a prepared letter aside."""
    with caller.work() as work:
        letters.discard(work, letter_id)


@router.get("/requests/{request_id}/packages", responses=documented(401, 403, 404))
def list_packages(caller: Reader, request_id: RequestId) -> Packages:
    """List the packages of a request."""
    with caller.work() as work:
        row = _read(work, request_id)
        found = [_package(one) for one in package_queries.packages(work, row.id)]
    return Packages(packages=found)


@router.post("/requests/{request_id}/packages", status_code=202, responses=_EVERYTHING)
def order(caller: Manager, request_id: RequestId) -> PackageSummary:
    """Order the package that answers a request for access: it is made of what was confirmed, recording by recording."""
    with caller.work() as work:
        return _package(packages.order(work, request_id))


@router.post("/packages/{package_id}/letters", status_code=204, responses=_EVERYTHING)
def tell_again(caller: Manager, package_id: PackageId) -> None:
    """Prepare the letters with link and code anew. A new code ends the old one once its letter goes."""
    with caller.work() as work:
        packages.tell_again(work, package_id)


@router.delete("/packages/{package_id}", status_code=204, responses=_EVERYTHING)
def take_back(caller: Manager, package_id: PackageId) -> None:
    """Take a package back: nobody can fetch it any more, and its keys are destroyed."""
    packages.discard(caller.runtime, caller.actor, package_id)


def _package(row: Package) -> PackageSummary:
    return PackageSummary.model_validate(row)
