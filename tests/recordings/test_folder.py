"""What is found under a path: every document once, none passed over in silence, nothing that is not ours."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from governance.errors import InvalidError
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
    (tmp_path / "two.mp3").write_bytes(SOUND)
    assert names(tmp_path) == ["one.vcon", "three.json", "two.vcon.json"]
    assert {folder.read(path).source for path in folder.find([tmp_path])} == {"vcon"}


def test_a_sound_file_means_the_metadata_beside_it(pairs: Path) -> None:
    assert folder.read(pairs / "a.wav").external_id == "1"
