"""The content of dialog and analysis objects of a vCon: streams, transcripts and keys pressed.

Content is inline, in a file beside the vCon, or absent. A URL is never fetched: the file it names must lie beside the
vCon under a bare name, and where a hash is given it must hold. A redacted vCon that gives a name and a hash but no
URL stays without content even when such a file lies there: whoever redacted it took that file away.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from governance.errors import IntegrityError, InvalidError, UnsupportedFormatError
from governance.recordings import files
from governance.recordings.files import ALGORITHMS, ContentHash
from governance.recordings.importers import documents, fields
from governance.recordings.interaction import KeyFacts, MediaFacts, MediaKind, TranscriptFacts

_BUTTONS = frozenset("0123456789ABCD*#")
_MOST_HASHES = 8


def media(dialog: dict[str, Any], number: int, folder: Path | None, *, redacted: bool) -> MediaFacts:
    """Return the stream of a recording or text dialog.

    Raises `InvalidError` naming the dialog where its content is nowhere to be had, and `IntegrityError` where it is
    not what its hash says.
    """
    place = f"dialog[{number}]"
    kind = _kind(dialog)
    content_type = _content_type(dialog, place)
    started_at = fields.moment(dialog.get("start"), f"{place}.start")
    duration_ms = fields.milliseconds(dialog.get("duration"), f"{place}.duration")
    hashes = _hashes(dialog, place)
    body, path, why_absent = None, None, None
    if "body" in dialog and "url" in dialog:
        raise InvalidError("content is inline or elsewhere, not both", place)
    if "body" in dialog:
        body = inline(dialog, place)
        if kind is not MediaKind.CHAT and dialog.get("encoding") != "base64url":
            raise InvalidError("sound and pictures are inline as base64url only", f"{place}.encoding")
    elif "url" in dialog:
        path = _beside(dialog, folder, place)
    elif redacted:
        why_absent, hashes = "redacted in its source", ()
    else:
        raise InvalidError("has no content", place)
    facts = MediaFacts(
        kind, content_type, body, path, why_absent, hashes, started_at.at, duration_ms, dialog=number
    )
    if why_absent is None:
        _hold_to_hash(facts, place)
    return facts


def file_name(holder: dict[str, Any]) -> str | None:
    """Return the name that a dialog or an analysis gives to its file, or None if it gives none."""
    name, url = holder.get("filename"), holder.get("url")
    if name is None and isinstance(url, str):
        try:
            name = urlsplit(url).path.rpartition("/")[2]
        except ValueError:
            return None
    return name if isinstance(name, str) else None


def inline(holder: dict[str, Any], place: str) -> bytes:
    """Return the content in `body`, as bytes. JSON becomes JSON in UTF-8.

    Raises `InvalidError` where body and encoding do not fit.
    """
    body, encoding = holder["body"], holder.get("encoding")
    if encoding == "base64url" and isinstance(body, str):
        return documents.base64url(body, f"{place}.body")
    if encoding in ("none", None) and isinstance(body, str):
        return body.encode()
    if (encoding in ("json", "none", None) and isinstance(body, dict | list)) or encoding == "json":
        # Documents of 0.0.1 say "none" of a body that is JSON; what it is decides.
        return orjson.dumps(body)
    raise InvalidError("body and encoding do not fit together", f"{place}.encoding")


def transcript(
    analysis: dict[str, Any],
    number: int,
    positions: dict[int, int],
    folder: Path | None,
    language: str | None,
) -> TranscriptFacts:
    """Return a transcript; `positions` says which dialog became which stream.

    Raises `InvalidError` where it has no content or belongs to a dialog that is not there.
    """
    place = f"analysis[{number}]"
    if "body" in analysis:
        body = inline(analysis, place)
        hashes = _hashes(analysis, place)
        _hold_to_hash(MediaFacts(MediaKind.CHAT, None, body, hashes=hashes), place)
    elif "url" in analysis:
        path = _beside(analysis, folder, place)
        facts = MediaFacts(MediaKind.CHAT, None, path=path, hashes=_hashes(analysis, place))
        _hold_to_hash(facts, place)
        body = files.read_regular(path, documents.LARGEST_DOCUMENT)
    else:
        raise InvalidError("has no content", place)
    dialogs = analysis.get("dialog")
    dialogs = dialogs if isinstance(dialogs, list) else [dialogs] if dialogs is not None else []
    if not all(isinstance(one, int) and not isinstance(one, bool) for one in dialogs):
        raise InvalidError("must be the number of a dialog, or several", f"{place}.dialog")
    found = [positions.get(one) for one in dialogs]
    if None in found:
        raise InvalidError("belongs to a dialog that was not taken in", f"{place}.dialog")
    content_type = _content_type(analysis, place) or (
        "text/plain" if _is_text(analysis) else "application/json"
    )
    only = found[0] if len(found) == 1 else 0 if not found and len(positions) == 1 else None
    return TranscriptFacts(body, only, language, f"vcon.{place}", content_type)


def keys(dialog: dict[str, Any], number: int, position: int | None) -> list[KeyFacts]:
    """Return the keys pressed that `party_history` tells of, in its order, with their release where that is told.

    A card typed on a keypad stands here in clear while the sound may hold nothing of it.

    Raises `InvalidError` for a key that no telephone has.
    """
    place = f"dialog[{number}].party_history"
    start = fields.moment(dialog.get("start"), f"dialog[{number}].start").at
    pressed: list[KeyFacts] = []
    for event in dialog.get("party_history", []):
        kind, button = event.get("event"), event.get("button")
        if kind not in ("keydown", "keyup"):
            if button is not None:
                raise InvalidError("a button belongs to a key that goes down or up", place)
            continue
        if button == "":
            continue  # a redacted copy tells that a key was pressed and no longer which
        party = event.get("party")
        if not isinstance(button, str) or button.upper() not in _BUTTONS:
            raise InvalidError("a key that no telephone has", place)
        if not isinstance(party, int | None) or isinstance(party, bool):
            raise InvalidError("a party is a number", place)
        at = max(0, fields.between_ms(start, fields.moment(event.get("time"), place).at))
        if kind == "keydown":
            pressed.append(KeyFacts(position, party, at, None, button.upper()))
        elif not _released(pressed, party, button.upper(), at):
            pressed.append(KeyFacts(position, party, at, at, button.upper()))
    return pressed


def _released(pressed: list[KeyFacts], party: int | None, button: str, at: int) -> bool:
    """End the last such key that is still down; True if there was one."""
    # The search is bounded: nobody holds hundreds of keys, and a document could make this quadratic.
    for index in range(len(pressed) - 1, max(-1, len(pressed) - 64), -1):
        key = pressed[index]
        if key.end_ms is None and key.button == button and key.party == party:
            pressed[index] = KeyFacts(key.media_index, party, key.start_ms, max(at, key.start_ms), button)
            return True
    return False


def _kind(dialog: dict[str, Any]) -> MediaKind:
    if dialog.get("type") == "text":
        return MediaKind.CHAT
    mediatype = dialog.get("mediatype")
    return (
        MediaKind.SCREEN if isinstance(mediatype, str) and mediatype.startswith("video/") else MediaKind.VOICE
    )


def _content_type(holder: dict[str, Any], place: str) -> str | None:
    """Return the media type without its parameters."""
    mediatype = fields.text(holder.get("mediatype"), f"{place}.mediatype", most=1000, printable=False)
    if mediatype is None:
        return None
    plain = mediatype.split(";", 1)[0].strip().lower()
    if not 0 < len(plain) <= 100 or not plain.isprintable():
        raise InvalidError("not a media type", f"{place}.mediatype")
    return plain


def _is_text(analysis: dict[str, Any]) -> bool:
    return isinstance(analysis.get("body"), str) and analysis.get("encoding") != "json"


def _hashes(holder: dict[str, Any], place: str) -> tuple[ContentHash, ...]:
    """Return the hashes that can be checked. Where some are given, one must be of a kind that is known."""
    given = holder.get("content_hash")
    if given is None or given == []:
        return ()
    listed = given if isinstance(given, list) else [given]
    if len(listed) > _MOST_HASHES or not all(isinstance(one, str) for one in listed):
        raise InvalidError("a content hash is a text, or a short list of them", f"{place}.content_hash")
    split = [one.partition("-") for one in listed]
    known = tuple(
        ContentHash(algorithm, documents.base64url(digest, f"{place}.content_hash"))
        for algorithm, _, digest in split
        if algorithm in ALGORITHMS
    )
    if not known:
        raise UnsupportedFormatError("a content hash of a kind that is not known", f"{place}.content_hash")
    return known


def _beside(holder: dict[str, Any], folder: Path | None, place: str) -> Path:
    if folder is None:
        raise InvalidError("lies elsewhere, and nothing is fetched: send the content inside the vCon", place)
    name = file_name(holder)
    if name is None:
        raise InvalidError("lies elsewhere under no name: nothing is fetched", place)
    return files.beside(folder, name)


def _hold_to_hash(facts: MediaFacts, place: str) -> None:
    try:
        with facts.open() as stream:
            while facts.hashes and stream.read(1 << 20):
                pass
    except IntegrityError:
        raise IntegrityError(f"the content of {place} is not what its hash says") from None
    except InvalidError:
        raise InvalidError("its file must lie beside the vCon; nothing is fetched", place) from None
