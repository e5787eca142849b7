"""The archive of a package: stretches made apart are one ZIP that everybody's tools open, and nothing in it unpacks to more."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.subjects import package_archive
from governance.subjects.package_archive import Stretch

AT = datetime(2026, 3, 2, 9, 1, 3, tzinfo=UTC)
BODIES = st.lists(st.lists(st.binary(max_size=300), max_size=3), min_size=1, max_size=5)


def archive(bodies: list[list[bytes]]) -> bytes:
    """Return an archive of one stretch a list, put together as a package is read."""
    whole, placed = b"", []
    for at, files in enumerate(bodies):
        sink = io.BytesIO()
        stretch = Stretch(sink, AT)
        for number, body in enumerate(files):
            stretch.add(f"recordings/{at:04}/file-{number}.bin", io.BytesIO(body))
        placed += [(one, len(whole)) for one in stretch.files]
        if at == len(bodies) - 1:
            stretch.end(placed, len(whole))
        assert stretch.bytes == len(sink.getvalue())
        whole += sink.getvalue()
    return whole


@pytest.mark.parametrize("limits", [(0xFFFFFFFF, 0xFFFF), (1, 1)], ids=["zip", "zip64"])
def test_everybodys_tools_open_it(
    limits: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package_archive, "MOST_OFFSET", limits[0])
    monkeypatch.setattr(package_archive, "MOST_FILES", limits[1])
    path = tmp_path / "package.zip"
    path.write_bytes(archive([[b"first", b""], [b"\0" * 2_000_000], [b"last"]]))
    with zipfile.ZipFile(path) as opened:
        assert opened.testzip() is None
        assert [one.file_size for one in opened.infolist()] == [5, 0, 2_000_000, 4]
        assert opened.read("recordings/0002/file-0.bin") == b"last"
        assert {one.date_time for one in opened.infolist()} == {(2026, 3, 2, 9, 1, 2)}
    if shutil.which("unzip"):
        done = subprocess.run(["unzip", "-t", path], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


@given(BODIES)
def test_whatever_is_in_it_comes_out_again_and_weighs_what_it_says(bodies: list[list[bytes]]) -> None:
    with zipfile.ZipFile(io.BytesIO(archive(bodies))) as opened:
        found = [opened.read(one) for one in opened.infolist()]
        assert found == [body for files in bodies for body in files]
        assert all(one.compress_size == one.file_size for one in opened.infolist()), "nothing can be a bomb"


def test_a_file_is_known_by_its_digest() -> None:
    made = Stretch(io.BytesIO(), AT).add("a", io.BytesIO(b"hello"))
    assert made.sha256 == hashlib.sha256(b"hello").hexdigest()
