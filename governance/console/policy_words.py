"""The retention policy as people read it: of which recordings a rule is, and what becomes of them, in sentences."""

from __future__ import annotations

from dataclasses import dataclass

from governance.policy.retention import Disposal, RiskAnalysis, When
from governance.retention.rules import in_words

_KEYS = {
    "lines": "of the line",
    "jurisdictions": "in the jurisdiction",
    "languages": "in the language",
    "sources": "from the source",
    "sites": "of the site",
    "directions": "that are",
    "media": "with",
    "found": "in which redaction",
}
_FOUND = {
    "card_data": "found card data",
    "authentication_data": "found authentication data",
    "personal_data": "found personal data",
    "nothing": "found nothing",
    "not_examined": "could not look at everything",
}
_MEDIA = {"voice": "sound", "screen": "a recorded screen", "chat": "a chat"}


@dataclass(frozen=True)
class Told:
    """One rule in words: which recordings, what becomes of them in which order, and why."""

    name: str
    which: str
    stages: tuple[str, ...]
    because: str
    risk_analysis: RiskAnalysis | None


def told(name: str, disposal: Disposal, when: When | None) -> Told:
    """Return a rule in words; the default has no `when` and takes the rest."""
    if when is None:
        which = "Every recording that no rule takes."
    else:
        parts = [
            f"{_KEYS[key]} {_one_of([_value(key, value) for value in values])}"
            for key, values in when.named().items()
        ]
        which = f"Recordings {', and '.join(parts)}."
    stages = tuple(_sentence(in_words(stage)) for stage in disposal.stages)
    return Told(name, which, stages, disposal.because, disposal.risk_analysis)


def _value(key: str, value: str) -> str:
    if key == "found":
        return _FOUND.get(value, f"found {value.replace('_', ' ')}")
    return _MEDIA.get(value, value) if key == "media" else value


def _one_of(values: list[str]) -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} or {values[-1]}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
