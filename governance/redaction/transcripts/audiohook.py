"""AudioHook: transcript entities with `alternatives[].interpretations[].tokens[]`, times as ISO 8601 durations.

An entity comes bare (`id`, `channelId`, `alternatives`), wrapped as `{"type": "transcript", "data": …}`, or in the `entities` of
an event message; several of them as a list or one a line. Of the interpretations the spoken one is read (`lexical`, else the
first); `display` and `normalized` say the same with digits, and are masked by time and by the walk. Older peers say `position`
for `offset`, and `channel` for `channelId`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from governance.redaction.spans import Timing, Word
from governance.redaction.transcripts.document import BoundWord, Path
from governance.redaction.transcripts.moments import Clock
from governance.redaction.transcripts.order import as_spoken
from governance.redaction.transcripts.reading import (
    Reading,
    interpolated,
    language_of,
    name_of,
    timing_of,
    whole,
    with_turns,
    words_of,
)

NAME = "audiohook"
Entity = tuple[Path, dict[str, Any]]


def recognises(tree: Any) -> bool:
    """Whether a document is an entity or message of AudioHook, or a list of them with a transcript in one at least."""
    messages = tree if isinstance(tree, list) else [tree]
    return bool(messages) and all(isinstance(one, dict) for one in messages) and any(map(_entities, messages))


def read(tree: Any) -> Reading:
    """Return the words of all entities in the order in which they were spoken, and the language of the first that names one.

    An entity that is not final is a copy of one that comes later, unless there is no final one of its `id`.
    """
    messages = [((at,), one) for at, one in enumerate(tree)] if isinstance(tree, list) else [((), tree)]
    every = [((*root, *path), one) for root, message in messages for path, one in _entities(message)]
    final = {str(one.get("id")) for _, one in every if one.get("isFinal", True)}
    chosen = [
        (path, one) for path, one in every if one.get("isFinal", True) or str(one.get("id")) not in final
    ]
    clock = Clock()
    rows = [row for at, (path, one) in enumerate(chosen) for row in _rows(one, path, at, clock)]
    has_times = any(row.word.timing is Timing.EXACT for row in rows)
    bound = with_turns(as_spoken(interpolated(rows))) if has_times else as_spoken(rows)
    return Reading(bound, next(_languages(chosen), None))


def _entities(message: dict[str, Any]) -> list[Entity]:
    if _is_entity(message):
        return [((), message)]
    if message.get("type") == "transcript" and _is_entity(message.get("data")):
        return [(("data",), message["data"])]
    parameters = message.get("parameters")
    listed = parameters.get("entities") if isinstance(parameters, dict) else message.get("entities")
    root: Path = ("parameters", "entities") if isinstance(parameters, dict) else ("entities",)
    if not isinstance(listed, list):
        return []
    return [
        ((*root, at, *path), entity)
        for at, one in enumerate(listed)
        if isinstance(one, dict) and one is not message
        for path, entity in _entities(one)
    ]


def _is_entity(one: Any) -> bool:
    alternatives = one.get("alternatives") if isinstance(one, dict) else None
    return (
        isinstance(alternatives, list)
        and bool(alternatives)
        and all(
            isinstance(each, dict) and isinstance(each.get("interpretations"), list) for each in alternatives
        )
    )


def _rows(entity: dict[str, Any], path: Path, turn: int, clock: Clock) -> Iterator[BoundWord]:
    interpretations = entity["alternatives"][0]["interpretations"]
    spoken = next((at for at, one in enumerate(interpretations) if one.get("type") == "lexical"), 0)
    if not interpretations:
        return
    one = interpretations[spoken]
    path = (*path, "alternatives", 0, "interpretations", spoken)
    speaker = name_of(entity["channelId"] if "channelId" in entity else entity.get("channel"))
    for at, token in enumerate(one.get("tokens") or ()):
        if token.get("type") not in {"punctuation", "punct"}:
            start, end = clock.interval(token) or (None, None)
            word = Word("", start, end, None, speaker, timing_of(start, end), turn)
            yield whole(token["value"], (*path, "tokens", at, "value"), word)
    if not one.get("tokens"):
        start, end = clock.interval(entity) or (None, None)
        like = Word("", start, end, None, speaker, timing_of(start, end, Timing.TURN), turn)
        if isinstance(one.get("transcript"), str):
            yield from words_of(one["transcript"], (*path, "transcript"), like)
        for at, piece in enumerate(one.get("display") or ()):
            yield from words_of(piece["text"], (*path, "display", at, "text"), like)


def _languages(chosen: list[Entity]) -> Iterator[str]:
    for _, entity in chosen:
        for named in (entity.get("languages"), entity["alternatives"][0].get("languages")):
            if isinstance(named, list) and named and (language := language_of(named[0])):
                yield language
