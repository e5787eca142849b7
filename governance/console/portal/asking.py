"""Asking: the form by which a person opens a request, and the one that takes the code for their identity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from governance.console import deps, filling
from governance.console.deps import Form, SentByStranger, front
from governance.console.portal.front import show, spoken, stranger, tenant_of
from governance.errors import ConflictError, GovernanceError, InvalidError, LimitError
from governance.policy.subjects import SubjectsPolicy
from governance.runtime import Work
from governance.subjects import letter_words, person, queries
from governance.subjects import service as requests
from governance.subjects.models import SubjectRequest
from governance.subjects.person import Identifier, Person
from governance.subjects.service import Asked
from governance.subjects.words import KINDS, OBJECTIONS

router = APIRouter()

Tenant = Annotated[str, Query(max_length=40)]
Language = Annotated[str, Query(max_length=10)]
GPC = "The browser sent the Global Privacy Control signal (Sec-GPC: 1)."
_KNOWN_AS = (("tel", "tel"), ("tel2", "tel"), ("email", "email"), ("customer_number", "customer_number"))
_PATH = "/portal"


class _WrongError(Exception):
    """What was typed cannot be accepted: the words that say why, by field."""

    def __init__(self, field: str, words: str = "wrong_field") -> None:
        super().__init__(field)
        self.wrong = {field: words}


@router.get("/portal")
def ask(request: Request, tenant: Tenant = "", language: Language = "") -> Response:
    """Show the form."""
    named = tenant_of(front(request).runtime, tenant)
    return _form(request, named, spoken(request, language))


@router.post("/portal")
def take(request: Request, form: SentByStranger) -> Response:
    """Open a request, and tell its number and the day until which it is answered."""
    opened = front(request)
    opened.rates.portal(deps.address(request))
    tenant, language = tenant_of(opened.runtime, form.get("tenant")), spoken(request, form.get("language"))
    try:
        with opened.runtime.work(stranger(request, tenant, requests.PUBLIC)) as work:
            made = _opened(work, form, language, has_gpc=request.headers.get("sec-gpc") == "1")
    except _WrongError as error:
        return _form(request, tenant, language, 422, form=form, wrong=error.wrong, problem="wrong")
    due = letter_words.day(made.due_on, language)
    return show(
        request,
        "asked",
        _PATH,
        language,
        201,
        done=True,
        number=made.number,
        due=due,
        query={"tenant": tenant},
    )


@router.get("/portal/code")
def ask_for_code(request: Request, tenant: Tenant = "", language: Language = "") -> Response:
    """Show the form for a code."""
    named = tenant_of(front(request).runtime, tenant)
    return _code(request, named, spoken(request, language))


@router.post("/portal/code")
def take_code(request: Request, form: SentByStranger) -> Response:
    """Take the code that was sent for somebody's identity. Every refusal is the same, whatever is wrong."""
    opened = front(request)
    opened.rates.redemption(deps.address(request))
    tenant, language = tenant_of(opened.runtime, form.get("tenant")), spoken(request, form.get("language"))
    actor = stranger(request, tenant, requests.PUBLIC)
    with opened.runtime.work(actor, write=False) as work:
        found = queries.by_number(work, form.get("number"))
    try:
        if found is None:
            raise InvalidError("there is no such request", "number")
        requests.prove_identity(opened.runtime, actor, found.id, form.get("code")[:40])
    except LimitError:
        raise
    except (InvalidError, ConflictError):
        return _code(request, tenant, language, 422, problem="wrong_code", form=form)
    return _code(request, tenant, language, done=True)


def _form(
    request: Request,
    tenant: str,
    language: str,
    status: int = 200,
    *,
    form: Form | None = None,
    wrong: Mapping[str, str] | None = None,
    problem: str | None = None,
) -> Response:
    subjects = front(request).runtime.policies.for_tenant(tenant).subjects
    laws = {name: one.title for name, one in subjects.regimes.items()}
    return show(
        request, "ask", _PATH, language, status,
        tenant=tenant, kinds=_kinds(subjects), laws=laws, law=subjects.regime, query={"tenant": tenant},
        gpc=request.headers.get("sec-gpc") == "1", form=_kept(form), wrong=dict(wrong or {}), problem=problem,
    )  # fmt: skip


def _kept(form: Form | None) -> Form:
    """Return what was typed, to be shown again: nothing of a field that holds card data."""
    return Form(filling.kept(form, *form.names()) if form else {})


def _code(
    request: Request,
    tenant: str,
    language: str,
    status: int = 200,
    *,
    done: bool = False,
    problem: str | None = None,
    form: Form | None = None,
) -> Response:
    return show(
        request, "code", _PATH, language, status,
        tenant=tenant, done=done, problem=problem, form=_kept(form), query={"tenant": tenant},
    )  # fmt: skip


def _kinds(subjects: SubjectsPolicy) -> list[str]:
    known = {kind for one in subjects.regimes.values() for kind in one.requests}
    return [kind for kind in KINDS if kind in known]


def _opened(work: Work, form: Form, language: str, *, has_gpc: bool) -> SubjectRequest:
    """Return the request that the form asks for. Raises `_WrongError` with the field that is wrong."""
    subjects = work.policies.subjects
    law, kind = (
        form.get("law") or subjects.regime,
        next((one for one in KINDS if one == form.get("kind")), None),
    )
    if kind is None:
        raise _WrongError("kind", "wrong_choice")
    if law not in subjects.regimes or subjects.terms(law, kind) is None:
        raise _WrongError("law", "wrong_law")
    typed = {name: _sentence(form, name) for name in ("name", "email", "address", "text")}
    if not typed["email"] and not typed["address"]:
        raise _WrongError("email", "wrong_contact")
    region = subjects.places[subjects.regimes[law].place].country
    known_as = _known_as(form, region)
    if not known_as:
        raise _WrongError("tel", "wrong_known")
    if has_gpc and kind in OBJECTIONS:
        typed["text"] = f"{typed['text']}\n\n{GPC}".strip()
    who = Person(
        name=typed["name"] or None, email=typed["email"] or None, address=typed["address"] or None,
        identifiers=known_as, text=typed["text"] or None,
    )  # fmt: skip
    try:
        return requests.open_request(
            work, Asked(kind=kind, channel="portal", who=who, regime=law, language=language)
        )
    except InvalidError as error:
        raise _WrongError(error.field or "kind") from None


def _sentence(form: Form, name: str) -> str:
    limit = 4000 if name in ("text", "address") else 200
    try:
        value = form.sentence(name)
    except InvalidError:
        raise _WrongError(name, "wrong_card") from None
    if len(value) > limit or (name in ("name", "email") and not value.isprintable()):
        raise _WrongError(name)
    return value


def _known_as(form: Form, region: str) -> tuple[Identifier, ...]:
    found: dict[Identifier, None] = {}
    for name, kind in _KNOWN_AS:
        value = _sentence(form, name) if kind == "customer_number" else form.get(name).strip()
        if value:
            try:
                found[person.identifier(kind, value, region)] = None
            except GovernanceError:
                raise _WrongError(name) from None
    return tuple(found)
