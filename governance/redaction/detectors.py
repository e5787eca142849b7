"""The detectors there are and their versions: they stand in every report, and a newer one is a reason to look again."""

from __future__ import annotations

from governance.redaction import looser, personal, placement, residue, text

_FIRST_LOOK_AT_SOUND = {"dtmf": "2", "keypad": "2"}


def versions() -> dict[str, str]:
    """Return every detector of both looks with its version."""
    return {
        **text.DETECTORS,
        "presidio": personal.version(),
        **_FIRST_LOOK_AT_SOUND,
        **placement.DETECTORS,
        **looser.DETECTORS,
        **residue.DETECTORS,
    }
