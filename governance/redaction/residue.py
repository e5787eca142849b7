"""The second look: what is left in a rendition as it was stored, found by other and looser means than the first.

The first look decides what to cut; this one believes nothing of it. It decodes the stored bytes, asks whether every
cut is silent, listens for keypad tones with a detector of another make, and wants to know of every stretch in which
somebody may be speaking that a transcript covers it. The words themselves are examined by `looser`. Three answers:

    clean           examined, and nothing is left
    residue         something is left
    not_examined    there is something nobody looked into: speech without words, a language without a detector

Only the first of them may open a quarantine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, BinaryIO

from governance.errors import InvalidError
from governance.redaction import audio, digitruns, spokendigits, unwritten
from governance.redaction.coverage import uncovered
from governance.redaction.digitmodel import Ear
from governance.redaction.digitruns import DigitRun
from governance.redaction.languages import UnsupportedLanguageError
from governance.redaction.spans import Cut, Entity, Place, Span, TimeSpan, Word
from governance.redaction.speech import Listener
from governance.redaction.speech import Stretch as Spoken
from governance.redaction.tonepeaks import LooseDetector, Peak, together
from governance.redaction.treatment import Check, Treatment, plan

if TYPE_CHECKING:
    from governance.policy.redaction import SpokenDigits

DETECTORS = {"tonepeaks": "1", "speech": "2", "treatment": "1", **spokendigits.DETECTORS}
"""Names and versions of what looks here: they stand in every report and decide what is examined again."""

_KEYS_AT_LEAST = 3
_KEYS_GAP_MS = 3_500
_AROUND_KEYS_MS = 100
_BEYOND_MS = 2_000

Looser = Callable[[Sequence[Word], str | None], Sequence[Span]]


class Verdict(StrEnum):
    """What the second look came to."""

    CLEAN = "clean"
    RESIDUE = "residue"
    NOT_EXAMINED = "not_examined"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the second look holds against a rendition; `because` holds nothing of the data."""

    verdict: Verdict
    because: str
    entity: Entity | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    channel: int | None = None


@dataclass(frozen=True, slots=True)
class Examination:
    """The answer: `outcome` is the worst of the findings, `because` says it in a sentence."""

    outcome: Verdict
    findings: tuple[Finding, ...]
    because: str

    @property
    def is_clean(self) -> bool:
        """Whether the rendition may be released."""
        return self.outcome is Verdict.CLEAN

    @property
    def has_unexamined(self) -> bool:
        """Whether there is something nobody looked into, whatever else was found."""
        return any(finding.verdict is Verdict.NOT_EXAMINED for finding in self.findings)


@dataclass(frozen=True, slots=True)
class _Heard:
    """What listening to a whole recording gave."""

    duration_ms: int
    not_cut: int
    keys: list[Peak]
    speech: list[Spoken]
    runs: list[DigitRun]


def examine(
    rendition: BinaryIO | None,
    words: Sequence[Word] | None,
    language: str | None,
    expected: Sequence[Place],
    *,
    looser: Looser | None = None,
    digits: SpokenDigits | None = None,
    is_cleared: bool = False,
) -> Examination:
    """Return what the second look at a stored rendition finds.

    `rendition` is the stored sound (None: there is none), `words` are those of its stored transcript, masked (None:
    there is no transcript), `expected` what was cut, guard bands included. Sound in which
    nobody speaks needs no transcript; speech without one is *not examined* (PCI DSS 3.3.1 leaves no other answer).
    Nothing at all to look at is not examined either. With `digits` the sound is listened to for spoken digits too;
    `is_cleared`: a person has said that runs of which nobody is sure are no card data.
    """
    findings: list[Finding] = []
    if rendition is not None:
        findings += _examine_sound(rendition, words or (), language, expected, digits, is_cleared)
    if words:
        findings += _examine_words(words, language, looser)
    if rendition is None and words is None:
        findings.append(Finding(Verdict.NOT_EXAMINED, "there is neither sound nor text to look at"))
    return _concluded(findings)


def examine_cuts(stored: BinaryIO, expected: Sequence[Place]) -> Examination:
    """Return whether every expected cut is silent in what was stored, and nothing else: the look at a master.

    A master keeps card numbers on purpose; only what had to be cut out of it can be examined.
    """
    try:
        heard = _listen(stored, expected, cuts_only=True)
    except InvalidError as error:
        return _concluded([Finding(Verdict.NOT_EXAMINED, f"the stored sound cannot be read: {error}")])
    return _concluded(_cut_findings(heard))


