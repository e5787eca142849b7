"""The whole console on one screen: its routers, the routes that are open to everybody, and errors as pages."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request, Response

from governance.console import (
    assets,
    break_glass,
    candidates,
    decision,
    findings,
    keys,
    letters,
    log,
    log_entry,
    log_health,
    matters,
    own,
    people,
    recording,
    recordings,
    request,
    requests,
    retention,
    retention_proofs,
    reviews,
    samples,
    sign_in,
    today,
    verifier,
)
from governance.console.deps import SESSION_COOKIE, Visitor, front, let_out
from governance.console.portal import asking, fetching
from governance.console.rendering import page, see_other
from governance.errors import DeniedError

ROUTERS = (
    sign_in.router,
    today.router,
    recordings.router,
    recording.router,
    decision.router,
    reviews.router,
    samples.router,
    requests.router,  # before the single request: `new` and `list` are none
    request.router,
    candidates.router,
    letters.router,
    retention.router,
    retention_proofs.router,
    matters.router,
    findings.router,
    break_glass.router,
    keys.router,  # before the accounts: its address looks like one of theirs
    people.router,
    own.router,
    log_health.router,  # before the entries: likewise
    verifier.router,
    log_entry.router,
    log.router,
    asking.router,
    fetching.router,
    assets.router,
)
router = APIRouter(include_in_schema=False)
for _one in ROUTERS:
    router.include_router(_one)

OPEN_TO_EVERYBODY: dict[str, str] = {
    "/sign-in": "one signs in here",
    "/sign-in/link": "likewise",
    "/sign-in/mail": "likewise",
    "/sign-in/key": "likewise",
    "/portal": "whoever was recorded asks here for their data",
    "/portal/code": "and shows a code that was sent to them",
    "/fetch/{package_id}": "they fetch their package here, with its code",
    "/fetch/{package_id}/package.zip": "likewise: only a cookie that the code has opened gets anything",
    "/static/{name}": "the style sheets, the scripts, the icons and the mark: nothing of anybody's",
}


_PLAIN = {
    404: "There is no page at this address.",
    405: "This page is opened another way: go back and use its form.",
}


_CUT_OFF = "There is no page at this address. Part of a link may be missing: copy the whole of it."


def wants_page(request: Request) -> bool:
    """Whether an error is to be a page: a browser asks for one, and not below the API."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/v1/")


def of_problem(request: Request, problem: Response) -> Response:
    """Return the RFC 9457 problem as a page in the house's look; whoever is not signed in is shown the way in."""
    if problem.status_code == HTTPStatus.UNAUTHORIZED:
        place = request.url.path if request.method == "GET" else "/"
        response = see_other("/sign-in" if place == "/" else f"/sign-in?{urlencode({'next': place})}")
        if SESSION_COOKIE in request.cookies:
            let_out(response, front(request))
        return response
    told = orjson.loads(bytes(problem.body))
    facts = {name: told[name] for name in ("title", "detail", "instance")}
    if facts["detail"] == f"{facts['title']}.":  # the framework's own words say nothing twice
        facts["detail"] = _PLAIN.get(problem.status_code, facts["detail"])
    status = problem.status_code
    if str(told.get("field", "")).startswith("path."):  # a part of the address cannot be what stands there
        status, facts["title"], facts["detail"] = HTTPStatus.NOT_FOUND, "Not there", _CUT_OFF
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    could = _who_could(visitor, getattr(request.state, "error", None))
    response = page(
        "problem",
        visitor,
        status,
        could=could,
        failed=problem.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR,
        **facts,
    )
    if "retry-after" in problem.headers:
        response.headers["Retry-After"] = problem.headers["retry-after"]
    return response


def _who_could(visitor: Visitor | None, error: object) -> list[str]:
    """Return the roles that have what was missing, for somebody of the house: so that they know whom to ask."""
    if visitor is None or not isinstance(error, DeniedError) or error.permission is None:
        return []
    if error.reason not in ("permission_missing", "out_of_scope"):
        return []
    roles = visitor.runtime.policies.for_tenant(visitor.actor.tenant).access.roles
    return [role for role, granted in roles.items() if error.permission in granted]
