"""From facts to a page: the templates, escaped without exception, and the headers that every page carries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from governance.console import assets, navigation, phrases, wording
from governance.console.deps import Visitor

# No inline style or script anywhere: what somebody manages to write into a page stays text.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'; "
        "connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(wording.FILTERS | phrases.FILTERS)
    made.globals.update(asset=assets.address, places=navigation.offered, tabs=navigation.tabs)
    return made


_TEMPLATES = _environment()


def page(name: str, visitor: Visitor | None, status: int = 200, **facts: Any) -> HTMLResponse:
    """Return the page `name` as `visitor` sees it; None is somebody who has not signed in."""
    body = _TEMPLATES.get_template(f"{name}.html").render(visitor=visitor, **facts)
    return HTMLResponse(body, status, HEADERS)


def fragment(name: str) -> str:
    """Return the template `name` by itself, for a file that is no page of the console."""
    return _TEMPLATES.get_template(f"{name}.html").render()


def picture(name: str, **facts: Any) -> Response:
    """Return the drawing `name` as an SVG of its own, for a page to refer to."""
    body = _TEMPLATES.get_template(f"{name}.svg").render(**facts)
    return Response(body, 200, HEADERS, "image/svg+xml")


def see_other(where: str) -> Response:
    """Send the browser on, so that reloading repeats nothing (RFC 9110 §15.4.4). `where` is a path of ours."""
    return RedirectResponse(where, 303, HEADERS)
