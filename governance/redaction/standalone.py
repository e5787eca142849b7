"""A recording redacted without a catalog: sound in, sound out, and a report of what was done and what was not.

The same steps as for a recording of the catalog: find in words and sound, cut, look again at what was written. There
is no quarantine here to hold back what was not examined, so the report says it in plain words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from governance.errors import InvalidError, ResidueError
from governance.redaction import (
    audio,
    dtmf,
    firstlook,
    looser,
    residue,
    rules,
    spokendigits,
    text,
    transcripts,
    unwritten,
)
from governance.redaction.audio import AudioFacts
from governance.redaction.recognisers import UnexaminedError
from governance.redaction.residue import Examination, Verdict
from governance.redaction.spans import SAD, Certainty, Entity, TimeSpan, Word
from governance.redaction.treatment import Treatment

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy

EXAMINED, NOT_EXAMINED = "examined", "not examined"
_MEDIA_TYPES = {"wav": "audio/wav", "flac": "audio/flac", "ogg": "audio/ogg", "mp3": "audio/mpeg"}
DETECTORS = {**text.DETECTORS, **dtmf.DETECTORS, **looser.DETECTORS, **residue.DETECTORS}


@dataclass(frozen=True, slots=True)
class Redaction:
    """What was done to one recording. `examination` is the second look at what was written."""

    facts: AudioFacts
    spans: tuple[TimeSpan, ...]
    treatment: Treatment
    guard_ms: int
    policy_version: str
    has_transcript: bool
    examination: Examination

    @property
    def spoken_digits(self) -> str:
        """Whether digits that somebody may have spoken were looked for everywhere somebody may have spoken."""
        return NOT_EXAMINED if self.examination.has_unexamined else EXAMINED

    @property
    def content_type(self) -> str:
        """The media type of the copy."""
        return _MEDIA_TYPES.get(self.facts.container.lower(), "application/octet-stream")

    def refuse_unless_clean(self, *, must_be_examined: bool = False) -> None:
        """Return if the copy may be given away.

        Raises `ResidueError` for what the second look found, and `UnexaminedError` where all of it had to be examined
        and was not.
        """
        if self.examination.outcome is Verdict.RESIDUE:
            raise ResidueError(self.examination.because)
        if must_be_examined and self.examination.has_unexamined:
            raise UnexaminedError(self.examination.because)

    def report(self) -> dict[str, Any]:
        """Return the report as JSON-ready data: times, kinds and reasons, and nothing of what was cut out."""
        return {
            "spans": [_told(span) for span in self.spans],
            "policy": self.policy_version,
            "detectors": dict(DETECTORS),
            "audio": {**asdict(self.facts), "duration_ms": self.facts.duration_ms},
            "treatment": self.treatment.value,
            "guard_band_ms": self.guard_ms,
            "transcript": self.has_transcript,
            "spoken_digits": self.spoken_digits,
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


def redact(
    source: BinaryIO,
    sink: BinaryIO,
    policy: RedactionPolicy,
    *,
    transcript: bytes | None = None,
    language: str | None = None,
    treatment: str = Treatment.SILENCE,
    declared: str | None = None,
) -> Redaction:
    """Write the recording in `source` to `sink` without what the policy names, and return what was done.

    Without a transcript keypad tones and, in English, runs of spoken digits are found. The caller asks `refuse_unless_clean` before it gives the copy
    away, or looks at `examination`: `residue` means the copy must not leave.

    Raises as `audio.probe` does, `UnsupportedFormatError` and `UnsupportedLanguageError` for a transcript that cannot
    be examined, and `InvalidError` where a finding has no time and so cannot be cut out.
    """
    audio.describe(source, declared=declared)
    located, said, masked, spoken = _in_words(transcript, language, policy)
    asked = firstlook.questions([(said, spoken)] if said else [], located)
    keyed = firstlook.keyed(dtmf.listen(source), asked, policy)
    source.seek(0)
    heard = unwritten.first_look(source, said, spoken, policy.spoken_digits)
    # There is no quarantine here for what nobody is sure of: it is cut out, and the report says so.
    digits = spokendigits.decide(heard, policy.spoken_digits, asked)
    spans = tuple(rules.merged([*located, *keyed, *(one.span() for one in digits)]))
    facts = audio.redact(source, sink, spans, treatment, policy.guard_band_ms)
    examination = residue.examine(
        sink, masked, spoken, spans, guard_ms=policy.guard_band_ms, digits=policy.spoken_digits
    )
    sink.seek(0)
    return Redaction(
        facts,
        spans,
        Treatment(treatment),
        policy.guard_band_ms,
        policy.version,
        transcript is not None,
        examination,
    )


def _in_words(
    transcript: bytes | None, language: str | None, policy: RedactionPolicy
) -> tuple[list[TimeSpan], Sequence[Word], Sequence[Word] | None, str | None]:
    """Return where the words say to cut, the words, the words as they read once masked, and their language."""
    if transcript is None:
        return [], (), None, language
    document = transcripts.read(transcript)
    spoken = language or document.language
    found = text.detect_words(document.words, spoken, policy=policy)
    decision = rules.decide(document.words, found, policy)
    if decision.unlocated:
        raise InvalidError(f"The transcript cannot say where to cut: {decision.because}.")
    masked = transcripts.read(document.redact(found, policy, spoken).dumps())
    return list(decision.spans), document.words, masked.words, spoken


def _told(span: TimeSpan) -> dict[str, Any]:
    return asdict(span)
