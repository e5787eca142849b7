"""What follows from findings: where they lie in time, how wide the cut is, and what stands in the text instead.

Pure. Widening is one-sided on purpose: a time that is a guess is widened until it cannot be wrong, and a finding that
has no time at all is handed back as unlocated, so that nobody mistakes it for one that was cut out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from governance.redaction import placement, tokens
from governance.redaction.dictated import digits_in
from governance.redaction.spans import (
    CARD_DATA,
    SAD,
    Certainty,
    Entity,
    Span,
    TimeSpan,
    Timing,
    Word,
)
from governance.redaction.wordtimes import WordTimes

if TYPE_CHECKING:
    from governance.policy.redaction import AudioAction, RedactionPolicy, TranscriptTreatment
    from governance.redaction.digitruns import DigitRun
    from governance.redaction.text import WordSpan

_ORDER = (Timing.EXACT, Timing.INTERPOLATED, Timing.TURN, Timing.NONE)
_KEPT_LAST, _KEPT_BIN = 4, 6
_SHOWN_FROM = 13  # a shorter number would be shown almost whole
_SHOWING = frozenset({"last_four", "bin_and_last_four"})


@dataclass(frozen=True, slots=True)
class Unlocated:
    """A finding in words that have no time: it is known to be in the sound, but not where."""

    entity: Entity
    score: float
    turn: int
    because: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens to one recording's findings, and why.

    `spans` are cut out of the sound (the guard band comes on top); `suspected_sad` keeps the recording in quarantine
    until a person has decided.
    """

    spans: tuple[TimeSpan, ...]
    unlocated: tuple[Unlocated, ...]
    suspected_sad: bool
    because: str


def decide(
    words: Sequence[Word],
    found: Sequence[WordSpan],
    policy: RedactionPolicy | None = None,
    runs: Sequence[DigitRun] = (),
) -> Decision:
    """Return what is cut out of the sound for these findings, and what cannot be; `runs` are digits heard in the sound.

    A finding without a time is never dropped: it stands in `unlocated`, and the sound is not redacted until it is
    found there by another way.
    """
    audible = [one for one in found if audio_action(one.entity, policy) != "keep"]
    spans, unlocated = locate(words, audible, runs)
    suspected = any(
        one.entity in SAD and Span(0, 0, one.entity, one.score, "").certainty is Certainty.SUSPECTED
        for one in found
    )
    if unlocated:
        because = (
            f"{len(unlocated)} of {len(audible)} findings have no time, so their sound cannot be cut out"
        )
    elif suspected:
        because = "sensitive authentication data is suspected; a person decides"
    else:
        because = (
            f"{len(audible)} findings have a place in the sound"
            if audible
            else "nothing was found in the words"
        )
    return Decision(tuple(spans), tuple(unlocated), suspected, because)


def locate(
    words: Sequence[Word], found: Iterable[WordSpan], runs: Sequence[DigitRun] = ()
) -> tuple[list[TimeSpan], list[Unlocated]]:
    """Return when findings were spoken, one time span for each channel they touch, and those that have no time.

    Interpolated times are widened over the whole neighbouring words. Words of a turn, sentence or cue have its times: all of it.
    Where `runs` of digits were heard in the sound, such a span is narrowed to them if they can be all of the number.
    """
    times = WordTimes(words) if runs else None
    spans: list[TimeSpan] = []
    unlocated: list[Unlocated] = []
    for one in found:
        inside = words[one.first : one.last + 1]
        if any(not _has_place(word) for word in inside):
            unlocated.append(Unlocated(one.entity, one.score, words[one.first].turn, one.because))
        for channel in dict.fromkeys(word.channel for word in inside):
            places = [at for at in range(one.first, one.last + 1) if words[at].channel == channel]
            timed = [at for at in places if words[at].start_ms is not None and words[at].end_ms is not None]
            if not timed:
                continue
            timing = max((words[at].timing for at in timed), key=_ORDER.index)
            start, end = _extent(words, timed, timing)
            if end > start:
                span = TimeSpan(start, end, channel, one.entity, timing, one.score, one.because)
                if times is not None and placement.is_vague(span):
                    span = placement.narrowed(span, _digits_around(words, times, timed, span), runs)
                spans.append(span)
            else:
                unlocated.append(Unlocated(one.entity, one.score, words[places[0]].turn, one.because))
    return merged(spans), unlocated


