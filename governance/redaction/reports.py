"""Redaction without a catalog, text in and text out: what a command or a request gives back, with its report.

A report says what was found and where, by which policy and which detectors, and never holds a digit of it. What the
second look still finds is masked as well and looked at again: too much masked can be lived with, a refusal at every
hundredth call of an archive cannot. What it finds after that is given to nobody.
"""

from __future__ import annotations

import codecs
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from governance.errors import IntegrityError, ResidueError
from governance.redaction import looser, rules, text, tongues, transcripts
from governance.redaction.spans import SAD, Certainty, Span, TimeSpan, Word
from governance.redaction.text import WordSpan

if TYPE_CHECKING:
    from governance.policy import Policies
    from governance.policy.redaction import RedactionPolicy
    from governance.redaction.transcripts.document import TranscriptDocument

_ROUNDS = 2
"""How often what the second look finds is masked before it counts as left."""


@dataclass(frozen=True)
class Redacted:
    """What comes back: the redacted bytes or text, and the report as JSON values."""

    content: str | bytes
    report: dict[str, Any]
    is_json: bool = False
    """Whether the content is JSON: a text of which all was masked begins with a bracket, too."""

    @property
    def text(self) -> str:
        """The content as text, whatever its encoding."""
        if isinstance(self.content, str):
            return self.content
        is_wide = self.content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return self.content.decode("utf-16" if is_wide else "utf-8-sig")


@dataclass(frozen=True, slots=True)
class _Masked:
    """A span of the text that came, and where its mask stands in the text that leaves."""

    span: Span
    start: int
    end: int


def policy_named(policies: Policies) -> dict[str, str]:
    """Return what an answer says of the policy that decided: its version, and the digest of everything that applies."""
    return {"version": policies.redaction.version, "digest": policies.digest}


def redact_text(said: str, policy: RedactionPolicy, language: str | None = None) -> Redacted:
    """Return a text without what the policy removes. Where no language is named, it is recognised.

    Raises `UnsupportedLanguageError`, and `ResidueError` for a text that could not be masked until a second look
    finds nothing more.
    """
    spoken = tongues.spoken(said, language or tongues.AUTO)[0]
    first = text.detect(said, language or tongues.AUTO, policy=policy)
    more: list[Span] = []
    for _ in range(_ROUNDS + 1):
        redacted, places = _mask(said, first, more, policy, spoken)
        # Both looks: what the first finds in its own work would be found again by whoever redacts twice.
        left = [*looser.examine(redacted, spoken), *text.detect(redacted, spoken)]
        if not left:
            spans = [{"start": one.span.start, "end": one.span.end, **_told(one.span)} for one in places]
            found = [one.span for one in places]
            return Redacted(redacted, {"spans": spans, **_about(spoken, policy, found, more)})
        more += _original(left, places)
    raise ResidueError(
        "A second look finds in the redacted text what may be card data, and masking it does not help."
    )


def redact_transcript(data: bytes, policy: RedactionPolicy, language: str | None = None) -> Redacted:
    """Return a transcript of any known format, same structure, without what the policy removes.

    The language the file names outranks `language`; where neither is named, it is recognised. Findings whose words have
    no time stand in the report with null times: they are masked here, but their sound cannot be cut out by this file.

    Raises `UnsupportedFormatError`, `UnsupportedLanguageError`, `IntegrityError` if a copy could not be removed, and
    `ResidueError` for a transcript that could not be masked until a second look finds nothing more.
    """
    document = transcripts.read(data)
    named = document.language or language or tongues.AUTO
    spoken = tongues.spoken(" ".join(word.text for word in document.words), named)[0]
    found = text.detect_words(document.words, named, policy=policy)
    content, found = _removed(document, found, policy, spoken)
    spans, unlocated = rules.locate(document.words, found)
    more: list[Span] = []
    for _ in range(_ROUNDS + 1):
        # Read back, as whoever gets it will read it. Where all was taken away, there is nothing to read.
        again = transcripts.read(content) if content.strip() else None
        left = looser.examine(again.words, spoken) if again is not None else []
        anew = text.detect_words(again.words, spoken) if again is not None else []
        if again is None or not (left or anew):
            report = {
                "spans": [*map(_timed, rules.merged(spans)), *map(_timeless, unlocated)],
                "format": document.format,
                "words": len(document.words),
                **_about(spoken, policy, [Span(0, 0, one.entity, one.score, "") for one in found], more),
            }
            return Redacted(content, report, _is_json(document.tree))
        more += [*left, *(Span(0, 0, one.entity, one.score, one.because) for one in anew)]
        # Without the policy: what only the second look takes for card data is shown in no part.
        content, masked = _removed(again, [*_among_words(left, again.words), *anew], None, spoken)
        late, nowhere = rules.locate(again.words, masked)
        spans, unlocated = [*spans, *late], [*unlocated, *nowhere]
    raise ResidueError(
        "A second look finds in the redacted transcript what may be card data, and masking it does not help."
    )


