"""A spool is a file like any other, except that nobody finds a clear byte of it on a disk."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.errors import IntegrityError
from governance.redaction import audio
from governance.vault.cipher import CHUNK
from governance.vault.spool import Spool
from tests.redaction import sounds

PLACES = st.one_of(st.integers(0, 5 * CHUNK), st.sampled_from([0, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK]))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), PLACES, st.binary(min_size=1, max_size=50)),
        st.tuples(st.just("fill"), PLACES, st.integers(1, 2 * CHUNK)),
        st.tuples(st.just("read"), PLACES, st.integers(0, 2 * CHUNK)),
        st.tuples(st.just("truncate"), PLACES, st.none()),
    ),
    max_size=12,
)


@given(steps=STEPS, held=st.integers(1, 3))
@settings(deadline=None)
def test_it_reads_and_writes_as_a_file_in_memory_does(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, bytes | int | None]], held: int
) -> None:
    mine, theirs = Spool(tmp_path_factory.getbasetemp(), held), io.BytesIO()
    with mine:
        for step, place, how in steps:
            for file in (mine, theirs):
                file.seek(place)
            if step == "read":
                assert isinstance(how, int)
                assert mine.read(how) == theirs.read(how)
            elif step == "truncate":
                assert mine.truncate() == theirs.truncate()
                _grown(theirs, place)
            else:
                data = how if isinstance(how, bytes) else bytes(i * 31 % 251 for i in range(how or 0))
                assert mine.write(data) == theirs.write(data)
            assert mine.tell() == theirs.tell()
        assert mine.seek(0, io.SEEK_END) == theirs.seek(0, io.SEEK_END)
        mine.seek(0)
        assert mine.read() == theirs.getvalue()


def _grown(file: io.BytesIO, size: int) -> None:
    """A file on a disk grows when it is truncated beyond its end; one in memory does not."""
    if len(file.getvalue()) < size:
        file.seek(size - 1)
        file.write(b"\0")


def on_disk(spool: Spool) -> bytes:
    disk = spool._disk
    return b"" if disk is None else os.pread(disk.fileno(), 1 << 30, 0)


def test_a_disk_sees_no_clear_byte_no_name_and_no_page_the_same_twice(tmp_path: Path) -> None:
    secret = b"four one one one " * 8
    with Spool(tmp_path, held=1) as spool:
        seen = set()
        for _ in range(3):  # the same clear bytes in the same place
            spool.seek(0)
            spool.write(secret)
            spool.seek(4 * CHUNK)
            spool.write(secret)  # puts the first page away
            seen.add(on_disk(spool)[:CHUNK])
        assert len(seen) == 3
        assert all(secret[:17] not in page for page in seen)
        assert list(tmp_path.iterdir()) == []


def test_what_is_small_never_meets_a_disk(tmp_path: Path) -> None:
    with Spool(tmp_path) as spool:
        spool.write(bytes(16 * 1024 * 1024))
        spool.seek(0)
        assert len(spool.read()) == 16 * 1024 * 1024
        assert on_disk(spool) == b""


def test_a_page_that_the_disk_changed_or_that_is_an_older_one_is_not_believed(tmp_path: Path) -> None:
    with Spool(tmp_path, held=1) as spool:
        for number, at in enumerate((0, CHUNK, 0, CHUNK)):
            spool.seek(at)
            spool.write(bytes([number]) * 100)
            if number == 1:
                older = on_disk(spool)
        spool.seek(CHUNK)
        disk = spool._disk
        assert disk is not None
        os.pwrite(disk.fileno(), older, 0)
        spool.seek(0)
        with pytest.raises(IntegrityError, match="did not come back"):
            spool.read(10)


def test_what_is_closed_is_forgotten(tmp_path: Path) -> None:
    spool = Spool(tmp_path, held=1)
    spool.write(bytes(3 * CHUNK))
    spool.seek(0)
    spool.close()
    spool.close()
    with pytest.raises(ValueError, match="closed"):
        spool.read()


@pytest.mark.parametrize("codec", sounds.CODECS, ids=lambda codec: "-".join(map(str, codec)))
def test_a_recording_is_redacted_on_an_encrypted_disk_as_in_memory(
    codec: tuple[str, str, int, int], tmp_path: Path
) -> None:
    container, subtype, rate, channels = codec
    source = sounds.recording([sounds.babble(9.0, rate)] * channels, container, subtype, rate)
    memory = io.BytesIO()
    with io.BufferedRandom(Spool(tmp_path, held=1), CHUNK) as disk:
        assert audio.redact(source, disk, [sounds.span(1000, 3000)]) == audio.redact(
            source, memory, [sounds.span(1000, 3000)]
        )
        copy = io.BytesIO(disk.read())
    assert np.array_equal(sounds.decoded(copy), sounds.decoded(memory))