def _examine_sound(
    rendition: BinaryIO,
    words: Sequence[Word],
    language: str | None,
    expected: Sequence[Place],
    digits: SpokenDigits | None,
    is_cleared: bool,
) -> list[Finding]:
    listens = digits is not None and digits.second_look and unwritten.knows(language)
    try:
        heard = _listen(rendition, expected, listens=listens)
    except InvalidError as error:
        return [Finding(Verdict.NOT_EXAMINED, f"the stored sound cannot be read: {error}")]
    findings = _cut_findings(heard)
    for run in together(heard.keys, _KEYS_AT_LEAST, _KEYS_GAP_MS):
        because = "what may be keypad tones can still be heard"
        findings.append(Finding(Verdict.RESIDUE, because, Entity.DTMF, run.start_ms, run.end_ms, run.channel))
    ends = max((word.end_ms for word in words if word.end_ms is not None), default=0)
    if ends > heard.duration_ms + _BEYOND_MS:
        because = "the transcript goes on after the sound has ended: its times belong to something else"
        findings.append(Finding(Verdict.NOT_EXAMINED, because))
    if digits is not None:
        for one in unwritten.held_against(heard.runs, words, language, digits, _cards(expected)):
            if not (one.is_uncertain and is_cleared):
                because = "what may be a spoken card number can still be heard"
                findings.append(
                    Finding(Verdict.RESIDUE, because, one.entity, one.start_ms, one.end_ms, one.channel)
                )
        if unwritten.suffices(language, digits, has_words=bool(words)):
            return findings
    silent = [*expected, *_as_spans(heard.keys)]
    for part in uncovered(heard.speech, words, silent):
        because = "somebody may be speaking and no transcript says what"
        findings.append(
            Finding(Verdict.NOT_EXAMINED, because, None, part.start_ms, part.end_ms, part.channel)
        )
    return findings


def _listen(
    source: BinaryIO, expected: Sequence[Place], *, cuts_only: bool = False, listens: bool = False
) -> _Heard:
    """Decode once, and let everybody listen to every block."""
    facts = audio.describe(source)
    stretches = plan(expected, facts.rate, facts.channels, facts.frames)
    check = Check(stretches, facts.rate, facts.settle_ms, frozenset(Treatment))
    channels = range(0 if cuts_only else facts.channels)
    detectors = [LooseDetector(facts.rate, channel) for channel in channels]
    listeners = [Listener(facts.rate, channel) for channel in channels]
    ears = [Ear(facts.rate) for _ in channels] if listens else []
    for block in audio.blocks(source):
        check.feed(block.samples, block.offset)
        for channel in channels:
            detectors[channel].feed(block.samples[:, channel])
            listeners[channel].feed(block.samples[:, channel])
        for channel, ear in enumerate(ears):
            ear.feed(block.samples[:, channel])
    keys = [peak for detector in detectors for peak in detector.finish()]
    # Each lets go of its sound before the next looks back at its own.
    speech = [stretch for _ in channels for stretch in listeners.pop(0).finish()]
    runs = [run for channel, ear in enumerate(ears) for run in digitruns.runs(ear.finish(), channel)]
    return _Heard(facts.duration_ms, len(check.failed), keys, speech, runs)


def _cut_findings(heard: _Heard) -> list[Finding]:
    if not heard.not_cut:
        return []
    return [Finding(Verdict.RESIDUE, f"{heard.not_cut} spans that had to be cut out can still be heard")]


def _examine_words(words: Sequence[Word], language: str | None, looser: Looser | None) -> list[Finding]:
    try:
        left = (looser or _looser())(words, language)
    except UnsupportedLanguageError:
        because = "the language of the transcript is not known to any detector"
        return [Finding(Verdict.NOT_EXAMINED, because)]
    return [Finding(Verdict.RESIDUE, f"in the words: {span.because}", span.entity) for span in left]


def _looser() -> Looser:
    # Imported late: what has no words needs no language and none of its tables.
    from governance.redaction import looser

    return looser.examine


def _cards(cut: Sequence[Place]) -> list[TimeSpan]:
    return [span for span in cut if isinstance(span, TimeSpan) and span.entity is Entity.PAN]


def _as_spans(keys: Sequence[Peak]) -> list[Cut]:
    """Return keys as spans, so that their sound is not taken for speech."""
    near = _AROUND_KEYS_MS
    return [Cut(k.start_ms - near, k.end_ms + near, k.channel) for k in keys]


def _concluded(findings: Sequence[Finding]) -> Examination:
    residue = [finding for finding in findings if finding.verdict is Verdict.RESIDUE]
    unseen = [finding for finding in findings if finding.verdict is Verdict.NOT_EXAMINED]
    told = residue or unseen
    if not told:
        return Examination(Verdict.CLEAN, (), "The second look found nothing.")
    reasons = "; ".join(dict.fromkeys(finding.because for finding in told))
    because = f"The second look: {reasons}."
    return Examination(told[0].verdict, tuple(findings), because)
