"""The structure walk: masks every copy of a finding in a document, wherever a vendor has put it.

What stands in a document is noted once (`survey`). Strings are examined a column at a time; what a column cannot show is
found by its value, by its time, or, for numbers and lists of numbers, by decoding them. Names of fields are examined too.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from governance.redaction import digits, rules
from governance.redaction.languages import Language, load
from governance.redaction.spans import Span
from governance.redaction.transcripts import decoded, keys, media, names, parsing
from governance.redaction.transcripts.copies import Copies, Cut, Row
from governance.redaction.transcripts.knowledge import Knowledge
from governance.redaction.transcripts.moments import Clock
from governance.redaction.transcripts.survey import Column, Leaf, Survey, survey

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy

__all__ = ["Knowledge", "get", "leaves", "mask", "put", "remains"]

Path = tuple[str | int, ...]
Place = tuple[int, str | int]
# A time or a probability written as a string, or a duration: 12.345, 0.98, 1.3s, PT1M2.5S.
_MOMENT = re.compile(r"-?\d{1,7}[.,]\d{1,10}s?|PT(?:\d{1,4}H)?(?:\d{1,4}M)?(?:\d{1,7}(?:[.,]\d{1,9})?S)?")
_LABEL = re.compile(r"\[[A-Z][A-Z_]*(?: [^\]\s]{1,24})?\]")
_NEST_AT_MOST = 4
_SHORTEST_OPENED = 16  # characters of Base64 that could hold anything
_SAID_AGAIN = 8
_SAYING_NOTHING = frozenset(
    ("word", "punctuated_word", "text", "content", "Content", "transcript", "message", "char", "body")
)


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


def place(tree: Any, path: Path) -> Place:
    """Return what a string is known by while its document stands: the identity of what holds it, and its key there."""
    return id(get(tree, path[:-1])), path[-1]


@dataclass
class _Walk:
    knowledge: Knowledge
    language: Language
    policy: RedactionPolicy | None
    clock: Clock
    copies: Copies
    twins: Mapping[Place, str]
    depth: int = 0
    seen: dict[str, list[Span]] = field(default_factory=dict)  # what was found in texts looked at before


def mask(
    tree: Any,
    knowledge: Knowledge,
    copies: Copies,
    language: str,
    policy: RedactionPolicy | None = None,
    *,
    clock: Clock | None = None,
    skip: frozenset[Place] = frozenset(),
    twins: Mapping[Place, str] = MappingProxyType({}),
    depth: int = 0,
) -> Survey:
    """Mask, in place, every finding and every copy of one in `tree`, and return what was found in it.

    `copies` knows the words that were masked already, and what repeats them. `skip` are strings that are no text, or whose words were masked by their own place already: by the identity of what
    holds them, and their key. `twins` are strings that spell one masked word again, likewise, with what stands there afterwards.
    """
    walk = _Walk(knowledge, load(language), policy, clock or Clock(), copies, twins, depth)
    attendant = _Attendant(keys.are_wanted(knowledge, policy), decoded.Numbers(knowledge, walk.language.code))
    found = survey(tree, knowledge, walk.clock, attendant, skip)
    for leaf in found.bound:
        if "[" in leaf.text and _LABEL.search(leaf.text):
            leaf.put(leaf.text)
    for column in found.columns:
        _mask_column(walk, column)
    _mask_by_time(found)
    _mask_other_hypotheses(walk, found)
    decoded.mask_lists(found.lists, knowledge, walk.language.code)
    names.mask(found, lambda text: _findings(walk, text), walk.language.code, policy)
    return found


class _Attendant:
    """Clears what is no text while the document is noted: keys pressed, sound, numbers that are card data."""

    def __init__(self, clears_keys: bool, numbers: decoded.Numbers) -> None:
        self._clears_keys = clears_keys
        self.take_number = numbers.mask
        # Objects with the same names are judged once.
        self._concerned: dict[tuple[str, ...], bool] = {}

    def take_object(self, item: dict[str, Any]) -> None:
        """Clear an object that tells of a key or holds sound."""
        kind = tuple(item)
        concerned = self._concerned.get(kind)
        if concerned is None:
            concerned = self._concerned[kind] = media.is_concerned(kind) or keys.is_concerned(kind)
        if concerned:
            media.clear(item)
            if self._clears_keys:
                keys.clear(item)


def remains(found: Survey, knowledge: Knowledge, language: Language) -> bool:
    """Return whether a document still holds, in any string, a finding that nobody could take for something else."""
    if not knowledge.has_telling():
        return False
    # Each text once: a call says a few hundred words ten thousand times.
    texts = dict.fromkeys(leaf.text for column in found.columns for leaf in column.leaves)
    texts |= dict.fromkeys(leaf.text for leaf in found.bound)
    texts |= dict.fromkeys(name for holder in found.objects for name in holder.value)
    joined = names.APART.join(text for text in texts if not _is_moment(text))
    return any(knowledge.is_left_in(group) for group in digits.groups(joined, language))


def _mask_column(walk: _Walk, column: Column) -> None:
    """Mask one column: where it repeats the words, as they were masked; the rest is judged as a text.

    What is judged is read as one text with all rows of the column, headed by its own name, because `cvv` says a lot.
    """
    rows = [leaf for leaf in column.leaves if not _is_label(leaf.text) and not _was_opened(walk, leaf)]
    # Within a list of words, what looks like a time is one of them.
    rows = [leaf for leaf in rows if column.is_spoken or not _is_moment(leaf.text)]
    texts = [row.text for row in rows]
    told = walk.copies.rows(texts) if _may_repeat(column, texts) else None
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


def _is_label(text: str) -> bool:
    return text[0] == "[" and bool(_LABEL.fullmatch(text))


def _may_repeat(column: Column, texts: Sequence[str]) -> bool:
    """Whether a column could repeat the words: thousands of rows that say the same few things are speakers and kinds."""
    if column.is_named_otherwise or not texts:
        return False
    return column.is_spoken or len(set(texts)) * _SAID_AGAIN > len(texts)


def _judged(
    walk: _Walk, column: Column, rows: Sequence[str], judged: Mapping[int, Sequence[tuple[int, int]]] | None
) -> dict[int, Row]:
    """Return what is cut from rows because of what is found in them as a text, in the characters that are `judged`: None is all."""
    if judged is not None and all(_is_moment(rows[at]) for at in judged):
        return {}
    places = [at for at, text in enumerate(rows) if not _is_moment(text)]
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


def _masked(walk: _Walk, text: str, spans: Iterable[Span]) -> list[Cut]:
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


def _cuts(walk: _Walk, heading: str, texts: Sequence[str]) -> dict[int, list[Span]]:
    """Return what is to be masked in the rows of a column, by their number."""
    distinct = dict.fromkeys(texts)
    if len(distinct) * _SAID_AGAIN <= len(texts) and not _may_join(walk, distinct):
        # Thousands of rows that say the same few things, speakers and kinds of words: each is looked at once.
        alone = _cuts_in(walk, heading, list(distinct), names.APART)
        found = {text: alone[at] for at, text in enumerate(distinct) if at in alone}
        return {at: found[text] for at, text in enumerate(texts) if text in found} if found else {}
    return _cuts_in(walk, heading, texts, "\n" if any(" " in text.strip() for text in texts) else " ")


def _may_join(walk: _Walk, texts: Iterable[str]) -> bool:
    """Whether a number may go on from one of these texts to the next: one of them begins with a number."""
    at, begins = 0, set()
    for text in texts:
        begins.add(at + len(text) - len(text.lstrip()))
        at += len(text) + len(names.APART)
    return any(group.start in begins for group in digits.groups(names.APART.join(texts), walk.language))


def _cuts_in(walk: _Walk, heading: str, texts: Sequence[str], joint: str) -> dict[int, list[Span]]:
    offsets, at = [], len(heading)
    for text in texts:
        offsets.append(at)
        at += len(text) + len(joint)
    cuts: dict[int, list[Span]] = {}
    for span in _findings(walk, heading + joint.join(texts)) if texts else ():
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


def _is_moment(text: str) -> bool:
    """Whether a string is a time, a duration or a probability: as many as words, and none of them says anything."""
    return text[:1] in "0123456789-P" and bool(_MOMENT.fullmatch(text))


def _was_opened(walk: _Walk, leaf: Leaf) -> bool:
    """Mask a string that holds a document of its own (JSON, Base64) as a document; False if it holds none."""
    if len(leaf.text) < _SHORTEST_OPENED and leaf.text[0] not in "{[":
        return False
    if walk.depth >= _NEST_AT_MOST:
        return False
    if leaf.text.lstrip()[:1] in {"{", "["}:
        return _was_json(walk, leaf)
    if media.is_media(leaf.text):
        leaf.put("")
        return True
    text = decoded.from_base64(leaf.text)
    if text is None:
        return False
    if found := _findings(walk, text):
        leaf.put(f"[{found[0].entity.value}]")
    return True


def _was_json(walk: _Walk, leaf: Leaf) -> bool:
    if _LABEL.match(leaf.text.lstrip()):
        return False
    try:
        inner = parsing.parsed(leaf.text)
    except (ValueError, RecursionError):
        return False
    if not isinstance(inner, (dict, list)) or parsing.is_deeper(inner, parsing.DEEPEST):
        return False
    before = json.dumps(inner)
    mask(
        inner,
        walk.knowledge,
        walk.copies,
        walk.language.code,
        walk.policy,
        clock=walk.clock,
        depth=walk.depth + 1,
    )
    after = json.dumps(inner)
    if after != before:
        written = json.dumps(inner, ensure_ascii=False)
        leaf.put(after if any("\ud800" <= sign <= "\udfff" for sign in written) else written)
    return True


def _findings(walk: _Walk, text: str) -> list[Span]:
    from governance.redaction import text as detector

    if text not in walk.seen:
        found = detector.detect(text, walk.language.code, policy=walk.policy)
        found = [span for span in found if walk.knowledge.wants(span.entity)]
        known = walk.knowledge.spans(text, walk.language)
        walk.seen[text] = detector.merged([*found, *known]) if known else found
    return walk.seen[text]


def _mask_by_time(found: Survey) -> None:
    """Mask what else was written for the moments of a finding: other hypotheses, other spellings."""
    for leaf in found.timed:
        said = leaf.text.strip()
        covering = leaf.holder.covering or (leaf.holder.mostly if " " not in said else "")
        if leaf.is_settled:
            continue
        if covering and any(map(str.isalnum, said)) and not _LABEL.fullmatch(said):
            leaf.put(f"[{covering}]")


def _mask_other_hypotheses(walk: _Walk, found: Survey) -> None:
    """Mask every number in what else may have been said where something was masked.

    Another hypothesis has other digits than the finding, and mostly the right ones: no value and no question tells which.
    """
    if not walk.knowledge.found_anything:
        return
    for column in found.columns:
        for leaf in column.leaves:
            if not leaf.is_settled and leaf.holder.is_other_hypothesis() and not _is_moment(leaf.text):
                numbers = digits.groups(leaf.text, walk.language)
                spans = [Span(one.start, one.end, walk.knowledge.kind, 1.0, "") for one in numbers]
                if spans and column.is_spoken:
                    leaf.put(rules.masked(leaf.text, spans, walk.language.code))
