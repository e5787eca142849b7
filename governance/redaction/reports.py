"""Redaction without a catalog, text in and text out: what a command or a request gives back, with its report.

A report says what was found and where, by which policy and which detectors, and never holds a digit of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from governance.redaction import looser, rules, text, transcripts
from governance.redaction.spans import SAD, Certainty, Span

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy


@dataclass(frozen=True)
class Redacted:
    """What comes back: the redacted bytes or text, the report as JSON values, and what the second look found left.

    Where `left` is not empty, the content must not leave.
    """

    content: str | bytes
    report: dict[str, Any]
    left: tuple[Span, ...] = ()


def redact_text(said: str, policy: RedactionPolicy, language: str = "en") -> Redacted:
    """Return a text without what the policy removes. Raises `UnsupportedLanguageError`."""
    found = text.detect(said, language, policy=policy)
    spans = [
        {
            "start": span.start,
            "end": span.end,
            "entity": span.entity.value,
            "score": round(span.score, 3),
            "because": span.because,
        }
        for span in found
    ]
    report = {"spans": spans, "language": language, **_versions(policy), **_suspicion(found)}
    redacted = rules.masked(said, found, language, policy)
    return Redacted(redacted, report, tuple(looser.examine(redacted, language)))


def redact_transcript(data: bytes, policy: RedactionPolicy, language: str = "en") -> Redacted:
    """Return a transcript of any known format, same structure, without what the policy removes.

    The language the file names outranks `language`. Findings whose words have no time stand in the report with null
    times: they are masked here, but their sound cannot be cut out by this file.

    Raises `UnsupportedFormatError`, `UnsupportedLanguageError`, and `IntegrityError` if a copy could not be removed.
    """
    document = transcripts.read(data)
    spoken = document.language or language
    found = text.detect_words(document.words, spoken, policy=policy)
    spans, unlocated = rules.locate(document.words, found)
    redacted = document.redact(found, policy, spoken)
    content = redacted.dumps()
    # Read back, as whoever gets it will read it.
    left = tuple(looser.examine(transcripts.read(content).words, spoken))
    rows: list[dict[str, Any]] = [
        {
            "start_ms": span.start_ms,
            "end_ms": span.end_ms,
            "channel": span.channel,
            "entity": span.entity.value,
            "timing": span.timing.value,
            "score": round(span.score, 3),
            "because": span.because,
        }
        for span in spans
    ]
    rows += [
        {
            "start_ms": None,
            "end_ms": None,
            "channel": None,
            "entity": one.entity.value,
            "timing": "none",
            "score": round(one.score, 3),
            "because": one.because,
        }
        for one in unlocated
    ]
    report = {
        "spans": rows,
        "format": document.format,
        "language": spoken,
        "words": len(document.words),
        **_versions(policy),
        **_suspicion(Span(0, 0, one.entity, one.score, one.because) for one in found),
        "second_look": [{"entity": span.entity.value, "because": span.because} for span in left],
    }
    return Redacted(content, report, left)


def detectors(policy: RedactionPolicy | None = None) -> dict[str, str]:
    """Return the names and versions of the detectors that examine text under a policy."""
    versions = {**text.DETECTORS, **looser.DETECTORS}
    if policy is not None and policy.personal:
        from governance.redaction import personal

        versions["presidio-analyzer"] = personal.version()
    return versions


def _versions(policy: RedactionPolicy) -> dict[str, Any]:
    return {"policy": policy.version, "detectors": detectors(policy)}


def _suspicion(found: Any) -> dict[str, bool]:
    suspected = any(span.entity in SAD and span.certainty is Certainty.SUSPECTED for span in found)
    return {"suspected_sad": suspected}
