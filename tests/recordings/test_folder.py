"""What is found under a path: every document once, none passed over in silence, nothing that is not ours."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from governance.errors import InvalidError, NotFoundError
from governance.recordings.importers import folder
from tests.recordings.vcons import SOUND, a_vcon

FACTS = {"source": "recorder", "external_id": "1", "started_at": "2026-10-01T10:00:00Z"}


def names(*paths: Path) -> list[str]:
    return [path.name for path in folder.find(paths)]


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    (tmp_path / "deep").mkdir()
    for name in ("b", "a", "deep/c"):
        (tmp_path / f"{name}.json").write_text(json.dumps(FACTS))
        (tmp_path / f"{name}.wav").write_bytes(SOUND)
        (tmp_path / f"{name}.transcript.json").write_text("{}")
    (tmp_path / "truth.json").write_text('{"calls": []}')
    (tmp_path / "README.md").write_text("x")
    return tmp_path


def test_pairs_are_found_in_order_and_other_files_are_not_ours(pairs: Path) -> None:
    assert names(pairs) == ["a.json", "b.json", "c.json"]
    assert names(pairs / "a.json", pairs) == ["a.json", "b.json", "c.json"]


def test_a_recording_is_never_passed_over_in_silence(pairs: Path) -> None:
    (pairs / "alone.mp3").write_bytes(SOUND)
    (pairs / "soundless.json").write_text(json.dumps(FACTS))
    (pairs / "unreadable.json").write_text("{")
    assert {"alone.mp3", "soundless.json", "unreadable.json"} < set(names(pairs))
    for name in ("alone.mp3", "soundless.json", "unreadable.json", "README.md"):
        with pytest.raises(InvalidError):
            folder.read(pairs / name)


def test_links_are_not_followed(pairs: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "z.json").write_text(json.dumps(FACTS))
    (pairs / "linked").symlink_to(elsewhere)
    (pairs / "z.json").symlink_to(elsewhere / "z.json")
    assert names(pairs).count("z.json") == 1
    with pytest.raises(InvalidError):
        folder.read(pairs / "z.json")


def test_vcons_are_found_by_name_or_by_what_they_are(tmp_path: Path) -> None:
    for name in ("one.vcon", "two.vcon.json", "three.json"):
        (tmp_path / name).write_text(json.dumps(a_vcon()))
    assert names(tmp_path) == ["one.vcon", "three.json", "two.vcon.json"]
    assert {folder.read(path).source for path in folder.find([tmp_path])} == {"vcon"}


def test_a_sound_file_means_the_metadata_beside_it(pairs: Path) -> None:
    assert folder.read(pairs / "a.wav").external_id == "1"


def test_sound_that_a_document_names_is_its_own_and_other_sound_beside_it_is_heard_of(tmp_path: Path) -> None:
    for name in ("a.mp3", "b.wav", "c.wav", "d.wav", "left-1.wav", "left-2.wav"):
        (tmp_path / name).write_bytes(SOUND)
    for name, dialog in (
        ("one.vcon", {"type": "recording", "url": "https://example.test/calls/a.mp3?x=1"}),
        ("two.json", {"type": "recording", "url": "https://example.test/1", "filename": "b.wav"}),
    ):
        (tmp_path / name).write_text(json.dumps({"uuid": name, "dialog": [dialog, 7]}))
    (tmp_path / "three.json").write_text(
        json.dumps(FACTS | {"media": [{"file": "c.wav"}, {"file": "d.wav"}]})
    )
    (tmp_path / "four.vcon").write_text("{")
    assert names(tmp_path) == ["four.vcon", "left-1.wav", "left-2.wav", "one.vcon", "three.json", "two.json"]


def test_a_folder_that_cannot_be_read_is_found_and_refused(
    pairs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = os.scandir

    def scandir(path: str) -> object:
        if Path(path).name == "deep":
            raise PermissionError(13, "Permission denied", str(path))
        return listing(path)

    with monkeypatch.context() as patched:
        patched.setattr(os, "scandir", scandir)
        assert names(pairs) == ["a.json", "b.json", "deep"]
    with pytest.raises(InvalidError, match="cannot be read"):
        folder.read(pairs / "deep")


def test_what_is_not_there_is_said_to_be_not_there(tmp_path: Path) -> None:
    (nowhere,) = folder.find([tmp_path / "nowhere"])
    with pytest.raises(NotFoundError, match="no such file or folder"):
        folder.read(nowhere)
