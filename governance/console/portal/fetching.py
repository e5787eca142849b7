"""Fetching a package: a page that asks for its code, and the download for whoever had the right one.

GET and HEAD change nothing: the code goes by POST, and what it opens is a cookie for this one package that only this
address gets back. The download can be resumed from any byte, and is written to the log before its first.
"""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from governance.console import deps
from governance.console.deps import SentByStranger, front
from governance.console.portal.front import show, spoken
from governance.console.rendering import HEADERS, see_other
from governance.errors import ConflictError, DeniedError, UnauthenticatedError
from governance.subjects import package_fetching

router = APIRouter()

COOKIE = "governance_fetch"
PackageId = Annotated[str, Path(pattern=r"^pkg_[0-9a-f]{32}$")]
Language = Annotated[str, Query(max_length=10)]
_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")
_FILE = "recordings.zip"


@router.get("/fetch/{package_id}")
def look(request: Request, package_id: PackageId, language: Language = "") -> Response:
    """Show the form for the code; to whoever had it, what there is to download."""
    runtime = front(request).runtime
    found = package_fetching.waiting(runtime, package_id, request.cookies.get(COOKIE, ""))
    return _page(request, package_id, spoken(request, language), found=found)


@router.post("/fetch/{package_id}")
def open_it(request: Request, package_id: PackageId, form: SentByStranger) -> Response:
    """Open the package with its code."""
    opened, language = front(request), spoken(request, form.get("language"))
    opened.rates.redemption(deps.address(request))
    try:
        visit = package_fetching.open_with(
            opened.runtime, package_id, form.get("code"), deps.address(request)
        )
    except UnauthenticatedError:
        return _page(request, package_id, language, 401, problem="wrong_code_fetch")
    except DeniedError as error:
        return _page(request, package_id, language, 403, problem=error.reason)
    response = see_other(f"/fetch/{package_id}?language={language}")
    response.set_cookie(
        COOKIE, visit.token, path=f"/fetch/{package_id}", max_age=visit.seconds,
        secure=opened.is_https, httponly=True, samesite="strict",
    )  # fmt: skip
    return response


@router.get("/fetch/{package_id}/package.zip")
def download(
    request: Request,
    package_id: PackageId,
    range_header: Annotated[str | None, Header(alias="Range", max_length=200)] = None,
    if_range: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Download the package, whole or from a byte on (RFC 9110 §14)."""
    opened = front(request)
    opened.rates.download(deps.address(request))
    asked = _RANGE.fullmatch((range_header or "").strip())
    first = int(asked.group(1)) if asked else 0
    try:
        found = package_fetching.download(
            opened.runtime, package_id, request.cookies.get(COOKIE, ""), deps.address(request), first
        )
    except UnauthenticatedError:
        return see_other(f"/fetch/{package_id}")
    except ConflictError:
        return _page(request, package_id, spoken(request), 409, problem="not_whole")
    start, end, status = 0, found.size, 200
    headers = {**HEADERS, "Accept-Ranges": "bytes", "ETag": found.tag}
    headers["Content-Disposition"] = f'attachment; filename="{_FILE}"'
    if asked and (if_range is None or if_range.strip() == found.tag):
        last = int(asked.group(2)) if asked.group(2) else found.size - 1
        if first >= found.size or last < first:
            return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{found.size}"})
        start, end, status = first, min(last + 1, found.size), 206
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{found.size}"
    headers["Content-Length"] = str(end - start)
    return StreamingResponse(found.portions(start, end), status, headers, media_type="application/zip")


def _page(
    request: Request,
    package_id: str,
    language: str,
    status: int = 200,
    *,
    found: package_fetching.Waiting | None = None,
    problem: str | None = None,
) -> Response:
    path = f"/fetch/{package_id}"
    return show(request, "fetch", path, language, status, here=path, found=found, problem=problem)
