"""When a recorder paused, as recorders tell it: Genesys Cloud, AudioHook, FreeSWITCH, Amazon Connect.

Of each only what its maker documents is believed. What cannot be placed is `unsure` and is never guessed: whoever looks for card
data then knows that the times behind it are worth nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from governance.errors import InvalidError
from governance.recordings.importers import fields
from governance.recordings.interaction import PauseFacts, PauseKind

_GENESYS_CUT = frozenset({"securepause", "pause"})
_GENESYS_MAYBE_CUT = frozenset({"hold", "floworqueue"})
_AGREES_MS = 1_000
_LONGEST_MS = 31 * 86_400_000
_ISO_SECONDS = re.compile(r"PT(?:(\d{1,4})H)?(?:(\d{1,6})M)?(?:(\d{1,8}(?:\.\d{1,9})?)S)?")


def genesys(annotations: Sequence[Mapping[str, Any]]) -> list[PauseFacts]:
    """Return the pauses among the annotations of a Genesys recording: sound under them was cut out of the file.

    `recordingLocation` (else `absoluteLocation`) is where the cut lies in the file, `durationMs` less `recordingDurationMs` how much
    was cut. Where `realtimeLocation`, the place before all cuts, tells of another length than they do, the times are unsure.
    """
    found: list[PauseFacts] = []
    for number, one in enumerate(annotations):
        place = f"genesys_annotations[{number}]"
        kinds = {str(one.get(name)).lower() for name in ("type", "reason")}
        if not kinds & (_GENESYS_CUT | _GENESYS_MAYBE_CUT):
            continue
        at = _first(one, ("recordingLocation", "absoluteLocation", "location"), place)
        length = _first(one, ("durationMs", "absoluteDurationMs"), place)
        left = _whole(one.get("recordingDurationMs"), f"{place}.recordingDurationMs")
        if left is None and not kinds & _GENESYS_CUT:
            found.append(PauseFacts(None, PauseKind.UNSURE, at, length))
        elif length - (left or 0) > 0:
            found.append(PauseFacts(None, PauseKind.ABSENT, at, length - (left or 0)))
    found.sort(key=lambda one: one.start_ms)
    return [*found, *_disagreeing(annotations, found)]


def _disagreeing(annotations: Sequence[Mapping[str, Any]], found: Sequence[PauseFacts]) -> list[PauseFacts]:
    for number, one in enumerate(annotations):
        place = f"genesys_annotations[{number}]"
        before = _whole(one.get("realtimeLocation"), f"{place}.realtimeLocation")
        after = _whole(one.get("recordingLocation"), f"{place}.recordingLocation")
        if before is None or after is None:
            continue
        cut = sum(
            other.length_ms for other in found if other.kind is PauseKind.ABSENT and other.start_ms < after
        )
        if abs(before - after - cut) > _AGREES_MS:
            start = min([after, *(other.start_ms for other in found)])
            return [PauseFacts(None, PauseKind.UNSURE, start, abs(before - after - cut))]
    return []


def audiohook(messages: Sequence[Mapping[str, Any]]) -> list[PauseFacts]:
    """Return what AudioHook tells was not sent: `discarded` and `resumed`, each with `start` and `discarded`.

    Both are durations of the stream's own clock, which goes on while sound is discarded; the file is shorter by it.
    """
    told: dict[int, int] = {}
    for number, one in enumerate(messages):
        place = f"audiohook_messages[{number}]"
        parameters = one.get("parameters")
        if one.get("type") not in ("discarded", "resumed") or not isinstance(parameters, Mapping):
            continue
        start = _duration(parameters.get("start"), f"{place}.start")
        # Told twice of one moment (by the event and by the answer) it was discarded once.
        told[start] = max(told.get(start, 0), _duration(parameters.get("discarded"), f"{place}.discarded"))
    found, before = [], 0
    for start, length in sorted(told.items()):
        if length:
            found.append(PauseFacts(None, PauseKind.ABSENT, max(start - before, 0), length))
            before += length
    return found


def freeswitch(commands: Sequence[Mapping[str, Any]], started_at: datetime) -> list[PauseFacts]:
    """Return what `uuid_record … mask` masked until `unmask`, each a `command` with the moment it was given (`at`).

    The file goes on as silence. A mask that was never taken off lasts to the end; a command that is neither is refused.
    """
    found: list[PauseFacts] = []
    since: int | None = None
    for number, one in enumerate(commands):
        place = f"freeswitch_commands[{number}]"
        at = max(fields.between_ms(started_at, fields.moment(one.get("at"), f"{place}.at").at), 0)
        if one.get("command") == "mask":
            since = at if since is None else since
        elif one.get("command") != "unmask":
            raise InvalidError("must be mask or unmask", f"{place}.command")
        elif since is not None:
            found.append(PauseFacts(None, PauseKind.MASKED, since, max(at - since, 0)))
            since = None
    return found if since is None else [*found, PauseFacts(None, PauseKind.MASKED, since, _LONGEST_MS)]


def amazon(contact: Mapping[str, Any], started_at: datetime) -> list[PauseFacts]:
    """Return what a contact of Amazon Connect tells: how often it was paused, how long altogether, and when last.

    Whether the file is shorter by it or holds silence is not documented, so the times are unsure: from the one pause on, or
    from the start where there were more. A recording of the contact may have begun later than the contact.
    """
    count = _whole(contact.get("TotalPauseCount"), "amazon_contact.TotalPauseCount") or 0
    seconds = _whole(contact.get("TotalPauseDurationInSeconds"), "amazon_contact.TotalPauseDurationInSeconds")
    if not count and not seconds:
        return []
    start, last = 0, contact.get("LastPausedTimestamp")
    if count == 1 and last is not None:
        at = fields.moment(last, "amazon_contact.LastPausedTimestamp").at
        begun = [fields.moment(value, "amazon_contact.Recordings").at for value in _starts(contact)]
        start = max(fields.between_ms(max([started_at, *begun]), at), 0)
    return [PauseFacts(None, PauseKind.UNSURE, start, (seconds or 0) * 1000)]


def _starts(contact: Mapping[str, Any]) -> Iterable[object]:
    listed = contact.get("Recordings") or []
    if not isinstance(listed, list) or not all(isinstance(one, Mapping) for one in listed):
        raise InvalidError("must be a list of objects", "amazon_contact.Recordings")
    return [one["StartTimestamp"] for one in listed if one.get("StartTimestamp") is not None]


def _first(holder: Mapping[str, Any], names: Iterable[str], place: str) -> int:
    for name in names:
        value = _whole(holder.get(name), f"{place}.{name}")
        if value is not None:
            return value
    raise InvalidError("does not say when and for how long", place)


def _whole(value: object, field: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LONGEST_MS:
        raise InvalidError("must be a whole number, up to a month", field)
    return value


def _duration(value: object, field: str) -> int:
    match = _ISO_SECONDS.fullmatch(value) if isinstance(value, str) else None
    if match is None or value == "PT":
        raise InvalidError("must be a duration (ISO 8601)", field)
    hours, minutes, seconds = match.groups()
    return round((int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds or 0)) * 1000)
