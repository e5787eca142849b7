"""Which streams of a recording are heard, and what stands against the others: pictures, and sound that cannot be written back.

A picture is examined by nobody. The policy decides what that means (`screens`): a recorded screen stays in quarantine, or it is
taken for examined where its sound is, and goes black wherever something is cut out of the sound.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from governance.errors import InvalidError, TooLargeError
from governance.recordings.reasons import NOT_EXAMINED, UNREADABLE
from governance.redaction import audio, chats, rules
from governance.redaction.firstlook import FirstLook, Obstacle, Source, is_bound
from governance.redaction.spans import TimeSpan

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy
    from governance.redaction.material import Material, Stream


def heard(found: Material, policy: RedactionPolicy) -> dict[int, Stream]:
    """Return the streams whose sound is examined and redacted, by their position."""
    kinds = {"voice"} if policy.screens == "quarantine" else {"voice", "screen"}
    return {
        one.position: one
        for one in found.streams
        if one.source is not None and one.kind in kinds and (one.kind == "voice" or _why_not(one) is None)
    }


def blanked(look: FirstLook, heard: Mapping[int, Stream]) -> FirstLook:
    """Return the look with what is cut out of any stream cut out of every picture too: what is spoken is what is typed."""
    shown = {position for position, stream in heard.items() if _is_picture(stream)}
    return replace(look, spans=_shared(look.spans, heard, shown), unread=_shared(look.unread, heard, shown))


def _shared(
    spans: Mapping[int, tuple[TimeSpan, ...]], heard: Mapping[int, Stream], shown: Collection[int]
) -> dict[int, tuple[TimeSpan, ...]]:
    shared = dict(spans)
    for position in shown:
        others = [
            _moved(span, heard[other].starts_ms - heard[position].starts_ms)
            for other, mine in spans.items()
            if other != position
            for span in mine
        ]
        shared[position] = tuple(rules.merged([*spans.get(position, ()), *others]))
    return shared


def _moved(span: TimeSpan, by_ms: int) -> TimeSpan:
    return replace(span, start_ms=span.start_ms + by_ms, end_ms=span.end_ms + by_ms, channel=None)


def _is_picture(stream: Stream) -> bool:
    with stream.open() as body:
        return audio.picture(body) is not None


def is_chat(stream: Stream) -> bool:
    """Whether a stream is something written that is read here."""
    return stream.kind == "chat" and chats.is_readable(stream.content_type)


def bound(heard: Collection[int], sources: Sequence[Source]) -> list[Source]:
    """Return the transcripts that say which speech they write down."""
    return [source for source in sources if is_bound(source.stream, len(heard))]


def unseen(found: Material, policy: RedactionPolicy, heard: Collection[int]) -> list[Obstacle]:
    """Return what was not heard, what nobody here can examine or write back, and a recording that holds nothing at all.

    `heard` are the positions of the streams that are.
    """
    stands = list(found.unheard)
    for stream in found.streams:
        if stream.source is None or is_chat(stream):
            continue
        if stream.kind == "screen" and policy.screens == "blank_with_sound":
            # Those that are heard were decoded to their end for it.
            if stream.position not in heard:
                stands.append(Obstacle(NOT_EXAMINED, f"A screen cannot be examined: {_why_not(stream)}"))
        elif stream.kind != "voice":
            stands.append(Obstacle(NOT_EXAMINED, f"A {stream.kind} cannot be examined."))
        else:
            stands += _against(stream, policy)
    if not found.texts and not any(stream.source is not None for stream in found.streams):
        stands.append(Obstacle(NOT_EXAMINED, "There is neither sound nor text to examine."))
    return stands


def _why_not(screen: Stream) -> str | None:
    """Return why a recorded screen cannot be rendered, None where it can."""
    try:
        with screen.open() as body:
            audio.probe(body)
            audio.check_written(body)
    except (InvalidError, TooLargeError) as error:
        return str(error)
    return None


def _against(voice: Stream, policy: RedactionPolicy) -> list[Obstacle]:
    """Return what stands against a stream that was handed in as sound: a picture in it, or a codec nobody writes."""
    try:
        with voice.open() as body:
            shown = audio.picture(body)
            audio.check_written(body)
    except InvalidError as error:
        return [Obstacle(UNREADABLE, str(error))]
    if shown is not None and policy.screens == "quarantine":
        return [Obstacle(NOT_EXAMINED, "A picture in what was handed in as sound cannot be examined.")]
    return []
