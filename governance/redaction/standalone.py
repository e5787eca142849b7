"""A recording redacted without a catalog: sound in, sound out, and a report of what was done and what was not.

The same steps as for a recording of the catalog: find in words and sound, cut, look again at what was written. There
is no quarantine here to hold back what was not examined, so the report says it in plain words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from governance.errors import InvalidError, PolicyError, ResidueError
from governance.formats import containers, headerless
from governance.formats.audio import Picture
from governance.redaction import (
    audio,
    dtmf,
    firstlook,
    looser,
    placement,
    residue,
    rules,
    speech,
    spokendigits,
    text,
    transcripts,
    unwritten,
    witnesses,
)
from governance.redaction.audio import AudioFacts
from governance.redaction.digitruns import DigitRun
from governance.redaction.engines import writing
from governance.redaction.engines.contract import EngineError
from governance.redaction.engines.writing import WrittenDown
from governance.redaction.given import Given
from governance.redaction.recognisers import UnexaminedError
from governance.redaction.residue import Examination, Verdict
from governance.redaction.spans import SAD, Certainty, Cut, Entity, Place, TimeSpan, Timing, Word
from governance.redaction.treatment import Treatment

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy

EXAMINED, NOT_EXAMINED = "examined", "not examined"
DETECTORS = {
    **text.DETECTORS,
    **dtmf.DETECTORS,
    **placement.DETECTORS,
    **looser.DETECTORS,
    **residue.DETECTORS,
}


@dataclass(frozen=True, slots=True)
class Redaction:
    """What was done to one recording. `examination` is the second look at what was written."""

    facts: AudioFacts
    spans: tuple[TimeSpan, ...]
    treatment: Treatment
    guard_band_ms: int | dict[str, int]
    policy_version: str
    has_transcript: bool
    examination: Examination
    has_listened: bool = False
    """Whether digits were listened for in the sound itself: that finds card numbers, and does not examine what else is said."""
    engines: Mapping[str, str] = field(default_factory=dict)
    """What wrote the transcript down, where none came with the sound: name and version."""
    given: tuple[Given, ...] | None = None
    """The spans that the caller gave; None where it gave none, which is not the same as an empty list."""
    picture: Picture | None = None
    converted_from: str | None = None
    """Container and codec of the original, where the copy has others."""

    @property
    def is_picture_unexamined(self) -> bool:
        """Whether there is a picture of which nobody said what it shows: here only sound and words are examined."""
        return self.picture is not None and self.given is None

    @property
    def spoken_digits(self) -> str:
        """Whether digits that somebody may have spoken were looked for everywhere somebody may have spoken."""
        return NOT_EXAMINED if self.examination.has_unexamined else EXAMINED

    @property
    def content_type(self) -> str:
        """The media type of the copy."""
        kind = containers.content_type(self.facts.container)
        return kind if self.picture is None else kind.replace("audio/", "video/")

    def refuse_unless_clean(self, *, must_be_examined: bool = False) -> None:
        """Return if the copy may be given away.

        Raises `ResidueError` for what the second look found, and `UnexaminedError` where all of it had to be examined
        and was not.
        """
        if self.examination.outcome is Verdict.RESIDUE:
            raise ResidueError(self.examination.because)
        if must_be_examined and self.examination.has_unexamined:
            raise UnexaminedError(self.examination.because)
        if must_be_examined and self.is_picture_unexamined:
            raise UnexaminedError("The picture was not examined, and no spans were given for it.")

    def report(self) -> dict[str, Any]:
        """Return the report as JSON-ready data: times, kinds and reasons, and nothing of what was cut out."""
        return {
            "spans": [_told(span) for span in self.spans],
            "policy": self.policy_version,
            "detectors": {**DETECTORS, **self.engines},
            "audio": {**asdict(self.facts), "duration_ms": self.facts.duration_ms},
            "converted_from": self.converted_from,
            "picture": self._picture(),
            "given": [asdict(span) for span in self.given or ()],
            "treatment": self.treatment.value,
            "guard_band_ms": self.guard_band_ms,
            "transcript": self.has_transcript,
            "written_down_by": " ".join(*self.engines.items()) if self.engines else None,
            "spoken_digits": self.spoken_digits,
            "listened_for_digits": self.has_listened,
            "suspected_sad": any(
                span.entity in SAD | {Entity.DTMF} and span.certainty is Certainty.SUSPECTED
                for span in self.spans
            ),
            "second_look": {
                "outcome": self.examination.outcome.value,
                "because": self.examination.because,
                "findings": [asdict(finding) for finding in self.examination.findings],
            },
        }

    def _picture(self) -> dict[str, Any] | None:
        if self.picture is None:
            return None
        seen = NOT_EXAMINED if self.given is None else "blanked where spans were found or given"
        return {**asdict(self.picture), "examined": seen}


def redact(
    source: BinaryIO,
    sink: BinaryIO,
    policy: RedactionPolicy,
    *,
    transcript: bytes | None = None,
    language: str | None = None,
    treatment: str = Treatment.SILENCE,
    declared: str | None = None,
    given: Sequence[Given] | None = None,
    otherwise: str | None = None,
) -> Redaction:
    """Write the recording in `source` to `sink` without what the policy names, and return what was done.

    Where no transcript came, the engine that policy names writes one. Without any, keypad tones and, in English, runs of
    spoken digits are found; with one, digits heard in the sound say where a number begins and ends. The caller asks
    `refuse_unless_clean` before it gives the copy away, or looks at `examination`: `residue` means it must not leave.
    `given` are spans the caller knows of; `otherwise` is what the copy is written as where the recording's own codec can
    be read and not written (`media.CONVERTIBLE`).

    Raises as `audio.probe` does, `UnexaminedError` where the engine failed, `UnsupportedFormatError` and `UnsupportedLanguageError` for a transcript that cannot
    be examined, and `InvalidError` where a finding has no time and so cannot be cut out.
    """
    bare = headerless.kind(declared)
    if bare is not None:
        source, declared = headerless.seen_as_wav(source, bare), None
    told = audio.describe(source, declared=declared)
    heard = _written_down(source, language, policy) if transcript is None else None
    if heard is not None:
        transcript, language = heard.body, heard.language
    read = _in_words(source, transcript, language, policy)
    told_of: list[Place] = [*read.located, *(given or ())]
    if any(placement.is_outside(one, told.duration_ms) for one in told_of):
        raise InvalidError("Something was found, or given, at a time that lies outside the sound.")
    spans = _found(source, read, policy)
    cuts = _guarded(spans, given or (), policy)
    facts = audio.redact(source, sink, cuts, treatment, otherwise=otherwise)
    examination = residue.examine(sink, read.masked, read.language, cuts, digits=policy.spoken_digits)
    if bare is not None:
        headerless.without_head(sink)
    sink.seek(0)
    is_converted = (facts.container, facts.codec) != (told.container, told.codec)
    bands = policy.guard_band_ms
    return Redaction(
        facts=facts,
        spans=spans,
        treatment=audio.treated(facts, Treatment(treatment)),
        guard_band_ms=bands if isinstance(bands, int) else bands.model_dump(),
        policy_version=policy.version,
        has_transcript=transcript is not None,
        examination=examination,
        has_listened=unwritten.listens(read.language, policy.spoken_digits, has_words=bool(read.words)),
        engines={heard.engine: heard.version} if heard is not None else {},
        given=tuple(given) if given is not None else None,
        picture=None if is_converted else audio.picture(source),
        converted_from=f"{told.container} {told.codec}" if is_converted else None,
    )


def _guarded(spans: Sequence[TimeSpan], given: Sequence[Given], policy: RedactionPolicy) -> list[Place]:
    band = policy.guard_ms(Timing.EXACT)
    also = (Cut(one.start_ms - band, one.end_ms + band, one.channel) for one in given)
    return [*rules.guarded(spans, policy), *also]


def _written_down(source: BinaryIO, language: str | None, policy: RedactionPolicy) -> WrittenDown | None:
    """Return what an engine hears, if policy names one: a recording that it should have written down and did not is unexamined."""
    if not writing.is_asked(policy, language):
        return None
    try:
        return writing.write_down(source, language, policy)
    except (EngineError, PolicyError) as error:
        raise UnexaminedError(f"Nobody wrote down what is said: {error}.") from error


def _found(source: BinaryIO, read: _InWords, policy: RedactionPolicy) -> tuple[TimeSpan, ...]:
    """Return what must not be heard, by the words and by the sound."""
    asked = firstlook.questions([(read.words, read.language)] if read.words else [], read.located)
    keyed = firstlook.keyed(dtmf.listen(source), asked, policy)
    voice = speech.syllables(source) if read.located else ()
    heard = unwritten.first_look(source, read.words, read.language, policy.spoken_digits)
    # There is no quarantine here for what nobody is sure of: it is cut out, and the report says so.
    runs = spokendigits.decide(heard, policy.spoken_digits, asked, [*read.located, *keyed])
    placed = placement.placed(read.located, read.words, voice, read.digits)
    return tuple(rules.merged([*placed, *keyed, *(one.span() for one in runs)]))


@dataclass(frozen=True, slots=True)
class _InWords:
    """What the words say: where to cut, the words before and after masking (None: there are none), and the digits heard there."""

    language: str | None
    located: Sequence[TimeSpan] = ()
    words: Sequence[Word] = ()
    masked: Sequence[Word] | None = None
    digits: Sequence[DigitRun] = ()


def _in_words(
    source: BinaryIO, transcript: bytes | None, language: str | None, policy: RedactionPolicy
) -> _InWords:
    if transcript is None:
        return _InWords(language)
    document = transcripts.read(transcript)
    spoken = language or document.language
    words = document.words
    found = text.detect_words(words, spoken, policy=policy)
    decision = rules.decide(words, found, policy)
    digits = witnesses.hear(source, decision.spans, spoken, policy.spoken_digits)
    if digits:
        decision = rules.decide(words, found, policy, digits)
    if decision.unlocated:
        raise InvalidError(f"The transcript cannot say where to cut: {decision.because}.")
    copy = document.redact(found, policy, spoken).dumps()
    del document  # two trees of a long transcript at once are the most memory that a call of ten hours takes
    return _InWords(spoken, decision.spans, words, transcripts.read(copy).words, digits)


def _told(span: TimeSpan) -> dict[str, Any]:
    return asdict(span)
