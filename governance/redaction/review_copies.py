"""The copies of what a person widened: words that no detector knows stand in segments, summaries and captions as well.

Pure. The words are looked for as they were said, in every string of the document that they were not read from, over rows
and lines, whatever stands between them. A phrase of theirs that stands elsewhere goes too: more, never less.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from governance.redaction.review_places import MASK
from governance.redaction.review_rules import Judged
from governance.redaction.spans import Entity
from governance.redaction.transcripts import walk

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy
    from governance.redaction.spans import Word
    from governance.redaction.text import WordSpan
    from governance.redaction.transcripts.document import Path, TranscriptDocument

_BETWEEN = r"[^\w\[\]]*"
_MASKS = rf"(?:\[[A-Z][A-Z_]*(?: [^\]\s]{{1,64}})?\]{_BETWEEN})+"
_TELLING = (
    3  # so many words in a row are a copy wherever they stand; fewer only beside the mask they stood beside
)


def redact(
    document: TranscriptDocument,
    found: Sequence[WordSpan],
    judged: Sequence[Judged],
    policy: RedactionPolicy,
    language: str,
    *,
    only: Collection[Entity] | None = None,
) -> TranscriptDocument:
    """Return the document without the findings, as `document.redact` does, and without copies of what people ordered."""
    redacted = document.redact(found, policy, language, only=only)
    ordered = [one for one in judged if one.is_ordered and (only is None or one.entity in only)]
    if not ordered:
        return redacted
    bound = {one.path for one in redacted.bound}
    columns: dict[tuple[str, ...], list[tuple[Path, str]]] = {}
    for path, leaf in walk.leaves(redacted.tree):
        if isinstance(leaf, str) and leaf.strip() and path not in bound and path not in redacted.silent:
            column = tuple("*" if isinstance(step, int) else str(step) for step in path)
            columns.setdefault(column, []).append((path, leaf))
    for one in ordered:
        for pattern in _patterns(document.words[one.first : one.last + 1]):
            for column, rows in columns.items():
                columns[column] = _masked(rows, pattern, f"[{one.entity.value}]")
    for rows in columns.values():
        for path, text in rows:
            walk.put(redacted.tree, path, text)
    return redacted


def _patterns(words: Sequence[Word]) -> Iterator[re.Pattern[str]]:
    """Yield what a copy of the words looks like: all of them, and each longer run of those that no mask hid before."""
    runs = [
        (is_mask, [piece for word in said for piece in re.findall(r"\w+", word.text)])
        for is_mask, said in (
            (key, list(group)) for key, group in groupby(words, lambda word: bool(MASK.fullmatch(word.text)))
        )
    ]
    runs = [(is_mask, said) for is_mask, said in runs if is_mask or said]
    if all(is_mask for is_mask, _ in runs):
        return
    whole = [_MASKS if is_mask else _BETWEEN.join(map(re.escape, said)) for is_mask, said in runs]
    if len(runs) > 1 or len(runs[0][1]) >= _TELLING or any(map(str.isdigit, runs[0][1])):
        yield _pattern(_BETWEEN.join(whole))
    for is_mask, said in runs:
        if not is_mask and len(said) >= _TELLING and len(runs) > 1:
            yield _pattern(_BETWEEN.join(map(re.escape, said)))


def _pattern(said: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){said}(?!\w)", re.IGNORECASE)


def _masked(rows: list[tuple[Path, str]], pattern: re.Pattern[str], label: str) -> list[tuple[Path, str]]:
    """Return the rows of one column without what the pattern finds in them, read as one text."""
    joined = "\n".join(text for _, text in rows)
    starts = [0]
    for _, text in rows:
        starts.append(starts[-1] + len(text) + 1)
    cuts: dict[int, list[tuple[int, int]]] = {}
    for match in pattern.finditer(joined):
        for at in range(bisect_right(starts, match.start()) - 1, bisect_right(starts, match.end() - 1)):
            start, end = max(0, match.start() - starts[at]), min(len(rows[at][1]), match.end() - starts[at])
            if end > start:
                cuts.setdefault(at, []).append((start, end))
    masked = list(rows)
    for at, places in cuts.items():
        path, text = rows[at]
        for start, end in reversed(places):
            tail = " " if text[end - 1].isspace() else ""
            text = text[:start] + label + tail + text[end:]
        masked[at] = (path, text)
    return masked
