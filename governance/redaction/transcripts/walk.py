"""The structure walk: finds and masks every copy of a finding in a document, wherever a vendor has put it.

A *column* is all strings whose paths differ in list positions only (`segments[*].text`). Read in order a column is a
text of its own, so that a number split over its rows is one number. What a column cannot show is found by its value,
by its time, or, for numbers and lists of numbers, by decoding them.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from governance.redaction import rules
from governance.redaction.languages import load
from governance.redaction.spans import Entity, Span
from governance.redaction.transcripts import decoded
from governance.redaction.transcripts.known import Knowledge, spans_of_known

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy

__all__ = ["Knowledge", "get", "leaves", "mask", "put"]

Path = tuple[str | int, ...]
_DECIMAL = re.compile(r"-?\d+[.,]\d+s?")
_NEST_AT_MOST = 4


def leaves(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every value of a document that is no list and no object, with its path."""
    pending: list[tuple[Path, Any]] = [(path, tree)]
    while pending:
        at, value = pending.pop()
        if isinstance(value, dict):
            pending.extend(((*at, key), value[key]) for key in reversed(value))
        elif isinstance(value, list):
            pending.extend(((*at, index), value[index]) for index in range(len(value) - 1, -1, -1))
        else:
            yield at, value


def get(tree: Any, path: Path) -> Any:
    """Return what stands at a path."""
    for step in path:
        tree = tree[step]
    return tree


def put(tree: Any, path: Path, value: Any) -> None:
    """Replace what stands at a path."""
    get(tree, path[:-1])[path[-1]] = value


@dataclass
class _Walk:
    tree: Any
    knowledge: Knowledge
    language: str
    policy: RedactionPolicy | None
    skip: frozenset[Path]
    silent: Callable[[Path], bool]
    depth: int = 0


def mask(
    tree: Any,
    knowledge: Knowledge,
    language: str,
    policy: RedactionPolicy | None = None,
    skip: frozenset[Path] = frozenset(),
    silent: Callable[[Path], bool] = lambda _path: False,
    depth: int = 0,
) -> None:
    """Mask, in place, every finding and every copy of one in `tree`.

    `skip` are strings whose words were masked by their own place already; `silent` tells strings that are no text.
    """
    walk = _Walk(tree, knowledge, language, policy, skip, silent, depth)
    changed = _mask_columns(walk)
    changed |= _mask_by_time(walk)
    decoded.mask_numbers(tree, knowledge, language)
    decoded.mask_lists(tree, knowledge, language, changed | {path for path in skip if _has_label(tree, path)})
    _mask_keys(walk, tree)


def _has_label(tree: Any, path: Path) -> bool:
    text = get(tree, path)
    return isinstance(text, str) and bool(re.search(r"\[[A-Z_]+[ \]]", text))


def _mask_columns(walk: _Walk) -> set[Path]:
    columns: dict[tuple[str, ...], list[tuple[Path, str]]] = {}
    changed: set[Path] = set()
    for path, leaf in leaves(walk.tree):
        if not isinstance(leaf, str) or path in walk.skip or walk.silent(path) or not leaf.strip():
            continue
        if walk.depth < _NEST_AT_MOST and (opened := _opened(walk, leaf)) is not None:
            if opened != leaf:
                put(walk.tree, path, opened)
                changed.add(path)
            continue
        if not _DECIMAL.fullmatch(leaf.strip()):
            columns.setdefault(tuple("*" if isinstance(step, int) else step for step in path), []).append(
                (path, leaf)
            )
    for name, rows in columns.items():
        changed |= _mask_column(walk, name, rows)
    return changed


def _opened(walk: _Walk, leaf: str) -> str | None:
    """Return a string that holds a document of its own (JSON, Base64) with that document masked; None if it holds none."""
    if leaf.lstrip()[:1] in {"{", "["}:
        try:
            inner = json.loads(leaf)
        except (ValueError, RecursionError):
            return None
        if not isinstance(inner, (dict, list)) or re.fullmatch(r"\s*\[[A-Z_]+\]\s*", leaf):
            return None
        before = json.dumps(inner)
        mask(inner, walk.knowledge, walk.language, walk.policy, depth=walk.depth + 1)
        return leaf if json.dumps(inner) == before else json.dumps(inner, ensure_ascii=False)
    text = decoded.from_base64(leaf)
    if text is None:
        return None
    found = _findings(walk, text)
    return f"[{found[0].entity.value}]" if found else None


