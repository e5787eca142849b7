"""What is said in a requester's language beyond the templates: days, lists, and the sentences about a package.

English and German. A letter in another language has its own template; the few words from here stand in it in English.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

_MONTHS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    "de": (
        "Januar", "Februar", "März", "April", "Mai", "Juni",
        "Juli", "August", "September", "Oktober", "November", "Dezember",
    ),
}  # fmt: skip
_DAY: Final[Mapping[str, str]] = {"en": "{day} {month} {year}", "de": "{day}. {month} {year}"}

SENTENCES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "nameless": "customer",
        "all_included": "The package holds all {included} of them.",
        "one_included": "The package holds it.",
        "some_left_out": "The package holds {included} of {all}. The others, with the reasons, stand in recordings.html.",
        "nothing_withheld": "Nothing was withheld from you.",
        "withheld": "Where and why something was withheld stands in withheld.csv and beside each recording: {withheld} places.",
    },
    "de": {
        "nameless": "liebe Kundin, lieber Kunde",
        "all_included": "Das Paket enthält alle {included}.",
        "one_included": "Das Paket enthält sie.",
        "some_left_out": "Das Paket enthält {included} von {all}. Die übrigen stehen mit den Gründen in recordings.html.",
        "nothing_withheld": "Es wurde Ihnen nichts vorenthalten.",
        "withheld": "Wo und warum etwas vorenthalten wurde, steht in withheld.csv und bei jeder Aufzeichnung: {withheld} Stellen.",
    },
}


def main_language(language: str) -> str:
    """Return the language of these words for whoever reads `language`."""
    tag = language.partition("-")[0]
    return tag if tag in SENTENCES else "en"


def day(at: date, language: str) -> str:
    """Return the day as people write it: `2 March 2026`, `2. März 2026`; elsewhere as ISO 8601."""
    tag = language.partition("-")[0]
    if tag not in _DAY:
        return at.isoformat()
    return _DAY[tag].format(day=at.day, month=_MONTHS[tag][at.month - 1], year=at.year)


def listed(lines: Iterable[str]) -> str:
    """Return the lines as a list, one a line."""
    return "\n".join(f"- {line}" for line in lines)


def sentence(name: str, language: str, **counts: int) -> str:
    """Return a sentence in the language, its counts filled in."""
    return SENTENCES[main_language(language)][name].format(**counts)
