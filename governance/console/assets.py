"""The files that pages are made of: style sheets, small scripts, the marks. Read once, served by name from memory.

There is no folder behind the route, so no path from a browser is ever opened.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from fastapi import APIRouter, Response

from governance.errors import NotFoundError

router = APIRouter()

_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_FILES = {
    path.name: path.read_bytes()
    for path in sorted((Path(__file__).parent / "static").iterdir())
    if path.suffix in _TYPES
}
_VERSIONS = {name: hashlib.sha256(body).hexdigest()[:12] for name, body in _FILES.items()}


def address(name: str) -> str:
    """Return where `name` is served, with its digest: a changed file has another address and is never served stale."""
    return f"/static/{name}?v={_VERSIONS[name]}"


def text(name: str) -> str:
    """Return what `name` says, to be put into a file of its own."""
    return _FILES[name].decode()


@router.get("/static/{name}")
def serve(name: str) -> Response:
    """Return one file. Raises `NotFoundError`."""
    body = _FILES.get(name)
    if body is None:
        raise NotFoundError("there is no such file")
    return Response(
        body,
        media_type=_TYPES[Path(name).suffix],
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )
