"""What a redaction certificate says: which bytes came in, which are kept, what was cut where, who looked, what was left.

Pure. It holds places and kinds and never the data. It is JSON of the log's own subset, so that its RFC 8785 bytes are what
any library writes, and its SHA-256 can be recomputed by anybody and compared with the one that stands in the log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from governance.recordings.models import MASTER, RENDITION
from governance.redaction import firstlook, unwritten

if TYPE_CHECKING:
    from governance.redaction.models import RedactionRun
    from governance.redaction.outcome import Outcome

FORMAT = "recording-governance/redaction-certificate/1"
SOUND, TRANSCRIPT, CHAT = "sound", "transcript", "chat"

LOOKED_FOR: Mapping[tuple[str, str], tuple[str, ...]] = {
    (SOUND, MASTER): ("cuts_are_silent",),
    (TRANSCRIPT, RENDITION): ("card_data_in_words",),
    (CHAT, RENDITION): ("card_data_in_words",),
}
"""For what the second look examines each stored version. A text of the master is written from the same findings and is
not looked at again: it keeps card numbers on purpose."""


SALTED = "salted_sha256"
PLAIN, KEYED = "sha256", "hmac_sha256"
Told = dict[str, Any]


def salted(salt: bytes, sha256: str) -> str:
    """Return what a certificate says of a text that everybody reads masked: the SHA-256 of `SALT:DIGEST`, both in hexadecimal.

    A later run may mask more of it. What it masks could then be found by trying it out against the plain digest of the
    text as it was (PCI DSS 3.5.1.1); against this one only while the salt is known, and it goes with the text.
    """
    return hashlib.sha256(f"{salt.hex()}:{sha256}".encode()).hexdigest()


def digest(what: str, position: int, kind: str, value: str) -> Told:
    """Return a digest with what it is of. `kind` is `sha256` for sound; a text has one that is salted, or keyed.

    Of the originals and masters of texts only the digest under a key of the tenant is told: a rendition beside any other
    would tell what it hides.
    """
    return {"what": what, "position": position, kind: value}


def version(
    digest: Mapping[str, Any],
    level: str,
    size: int,
    media_id: str | None,
    examined: Sequence[str] | None = None,
) -> Told:
    """Return one stored version as certificates have it: its digest, how long it is, and for what it was examined."""
    return {
        **digest,
        "level": level,
        "bytes": size,
        "examined_for": list(LOOKED_FOR.get((digest["what"], level), ()) if examined is None else examined),
        **({"media_id": media_id} if media_id is not None else {}),
    }


def heard_for(position: int, language: str | None, result: Outcome) -> list[str]:
    """Return for what the second look examines the sound of a rendition: with or without the model of spoken digits.

    As `secondlook.hear` and `residue` do: the model is asked in its own language alone, and where policy lets it suffice,
    speech that no transcript writes down is not held against the sound.
    """
    digits = result.policies.redaction.spoken_digits
    count = len(result.look.spans)
    mine = [
        said
        for said in result.look.said
        if said.stream in (None, position) and firstlook.is_bound(said.stream, count)
    ]
    spoken = mine[-1].language if mine else language
    looked = ["cuts_are_silent", "keypad_tones"]
    if digits.second_look and unwritten.knows(spoken):
        looked.append("spoken_digits")
    if not unwritten.suffices(spoken, digits, has_words=any(said.document.words for said in mine)):
        looked.append("speech_without_words")
    return looked


def compose(
    head: Mapping[str, str],
    *,
    originals: Iterable[Mapping[str, Any]],
    kept: Iterable[Mapping[str, Any]],
    run: RedactionRun,
    result: Outcome,
    sample: Mapping[str, Any],
    supersedes: str | None,
) -> dict[str, Any]:
    """Return what is certified of a release. `head` says of what, by whom and when.

    `sample` is its draw; `supersedes` is the SHA-256 of the recording's certificate before this one; None for its first.
    """
    return {
        "format": FORMAT,
        **head,
        "run_id": run.id,
        "policy": {"digest": run.policy_digest, "version": run.policy_version},
        "detectors": dict(run.detectors),
        "originals": [dict(one) for one in originals],
        "kept": [dict(one) for one in kept],
        "spans": [_place(one) for one in run.spans],
        "masked": list(_masked(result)),
        "second_look": {"outcome": run.outcome, "found": list(run.second_look["obstacles"])},
        "sample": dict(sample),
        **({"supersedes": supersedes} if supersedes is not None else {}),
    }


def _place(span: Mapping[str, Any]) -> dict[str, Any]:
    names = ("stream", "channel", "start_ms", "end_ms", "entity", "timing")
    return {name: span[name] for name in names if span.get(name) is not None}


def _masked(result: Outcome) -> Iterable[dict[str, Any]]:
    """Yield where texts were masked, in the words (or, of a chat, the characters) of the text that was read."""
    for said in result.look.said:
        for one in said.found:
            yield {
                "what": TRANSCRIPT, "position": said.position, "first_word": one.first, "last_word": one.last,
                "entity": one.entity.value,
            }  # fmt: skip
    for position, chat in sorted(result.chats.items()):
        for found in chat.found:
            yield {
                "what": CHAT, "position": position, "start": found.start, "end": found.end,
                "entity": found.entity.value,
            }  # fmt: skip
