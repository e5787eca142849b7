"""A sink of files: whole lines, rotated, and none half-written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from governance.siem import files


def append(folder: Path, first: int, *lines: bytes, most: int = 100) -> str:
    outcome = files.append(folder, 3, first, lines, most=most, suffix="jsonl")
    return outcome.code or outcome.end


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("log-*"))


def test_a_full_file_is_followed_by_one_that_is_named_by_its_first_index(tmp_path: Path) -> None:
    assert append(tmp_path / "a", 0, b"x" * 60) == "sent"
    assert append(tmp_path / "a", 1, b"x" * 60) == "sent"
    assert append(tmp_path / "a", 2, b"x" * 60) == "sent"
    assert names(tmp_path / "a") == [f"log-0000000003-from-{first:016}.jsonl" for first in (0, 2)]
    assert (tmp_path / "a" / names(tmp_path / "a")[0]).stat().st_mode & 0o777 == 0o600


def test_a_line_that_a_crash_left_half_written_is_cut_off(tmp_path: Path) -> None:
    append(tmp_path, 0, b"one", b"two")
    (path,) = tmp_path.glob("log-*")
    with path.open("ab") as file:
        file.write(b"y" * 70000)
    append(tmp_path, 2, b"three", most=10**6)
    assert path.read_bytes() == b"one\ntwo\nthree\n"


def test_a_file_that_is_nothing_but_half_a_line_begins_anew(tmp_path: Path) -> None:
    (tmp_path / "log-0000000003-from-0000000000000000.jsonl").write_bytes(b"half")
    append(tmp_path, 0, b"whole")
    assert (tmp_path / names(tmp_path)[0]).read_bytes() == b"whole\n"


def test_lines_are_on_the_disk_before_they_count_as_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_handle: int) -> None:
        raise OSError(5, "input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    assert append(tmp_path, 0, b"one") == "unwritable"


def test_a_link_in_the_place_of_a_file_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.write_text("")
    folder = tmp_path / "sink"
    folder.mkdir()
    (folder / "log-0000000003-from-0000000000000000.jsonl").symlink_to(target)
    assert append(folder, 0, b"one") == "unwritable"
    assert target.read_text() == ""


def test_a_disk_that_is_full_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert append(tmp_path, 0, b"one") == "disk_full"
