"""What the public pages share: in which language they speak, the proof in their forms, and the address of whoever asks."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response

from governance.access import queries as access
from governance.console import deps
from governance.console.deps import Form, front
from governance.console.portal.words import WORDS
from governance.console.rendering import page
from governance.errors import NotFoundError
from governance.runtime import Actor, Runtime
from governance.tenancy import DEFAULT

_TENANT = re.compile(r"[a-z0-9-]{1,40}")


def spoken(request: Request, asked: str = "") -> str:
    """Return the language of the page: the one asked for, the browser's, or the policy's fallback; English at last."""
    fallback = front(request).runtime.policies.default.disclosure.language
    accepted = [
        one.partition(";")[0].strip() for one in request.headers.get("accept-language", "").split(",")
    ]
    for tag in (asked, *accepted, fallback):
        if tag.partition("-")[0].lower() in WORDS:
            return tag.partition("-")[0].lower()
    return "en"


def tenant_of(runtime: Runtime, named: str) -> str:
    """Return the tenant whose page is asked for. Raises `NotFoundError` where there is none."""
    tenant = named or DEFAULT
    if _TENANT.fullmatch(tenant):
        with runtime.work(Actor.system(tenant, "svc_portal"), write=False) as work:
            if access.tenant_exists(work):
                return tenant
    raise NotFoundError("there is no such page")


def stranger(request: Request, tenant: str, kind: str) -> Actor:
    """Return whoever is at the other end, as an actor of this kind: without account, role or permission."""
    return Actor(kind=kind, id="visitor", tenant=tenant, ip=deps.address(request))


def show(request: Request, name: str, path: str, language: str, status: int = 200, **facts: Any) -> Response:
    """Return the page, its forms proven by a secret of this browser's that is sent to `path` and below only.

    `form` is what was typed before; `query` is what a link to the same page in the other language must carry.
    """
    is_done = bool(facts.get("done"))
    # What has been accepted cannot be sent again: the proof of its form is worth nothing any more.
    secret = deps.new_secret() if is_done else deps.strangers_secret(request)
    query = {**facts.pop("query", {}), "language": "en" if language == "de" else "de"}
    response = page(
        f"portal/{name}", None, status,
        words=WORDS[language], language=language, proof=deps.proof_of(secret),
        other=f"{request.url.path}?{urlencode(query)}",
        **{"form": Form({}), "problem": None, "wrong": {}, **facts},
    )  # fmt: skip
    response.headers["Content-Language"] = language
    response.set_cookie(
        deps.FORM_COOKIE, secret, path=path, secure=front(request).is_https, httponly=True, samesite="strict"
    )
    return response