def _removed(
    document: TranscriptDocument, found: Sequence[WordSpan], policy: RedactionPolicy | None, spoken: str
) -> tuple[bytes, list[WordSpan]]:
    """Return a transcript without the findings, and these with the places where the words say one of them again.

    Raises `IntegrityError` where that does not remove them.
    """
    try:
        return document.redact(found, policy, spoken).dumps(), list(found)
    except IntegrityError:
        everywhere = [*found, *document.repeats(found, spoken)]
        if len(everywhere) == len(found):
            raise
        return document.redact(everywhere, policy, spoken).dumps(), everywhere


def detectors(policy: RedactionPolicy | None = None) -> dict[str, str]:
    """Return the names and versions of the detectors that examine text under a policy."""
    versions = {**text.DETECTORS, **looser.DETECTORS}
    if policy is not None and policy.personal:
        from governance.redaction import personal

        versions["presidio-analyzer"] = personal.version()
    return versions


def _mask(
    said: str, first: Sequence[Span], more: Sequence[Span], policy: RedactionPolicy, language: str
) -> tuple[str, list[_Masked]]:
    """Return the text with the union of both looks masked, and which mask stands for what.

    What the second look alone takes for card data gets a plain label, whatever the policy shows of a number: nobody
    knows where in it the number ends, and its last four digits could be a code (PCI DSS 3.3.1).
    """
    pieces: list[str] = []
    places: list[_Masked] = []
    at = length = 0
    seen = text.merged(more)
    ends = [one.end for one in seen]

    def is_late(span: Span) -> bool:
        after = bisect_right(ends, span.start)
        return after < len(seen) and seen[after].start < span.end

    spans = text.merged([*first, *more])
    early = [span for span in spans if not is_late(span)]
    # All of them at once: a number said in pieces has one token.
    masks = iter(rules.replacements(early, [said[one.start : one.end] for one in early], language, policy))
    for span in spans:
        before = said[at : span.start]
        shown = rules.replacement(span.entity, "") if is_late(span) else next(masks)
        pieces += [before, shown]
        length += len(before)
        places.append(_Masked(span, length, length + len(shown)))
        length, at = length + len(shown), span.end
    return "".join([*pieces, said[at:]]), places


def _original(left: Iterable[Span], places: Sequence[_Masked]) -> Iterator[Span]:
    """Yield what was found in the redacted text, at its place in the text that came."""
    starts = [one.start for one in places]

    def moved(at: int, before: int, *, is_end: bool) -> int:
        if not before:
            return at
        last = places[before - 1]
        if at < last.end:
            return last.span.end if is_end else last.span.start
        return at + last.span.end - last.end

    for span in left:
        start = moved(span.start, bisect_right(starts, span.start), is_end=False)
        end = moved(span.end, bisect_left(starts, span.end), is_end=True)
        yield Span(start, end, span.entity, span.score, _late(span.because))


def _among_words(left: Iterable[Span], words: Sequence[Word]) -> Iterator[WordSpan]:
    """Yield what was found in words joined by spaces as findings among the words; none of them crosses a turn."""
    starts = list(accumulate((len(word.text) + 1 for word in words), initial=0))[:-1]
    for span in left:
        first, last = bisect_right(starts, span.start) - 1, bisect_left(starts, span.end) - 1
        for at in range(first, last + 1):
            if at == first or words[at].turn != words[at - 1].turn:
                begun = at
            if at == last or words[at + 1].turn != words[at].turn:
                start = max(span.start - starts[begun], 0)
                end = min(span.end - starts[at], len(words[at].text))
                yield WordSpan(begun, at, start, end, span.entity, span.score, _late(span.because))


def _is_json(tree: Any) -> bool:
    """Whether a document's tree is parsed JSON and not the lines of a text."""
    return not isinstance(tree, list) or not all(isinstance(line, str) for line in tree)


def _late(because: str) -> str:
    return f"the second look: {because}"


def _told(span: Span | TimeSpan | rules.Unlocated) -> dict[str, Any]:
    return {"entity": span.entity.value, "score": round(span.score, 3), "because": span.because}


def _timed(span: TimeSpan) -> dict[str, Any]:
    place = {"start_ms": span.start_ms, "end_ms": span.end_ms, "channel": span.channel}
    return {**place, "timing": span.timing.value, **_told(span)}


def _timeless(one: rules.Unlocated) -> dict[str, Any]:
    return {"start_ms": None, "end_ms": None, "channel": None, "timing": "none", **_told(one)}


def _about(
    language: str, policy: RedactionPolicy, found: Sequence[Span], more: Sequence[Span]
) -> dict[str, Any]:
    suspected = any(span.entity in SAD and span.certainty is Certainty.SUSPECTED for span in (*found, *more))
    return {
        "language": language,
        "policy": policy.version,
        "detectors": detectors(policy),
        "suspected_sad": suspected,
        "second_look": "masked_more" if more else "clean",
    }
