"""What forms share: what was typed is kept for the page that says what is wrong with it, unless it holds card data."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from governance.console import wording
from governance.console.deps import Form
from governance.errors import InvalidError

_CALLED = {
    "because": "Reasons",
    "body": "Text",
    "decision": "Decision",
    "recording_ids": "Recordings",
    "review_by": "Review",
    "since": "From",
    "subject": "Subject",
    "title": "Title",
    "until": "Until",
}


def kept(form: Form, *names: str, most: int = 4000) -> dict[str, str]:
    """Return what was typed into the fields, to be shown again: nothing of a field that holds card data."""
    found = {}
    for name in names:
        try:
            found[name] = form.sentence(name)[:most]
        except InvalidError:
            found[name] = ""
    return found


def problem(error: Exception) -> str:
    """Return an error as a sentence of the page, with the name of the field it is about."""
    told = wording.sentence(str(error))
    called = _CALLED.get(error.field or "") if isinstance(error, InvalidError) else None
    return f"{called}: {told[:1].lower()}{told[1:]}" if called else told


def day(text: str, name: str) -> date:
    """Return the day that was typed. Raises `InvalidError` for what is none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidError("a day, written as 2026-03-31", name) from None


def begin(text: str, name: str) -> datetime | None:
    """Return the beginning of the day that was typed, in UTC; None where nothing was."""
    return datetime.combine(day(text, name), time(), UTC) if text.strip() else None


def end(text: str, name: str) -> datetime | None:
    """Return the end of the day that was typed, in UTC; None where nothing was."""
    start = begin(text, name)
    return start + timedelta(days=1) if start else None
