"""A whole vCon: every transcript among its analyses is read, everything else is left to the walk."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from governance.redaction.transcripts import turns, wtf
from governance.redaction.transcripts.document import BoundWord

NAME = "vcon"


def recognises(tree: Any) -> bool:
    """Whether a document is an unsigned vCon of the current or the legacy shape."""
    if not isinstance(tree, dict):
        return False
    return isinstance(tree.get("parties"), list) and ("vcon" in tree or "uuid" in tree)


def read(tree: Any) -> tuple[list[BoundWord], str | None]:
    """Return the words of all transcripts, each analysis in turns of its own, and the first language named."""
    bound: list[BoundWord] = []
    languages: list[str] = []
    offset = 0
    for at, analysis in enumerate(tree.get("analysis") or ()):
        body = analysis.get("body") if isinstance(analysis, dict) else None
        for reader in (wtf, turns):
            if body is not None and reader.recognises(body):
                found, language = reader.read(body)
                bound.extend(
                    replace(
                        one,
                        path=("analysis", at, "body", *one.path),
                        word=replace(one.word, turn=one.word.turn + offset),
                    )
                    for one in found
                )
                offset = bound[-1].word.turn + 1 if bound else 0
                languages += [language] if language else []
                break
    return bound, languages[0] if languages else None
