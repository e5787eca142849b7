"""The check of a proof as one file that needs neither us nor a network: the page of an entry without the page's server.

The same scripts that run in the console, inlined, under a policy of the file's own that names them by their digests and
forbids everything else: it cannot load or send anything, which a reader sees in its first lines.
"""

from __future__ import annotations

import base64
import hashlib

from fastapi import APIRouter, Response

from governance.access import service as access
from governance.console import assets
from governance.console.deps import Signed
from governance.console.rendering import HEADERS, fragment

router = APIRouter(prefix="/log/verifier")

NAME = "verify-log-entry.html"
_STYLES, _SCRIPTS = ("console.css", "pages.css"), ("proof.js", "verify.js")


@router.get("")
def download(visitor: Signed) -> Response:
    """Return the file, to be saved: it is never shown as a page of ours, whose policy would not let it run."""
    with visitor.work(write=False) as work:
        access.require(work, "audit:read")
    headers = HEADERS | {"Content-Disposition": f'attachment; filename="{NAME}"'}
    return Response(document(), media_type="application/octet-stream", headers=headers)


def document() -> str:
    """Return the file. The same release of the software makes the same bytes, wherever it is asked."""
    style = "\n".join(assets.text(name) for name in _STYLES)
    scripts = [assets.text(name) for name in _SCRIPTS]
    policy = (
        f"default-src 'none'; style-src {_named(style)}; script-src {' '.join(map(_named, scripts))}; "
        "form-action 'none'; base-uri 'none'"
    )
    head = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<title>Is this entry in the log?</title>\n'
        f"<style>{style}</style>\n</head>\n<body>\n"
    )
    ends = "".join(f"<script>{script}</script>\n" for script in scripts)
    return f"{head}{fragment('verifier')}{ends}</body>\n</html>\n"


def _named(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
