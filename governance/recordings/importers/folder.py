"""Finds the documents under the paths an operator names, and reads each by what it is.

Links are not followed. In a folder a JSON file counts when sound of the same name lies beside it or when it reads
like metadata or a vCon; other JSON is not ours. Sound that no document names is found too, and so is a folder that
cannot be read, so that their refusal is heard: a recording that is passed over in silence is lost.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from governance.errors import GovernanceError, InvalidError, NotFoundError
from governance.recordings import files
from governance.recordings.importers import documents, envelope, sidecar, vcon, vcon_content
from governance.recordings.importers.envelope import Trust
from governance.recordings.interaction import NOTHING_ELSE_SAID, Defaults, Interaction

_VCON = (".vcon", ".vcon.json", ".vcon.gz")
_SIGNS_OF_A_VCON = ("uuid", "payload", "ciphertext")


def find(paths: Iterable[Path]) -> Iterator[Path]:
    """Return the documents at and under `paths`, each once, in an order that is the same every time.

    A file named outright is always among them, whatever it is: `read` says what is wrong with it.
    """
    seen: set[Path] = set()
    for path in paths:
        for found in _under(path) if path.is_dir() else [path]:
            if found not in seen:
                seen.add(found)
                yield found


def read(path: Path, defaults: Defaults = NOTHING_ELSE_SAID, trusted: Trust | None = None) -> Interaction:
    """Return the interaction in a document of any kind that is known; a sound file means the metadata beside it.

    Raises what the reader of its kind raises, always an error of this product: `NotFoundError` where nothing lies there,
    `InvalidError` for a folder, which only one that cannot be listed is among what `find` returns.
    """
    if not os.path.lexists(path):
        raise NotFoundError("there is no such file or folder")
    if path.is_dir():
        raise InvalidError("a folder that cannot be read", "path")
    if path.name.lower().endswith(_VCON):
        return vcon.read(path, defaults, trusted)
    if path.suffix.lower() in sidecar.AUDIO:
        beside = path.with_suffix(".json")
        if not beside.is_file():
            raise InvalidError("no metadata of the same name beside the sound", "metadata")
        return sidecar.read(beside, defaults)
    if path.suffix.lower() != ".json":
        raise InvalidError("neither metadata nor a vCon nor sound", "path")
    content = documents.load(files.read_regular(path, documents.LARGEST_DOCUMENT))
    if "external_id" not in content and any(sign in content for sign in _SIGNS_OF_A_VCON):
        return vcon.read(path, defaults, trusted)
    return sidecar.read(path, defaults)


def _under(folder: Path) -> Iterator[Path]:
    unreadable: list[Path] = []
    walk = os.walk(
        folder, followlinks=False, onerror=lambda error: unreadable.append(Path(error.filename or folder))
    )
    for at, below, names in walk:
        below.sort()
        here = [Path(at, name) for name in sorted(names)]
        sound = [path for path in here if _is_sound(path)]
        stems = {path.stem for path in sound}
        claimed = {path for path in sound if path.with_suffix(".json").is_file()}
        if len(claimed) < len(sound):
            # Only now, since it reads every document of the folder.
            claimed |= {Path(at, name) for path in here for name in _names(path)}
        for path in here:
            if path not in claimed if _is_sound(path) else _counts(path, stems):
                yield path
    yield from unreadable


def _is_sound(path: Path) -> bool:
    return path.suffix.lower() in sidecar.AUDIO


def _counts(path: Path, stems: set[str]) -> bool:
    name = path.name.lower()
    if name.endswith(_VCON):
        return True
    if not name.endswith(".json") or name.endswith(sidecar.TRANSCRIPT):
        return False
    return path.stem in stems or _reads_like_a_document(path)


def _reads_like_a_document(path: Path) -> bool:
    try:
        content = documents.load(files.read_regular(path, documents.LARGEST_DOCUMENT))
    except GovernanceError:
        return True  # whatever it was: its refusal must be heard
    return any(sign in content for sign in ("external_id", *_SIGNS_OF_A_VCON))


def _names(path: Path) -> Iterator[str]:
    """Return the names of files that a document gives to its content; none for what is no readable document."""
    name = path.name.lower()
    if not name.endswith((*_VCON, ".json")) or name.endswith(sidecar.TRANSCRIPT):
        return
    try:
        content, _ = envelope.unpack(files.read_regular(path, documents.LARGEST_DOCUMENT), None)
    except GovernanceError:
        return  # its own refusal is heard, and that of its sound too
    for member in ("media", "dialog", "analysis"):
        listed = content.get(member)
        for one in listed if isinstance(listed, list) else ():
            if isinstance(one, dict):
                named = one.get("file") if member == "media" else vcon_content.file_name(one)
                if isinstance(named, str):
                    yield named