def _digits_around(words: Sequence[Word], times: WordTimes, own: Sequence[int], span: TimeSpan) -> int:
    """Return how many digits may be heard in and near a span: those of its own words, and all that others say there.

    A word of the finding is one digit at least. English is what the model that heard them knows.
    """
    first, last = span.start_ms - placement.REACH_MS, span.end_ms + placement.REACH_MS
    mine = frozenset(own)
    others = [
        word.text
        for word in times.around(first, last, span.channel)
        if word.number not in mine and word.start_ms < last and word.end_ms > first
    ]
    digits = sum(max(sum(sign.isdecimal() for sign in words[at].text), 1) for at in own)
    return digits + len(digits_in(" ".join(others), "en"))


def guarded(spans: Iterable[TimeSpan], policy: RedactionPolicy) -> list[TimeSpan]:
    """Return the spans with the policy's guard band on both sides, as wide as their times are worth little."""
    bands = ((span, policy.guard_ms(span.timing) if span.is_data else 0) for span in spans)
    return [replace(one, start_ms=one.start_ms - ms, end_ms=one.end_ms + ms) for one, ms in bands]


def _has_place(word: Word) -> bool:
    """Whether a word says where it can be heard: one that begins and ends in the same moment does not."""
    if word.start_ms is None or word.end_ms is None or word.timing is Timing.NONE:
        return False
    return word.timing is not Timing.EXACT or word.end_ms != word.start_ms


def _extent(words: Sequence[Word], places: Sequence[int], timing: Timing) -> tuple[int, int]:
    first, last = words[places[0]], words[places[-1]]
    inside = [words[at] for at in places]
    if timing is Timing.INTERPOLATED:
        before = _neighbour(words, places[0], -1) if first.timing is not Timing.EXACT else first
        after = _neighbour(words, places[-1], 1) if last.timing is not Timing.EXACT else last
        inside = [*inside, before, after]
    # Both ends of every word: some sources write them the wrong way round.
    moments = [moment for word in inside for moment in (word.start_ms, word.end_ms) if moment is not None]
    return min(moments), max(moments)


def _neighbour(words: Sequence[Word], at: int, step: int) -> Word:
    """Return the nearest word of the same channel that has a time of its own; the word itself at the edge."""
    place = at + step
    while 0 <= place < len(words):
        word = words[place]
        if word.channel == words[at].channel and word.timing is Timing.EXACT:
            return word
        place += step
    return words[at]


def merged(spans: Iterable[TimeSpan]) -> list[TimeSpan]:
    """Return time spans in order, those of one channel and entity that overlap or touch made one."""
    result: list[TimeSpan] = []
    order = sorted(
        spans, key=lambda s: (s.channel is not None, s.channel or 0, s.entity, s.start_ms, s.end_ms)
    )
    for span in order:
        last = result[-1] if result else None
        if (
            last
            and (last.channel, last.entity) == (span.channel, span.entity)
            and span.start_ms <= last.end_ms
        ):
            worst = max(last.timing, span.timing, key=_ORDER.index)
            best = max(last, span, key=lambda one: one.score)
            end = max(last.end_ms, span.end_ms)
            result[-1] = TimeSpan(
                last.start_ms, end, last.channel, last.entity, worst, best.score, best.because
            )
        else:
            result.append(span)
    return sorted(result, key=lambda span: (span.start_ms, span.end_ms))


def audio_action(entity: Entity, policy: RedactionPolicy | None) -> AudioAction:
    """Return what happens to an entity in the sound; silence where nothing is said about it."""
    treatment = policy.treatment(entity.value) if policy is not None else None
    return treatment.audio if treatment is not None else "silence"


