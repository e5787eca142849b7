"""The whole console on one screen: its routers, the routes that are open to everybody, and errors as pages."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request, Response

from governance.console import assets, break_glass, decision, log, recording, recordings, sign_in
from governance.console.deps import SESSION_COOKIE, front, let_out
from governance.console.rendering import page, see_other

ROUTERS = (
    sign_in.router,
    recordings.router,
    recording.router,
    decision.router,
    break_glass.router,
    log.router,
    assets.router,
)
router = APIRouter(include_in_schema=False)
for _one in ROUTERS:
    router.include_router(_one)

OPEN_TO_EVERYBODY: dict[str, str] = {
    "/sign-in": "one signs in here",
    "/sign-in/link": "likewise",
    "/static/{name}": "the style sheet, two scripts and the mark: nothing of anybody's",
}


_PLAIN = {
    404: "There is no page at this address.",
    405: "This page is opened another way: go back and use its form.",
}


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
    response = page("problem", getattr(request.state, "visitor", None), problem.status_code, **facts)
    if "retry-after" in problem.headers:
        response.headers["Retry-After"] = problem.headers["retry-after"]
    return response
