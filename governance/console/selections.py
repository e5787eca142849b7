"""A selection of recordings as a form that people fill in, and as sentences that they read: nobody is named in those."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from governance.console import filling, phrases
from governance.console.deps import Form
from governance.errors import InvalidError
from governance.recordings.selection import Selection
from governance.retention import selecting
from governance.runtime import Work

FIELDS = (
    "recording_ids",
    "sources",
    "sites",
    "teams",
    "agents",
    "lines_of_business",
    "jurisdictions",
    "languages",
    "since",
    "until",
    "persons",
    "everything",
)
_LISTS = {
    "sources": "from the source",
    "sites": "of the site",
    "teams": "of the team",
    "agents": "of the agent",
    "lines_of_business": "of the line",
    "jurisdictions": "in the jurisdiction",
    "languages": "in the language",
}
_ID = re.compile(r"rec_[0-9a-f]{32}")


def read(work: Work, form: Form) -> Selection:
    """Return the selection that was filled in; identifiers of people end here. Raises `InvalidError`."""
    named: dict[str, Any] = {name: _values(form.get(name)) for name in _LISTS if form.get(name).strip()}
    ids = form.get("recording_ids").strip()
    if ids:
        named["recording_ids"] = tuple(_ID.findall(ids))
        if not named["recording_ids"]:
            raise InvalidError("ids of recordings, or the addresses of their pages", "recording_ids")
    since, until = filling.begin(form.get("since"), "since"), filling.end(form.get("until"), "until")
    persons = [reading for line in form.get("persons").splitlines() for reading in _readings(work, line)]
    return selecting.chosen(
        work, persons, since=since, until=until, everything=form.get("everything") == "yes", **named
    )


def _values(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(",") if one.strip())


def _readings(work: Work, line: str) -> list[tuple[str, str]]:
    """Return every kind of identifier that a line can be: a hold rather covers too much than misses somebody."""
    if not line.strip():
        return []
    found = []
    for kind in selecting.SPELLED:
        with suppress(InvalidError):
            selecting.chosen(work, [(kind, line)])
            found.append((kind, line))
    if not found:
        raise InvalidError(
            "a line of the people is no telephone number, e-mail address or customer number", "persons"
        )
    return found


def in_words(told: Mapping[str, Any]) -> list[str]:
    """Return what a stored selection means, a sentence each; all of them must be true of a recording."""
    if told.get("everything"):
        return ["Every recording there is, and every one to come."]
    found = [
        f"{words[0].upper()}{words[1:]} {_one_of(told[name])}."
        for name, words in _LISTS.items()
        if told.get(name)
    ]
    if told.get("recording_ids"):
        count = len(told["recording_ids"])
        found.append("This one recording." if count == 1 else f"These {count:,} recordings, by their ids.")
    if told.get("persons"):
        found.append("With one of the people in it that were named; who they are is not shown.")
    if told.get("since"):
        found.append(f"Begun on {phrases.day(datetime.fromisoformat(told['since']))} or later.")
    if told.get("until"):
        last = datetime.fromisoformat(told["until"]) - timedelta(microseconds=1)
        found.append(f"Begun on {phrases.day(last)} or earlier.")
    return found


def _one_of(values: list[str]) -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} or {values[-1]}"
