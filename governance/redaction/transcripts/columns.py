"""Columns of strings: what in them repeats the words is masked as those were, and the rest is judged as a text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from governance.redaction import digits, rules
from governance.redaction.languages import Language
from governance.redaction.spans import Span
from governance.redaction.transcripts import copies, decoded, names
from governance.redaction.transcripts.copies import Cut, Row
from governance.redaction.transcripts.knowledge import Knowledge
from governance.redaction.transcripts.moments import Clock
from governance.redaction.transcripts.said import Said
from governance.redaction.transcripts.survey import Column, Leaf

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy

# A time or a probability written as a string, or a duration: 12.345, 0.98, 1.3s, PT1M2.5S.
_MOMENT = re.compile(r"-?\d{1,7}[.,]\d{1,10}s?|PT(?:\d{1,4}H)?(?:\d{1,4}M)?(?:\d{1,7}(?:[.,]\d{1,9})?S)?")
LABEL = re.compile(r"\[[A-Z][A-Z_]*(?: [^\]\s]{1,24})?\]")
Place = tuple[int, str | int]
"""A string of a document that stands: the identity of what holds it, and its key there."""

_SAID_AGAIN = 8
_SAYING_NOTHING = frozenset(
    ("word", "punctuated_word", "text", "content", "Content", "transcript", "message", "char", "body")
)


@dataclass
class Walk:
    """What is known while one document is walked through."""

    knowledge: Knowledge
    language: Language
    policy: RedactionPolicy | None
    clock: Clock
    said: Said
    twins: Mapping[Place, str]
    depth: int = 0
    seen: dict[str, list[Span]] = field(default_factory=dict)  # what was found in texts looked at before


def mask(walk: Walk, column: Column, leaves: Sequence[Leaf]) -> None:
    """Mask these leaves of a column: where they repeat the words, as those were masked; the rest is judged as a text.

    What is judged is read as one text with all rows of the column, headed by its own name, because `cvv` says a lot.
    """
    # Within a list of words, what looks like a time is one of them.
    rows = [leaf for leaf in leaves if column.is_spoken or not is_moment(leaf.text)]
    texts = [row.text for row in rows]
    told = copies.rows(walk.said, texts) if _may_repeat(column, texts) else None
    if told is None:
        told = _judged(walk, column, texts, None)
    else:
        for at, leaf in enumerate(rows):
            leaf.is_settled = at not in told or not told[at].open
        judged = _judged(walk, column, texts, {at: row.open for at, row in told.items() if row.open})
        for at, row in judged.items():
            told[at].cuts += row.cuts
    for at, row in told.items():
        if row.cuts:
            rows[at].put(_cut(texts[at], row.cuts))
    for leaf in rows if walk.twins else ():
        if (twin := walk.twins.get((id(leaf.holder.value), leaf.key))) is not None:
            leaf.is_settled = True
            leaf.put(twin)


def is_label(text: str) -> bool:
    """Return whether a string is a mask and nothing else."""
    return text[0] == "[" and bool(LABEL.fullmatch(text))


def _may_repeat(column: Column, texts: Sequence[str]) -> bool:
    """Whether a column could repeat the words: thousands of rows that say the same few things are speakers and kinds."""
    if column.is_named_otherwise or not texts:
        return False
    return column.is_spoken or len(set(texts)) * _SAID_AGAIN > len(texts)


def _judged(
    walk: Walk, column: Column, rows: Sequence[str], judged: Mapping[int, Sequence[tuple[int, int]]] | None
) -> dict[int, Row]:
    """Return what is cut from rows because of what is found in them as a text, in the characters that are `judged`: None is all."""
    if judged is not None and all(is_moment(rows[at]) for at in judged):
        return {}
    places = [at for at, text in enumerate(rows) if not is_moment(text)]
    texts = [rows[at] for at in places]
    # What only says that words stand here says nothing, and copies under such names are then the same text.
    heading = "" if column.name in _SAYING_NOTHING else decoded.heading(column.name) + ": "
    found: dict[int, Row] = {}
    for at, spans in _cuts(walk, heading, texts).items():
        inside = spans if judged is None else _within(spans, judged.get(places[at], ()))
        if inside:
            found[places[at]] = Row(_masked(walk, texts[at], inside))
    return found


def _within(spans: Iterable[Span], stretches: Sequence[tuple[int, int]]) -> list[Span]:
    return [
        replace(span, start=max(span.start, start), end=min(span.end, end))
        for span in spans
        for start, end in stretches
        if span.start < end and start < span.end
    ]


def _masked(walk: Walk, text: str, spans: Iterable[Span]) -> list[Cut]:
    """Return how spans of a text are cut: those that overlap as one."""
    apart: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if apart and span.start < apart[-1].end:
            apart[-1] = replace(apart[-1], end=max(apart[-1].end, span.end))
        else:
            apart.append(span)
    said = [text[span.start : span.end] for span in apart]
    shown = rules.replacements(apart, said, walk.language.code, walk.policy)
    return [Cut(span.start, span.end, mask) for span, mask in zip(apart, shown, strict=True)]


def _cut(text: str, cuts: Iterable[Cut]) -> str:
    """Return a text with its cuts made; of what overlaps the first says what stands there."""
    pieces: list[str] = []
    at = 0
    for start, end, shown in sorted(cuts):
        if start >= at:
            pieces += [text[at:start], shown]
        at = max(at, end)
    return "".join([*pieces, text[at:]])


def _cuts(walk: Walk, heading: str, texts: Sequence[str]) -> dict[int, list[Span]]:
    """Return what is to be masked in the rows of a column, by their number."""
    distinct = dict.fromkeys(texts)
    if len(distinct) * _SAID_AGAIN <= len(texts) and not _may_join(walk, distinct):
        # Thousands of rows that say the same few things, speakers and kinds of words: each is looked at once.
        alone = _cuts_in(walk, heading, list(distinct), names.APART)
        found = {text: alone[at] for at, text in enumerate(distinct) if at in alone}
        return {at: found[text] for at, text in enumerate(texts) if text in found} if found else {}
    return _cuts_in(walk, heading, texts, "\n" if any(" " in text.strip() for text in texts) else " ")


def _may_join(walk: Walk, texts: Iterable[str]) -> bool:
    """Whether a number may go on from one of these texts to the next: one of them begins with a number."""
    at, begins = 0, set()
    for text in texts:
        begins.add(at + len(text) - len(text.lstrip()))
        at += len(text) + len(names.APART)
    return any(group.start in begins for group in digits.groups(names.APART.join(texts), walk.language))


def _cuts_in(walk: Walk, heading: str, texts: Sequence[str], joint: str) -> dict[int, list[Span]]:
    offsets, at = [], len(heading)
    for text in texts:
        offsets.append(at)
        at += len(text) + len(joint)
    cuts: dict[int, list[Span]] = {}
    for span in findings(walk, heading + joint.join(texts)) if texts else ():
        if span.end <= len(heading):
            continue
        first = max(0, bisect_right(offsets, span.start) - 1)
        last = bisect_right(offsets, span.end - 1) - 1
        for at in range(first, last + 1):
            start = max(0, span.start - offsets[at])
            end = min(len(texts[at]), span.end - offsets[at])
            if end > start:
                cuts.setdefault(at, []).append(replace(span, start=start, end=end))
    return cuts


def is_moment(text: str) -> bool:
    """Whether a string is a time, a duration or a probability: as many as words, and none of them says anything."""
    return text[:1] in "0123456789-P" and bool(_MOMENT.fullmatch(text))


def findings(walk: Walk, text: str) -> list[Span]:
    """Return what must not be read in a text, judged by itself and by what is known; a text is judged once."""
    from governance.redaction import text as detector

    if text not in walk.seen:
        found = detector.detect(text, walk.language.code, policy=walk.policy)
        found = [span for span in found if walk.knowledge.wants(span.entity)]
        known = walk.knowledge.spans(text, walk.language)
        walk.seen[text] = detector.merged([*found, *known]) if known else found
    return walk.seen[text]
