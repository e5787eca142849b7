"""Whose turn it is: the stretches of one speaker in a conversation, as a plain text shows them."""

from __future__ import annotations

from dataclasses import dataclass

_LABELLED_TURNS_AT_LEAST = 2
_LABEL_AT_MOST, _NAME_AT_MOST = 48, 31


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch of one speaker: characters `start` to `end`; what is said begins at `said`, behind the name if it stands there."""

    start: int
    end: int
    speaker: str | None = None
    said: int = -1


def turns_of(text: str) -> tuple[Turn, ...]:
    """Return the turns a plain text shows: lines that begin with a name and a colon, or the whole as one turn."""
    if ":" not in text:
        return (Turn(0, len(text)),)
    starts: list[int] = []
    speakers: list[str | None] = []
    said: list[int] = []
    at = 0
    for line in text.split("\n"):
        speaker, ends_at = _label(line)
        if speaker:
            starts.append(at)
            speakers.append(speaker)
            said.append(at + ends_at)
        at += len(line) + 1
    if len(starts) < _LABELLED_TURNS_AT_LEAST:
        return (Turn(0, len(text)),)
    if starts[0]:
        starts.insert(0, 0)
        speakers.insert(0, None)
        said.insert(0, 0)
    ends = [*starts[1:], len(text)]
    return tuple(
        Turn(start, end, speaker, begins)
        for start, end, speaker, begins in zip(starts, ends, speakers, said, strict=True)
    )


def _label(line: str) -> tuple[str, int]:
    """Return who speaks by the label before a line's first colon, and where that ends; an empty name where it has none."""
    colon = line.find(":", 0, _LABEL_AT_MOST)
    while colon > 0 and line[colon + 1 : colon + 2] not in {" ", "\t"}:
        colon = line.find(":", colon + 1, _LABEL_AT_MOST)
    if colon <= 0:
        return "", 0
    name = line[:colon]
    if name.isalpha() and colon <= _NAME_AT_MOST:
        return name.lower(), colon + 1
    name = name.strip()
    if name[:1] in {"[", "("}:  # [00:01:02] Agent:
        name = name.partition("]" if name[0] == "[" else ")")[2].strip()
    else:
        name = name.lstrip("0123456789:.,- \t")
    if not name or not name[0].isalpha() or len(name) > _NAME_AT_MOST:
        return "", 0
    is_name = all(sign.isalnum() or sign in " .'’_-" for sign in name)
    return (name.lower(), colon + 1) if is_name else ("", 0)
