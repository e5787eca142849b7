"""What an auditor is handed beside the log: how to check it, and programs to do so, ours and of others.

They lie in `auditor/` as they are handed out, so that the tests run just what an auditor runs. Ours is no second
implementation but the files behind `governance audit verify`, copied, with a beginning that needs only `cryptography`.
"""

from collections.abc import Iterator
from pathlib import Path

_PACKAGE = Path(__file__).parent.parent

VERIFIER = (
    "__init__",
    "audit/__init__",
    "audit/chain",
    "audit/checkpoint",
    "audit/completeness",
    "audit/examine",
    "audit/leaf",
    "audit/merkle",
    "audit/note",
    "audit/policyfile",
    "audit/proof",
    "audit/stamps",
    "audit/submission",
    "audit/tiles",
    "audit/timestamp",
    "audit/verify",
    "errors",
)
"""The files of this package that `verify.py` runs."""


def files() -> Iterator[tuple[str, bytes]]:
    """Yield each file by its path within a bundle: `VERIFY.md`, `verify.py` with `verifier/`, and `programs/`."""
    inside = _PACKAGE / "_data" / "auditor"
    folder = inside if inside.is_dir() else _PACKAGE.parent / "auditor"
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(folder).as_posix(), path.read_bytes()
    for name in VERIFIER:
        yield f"verifier/governance/{name}.py", (_PACKAGE / f"{name}.py").read_bytes()