def text_treatment(entity: Entity, policy: RedactionPolicy | None) -> TranscriptTreatment:
    """Return what stands in a text instead of an entity.

    SAD is never shown in part, whatever is asked for (PCI DSS 3.3.1), and a BIN is shown of a PAN only (3.4.1). Of card
    data only a PAN has a token: there are few expiry dates, and keys may be a code.
    """
    treatment = policy.treatment(entity.value) if policy is not None else None
    chosen = treatment.transcript if treatment is not None else "label"
    if entity in SAD and chosen != "remove":
        return "label"
    if chosen == "bin_and_last_four" and entity is not Entity.PAN:
        return "label"
    if chosen == "token" and entity in CARD_DATA and entity is not Entity.PAN:
        return "label"
    return chosen


def replacement(entity: Entity, digits: str, policy: RedactionPolicy | None = None) -> str:
    """Return what stands in a text instead of a finding with these digits: `[PAN]`, `[PAN ****1111]`, or nothing.

    Parts are shown only of a number long enough that what stays hidden is most of it. Where the policy gives tokens this
    is the label: the token of a finding depends on the others, and `replacements` has it.
    """
    chosen = text_treatment(entity, policy)
    if chosen == "remove":
        return ""
    if len(digits) < _SHOWN_FROM or chosen not in _SHOWING:
        return f"[{entity.value}]"
    hidden = "*" * (len(digits) - _KEPT_LAST - (_KEPT_BIN if chosen == "bin_and_last_four" else 0))
    shown = digits[:_KEPT_BIN] if chosen == "bin_and_last_four" else ""
    return f"[{entity.value} {shown}{hidden}{digits[-_KEPT_LAST:]}]"


def replacements(
    found: Sequence[Span | WordSpan],
    said: Sequence[str],
    language: str = "en",
    policy: RedactionPolicy | None = None,
) -> list[str]:
    """Return what stands in a text instead of each finding, given what was said there, in the order of the talk.

    All of a text together, because a number said in pieces has one token, which stands at its first piece. Raises
    `ConfigurationError` where the policy gives tokens and has no key for them: nothing is masked by less than was asked.
    """
    chosen = [text_treatment(one.entity, policy) for one in found]
    digits = [
        digits_in(text, language) if how in _SHOWING or (how == "token" and one.entity is Entity.PAN) else ""
        for one, text, how in zip(found, said, chosen, strict=True)
    ]
    shown = [replacement(one.entity, own, policy) for one, own in zip(found, digits, strict=True)]
    if policy is None or "token" not in chosen:
        return shown
    numbers = tokens.whole([(one.number, own) for one, own in zip(found, digits, strict=True)])
    for at, one in enumerate(found):
        if chosen[at] == "token":
            of = numbers[at] if one.entity is Entity.PAN else tokens.spelling(one.entity.value, said[at])
            # Asked for even where there is nothing to give one of, so that a missing key shows at once.
            token = policy.token(one.entity.value, of)
            shown[at] = f"[{one.entity.value} {token}]" if of else f"[{one.entity.value}]"
    return shown


def masked(
    text: str, spans: Iterable[Span], language: str = "en", policy: RedactionPolicy | None = None
) -> str:
    """Return `text` with every span replaced as the policy says; the rest is untouched, character by character.

    Spans that overlap are masked as one, by the name of the first: nothing of either stays.
    """
    apart: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if apart and span.start < apart[-1].end:
            apart[-1] = replace(apart[-1], end=max(apart[-1].end, span.end))
        else:
            apart.append(span)
    pieces: list[str] = []
    at = 0
    shown = replacements(apart, [text[span.start : span.end] for span in apart], language, policy)
    for span, mask in zip(apart, shown, strict=True):
        pieces += [text[at : span.start], mask]
        at = span.end
    return "".join([*pieces, text[at:]])