def _findings(walk: _Walk, text: str) -> list[Span]:
    from governance.redaction import text as detector

    found = detector.detect(text, walk.language, policy=walk.policy)
    found = [span for span in found if walk.knowledge.wants(span.entity)]
    return detector.merged([*found, *spans_of_known(text, walk.knowledge, load(walk.language))])


def _mask_column(walk: _Walk, name: tuple[str, ...], rows: list[tuple[Path, str]]) -> set[Path]:
    """Mask one column: read its rows as one text, headed by the column's own name, because `cvv` says a lot."""
    heading = next((step for step in reversed(name) if step != "*"), "")
    heading = re.sub(r"(?<=[a-z])(?=[A-Z])|[_-]+", " ", heading) + ": "
    joint = "\n" if any(" " in row.strip() for _, row in rows) else " "
    offsets, pieces, at = [], [heading], len(heading)
    for _, row in rows:
        offsets.append(at)
        pieces.append(row + joint)
        at += len(row) + len(joint)
    found = [span for span in _findings(walk, "".join(pieces)) if span.end > len(heading)]
    cuts: dict[int, list[Span]] = {}
    for span in found:
        first = max(0, bisect_right(offsets, span.start) - 1)
        last = bisect_right(offsets, span.end - 1) - 1
        for at in range(first, last + 1):
            start = max(0, span.start - offsets[at])
            end = min(len(rows[at][1]), span.end - offsets[at])
            if end > start:
                cuts.setdefault(at, []).append(Span(start, end, span.entity, span.score, span.because))
    for at, spans in cuts.items():
        put(walk.tree, rows[at][0], rules.masked(rows[at][1], spans, walk.language, walk.policy))
    return {rows[at][0] for at in cuts}


def _mask_by_time(walk: _Walk) -> set[Path]:
    """Mask what else was written for the moments of a finding: other hypotheses, other spellings."""
    changed: set[Path] = set()
    if not walk.knowledge.times:
        return changed
    pending: list[tuple[Path, Any, str]] = [((), walk.tree, "")]
    while pending:
        path, value, inside = pending.pop()
        if isinstance(value, dict):
            inside = walk.knowledge.covers(value) if walk.knowledge.has_times(value) else inside
            pending.extend(((*path, key), item, inside) for key, item in value.items())
        elif isinstance(value, list):
            pending.extend(((*path, index), item, inside) for index, item in enumerate(value))
        elif (
            inside
            and isinstance(value, str)
            and path not in walk.skip
            and _is_spoken_and_open(walk, path, value)
        ):
            put(walk.tree, path, f"[{inside}]")
            changed.add(path)
    return changed


def _is_spoken_and_open(walk: _Walk, path: Path, value: str) -> bool:
    return walk.knowledge.is_spoken(path) and not value.startswith("[")


def _mask_keys(walk: _Walk, tree: Any) -> None:
    """Mask findings in the names of an object's fields, keeping their order and keeping them apart."""
    pending = [tree]
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            pending.extend(value)
        elif isinstance(value, dict):
            pending.extend(value.values())
            renamed = {key: _masked_key(walk, key) for key in value if re.search(r"\d", key)}
            if any(key != new for key, new in renamed.items()):
                _rename(value, renamed)


def _masked_key(walk: _Walk, key: str) -> str:
    found = [
        span for span in _findings(walk, key) if span.entity in {Entity.PAN, Entity.TRACK} or len(key) < 5
    ]
    return rules.masked(key, found, walk.language, walk.policy)


def _rename(value: dict[str, Any], renamed: dict[str, str]) -> None:
    items = list(value.items())
    value.clear()
    for key, item in items:
        new = renamed.get(key, key)
        count = 2
        while new in value:
            new = f"{renamed.get(key, key)} ({count})"
            count += 1
        value[new] = item
