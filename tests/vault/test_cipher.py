"""Encrypted blobs: every range reads back, and no change of a byte, chunk, order or end goes unnoticed."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.errors import IntegrityError
from governance.vault.cipher import CHUNK, TAG, Encrypter, Reader

KEY = bytes(range(32))


def sealed(clear: bytes, blob_id: str = "blob_1", portions: int = 1 << 20) -> bytes:
    sink = io.BytesIO()
    encrypter = Encrypter(sink, KEY, blob_id)
    for start in range(0, len(clear), portions):
        encrypter.write(clear[start : start + portions])
    encrypter.finish()
    return sink.getvalue()


def opened(stored: bytes, blob_id: str = "blob_1", key: bytes = KEY) -> io.BufferedReader:
    return io.BufferedReader(Reader(lambda start, end: stored[start:end], len(stored), key, blob_id))


@given(
    st.integers(0, 3 * CHUNK + 10),
    st.integers(1, 100_000),
    st.integers(0, 4 * CHUNK),
    st.integers(0, 2 * CHUNK),
)
def test_any_range_of_any_length_reads_back(length: int, portions: int, start: int, count: int) -> None:
    clear = bytes(i * 31 % 251 for i in range(length))
    with opened(sealed(clear, portions=portions)) as reader:
        assert reader.read() == clear
        reader.seek(start)
        assert reader.read(count) == clear[start : start + count]


@given(st.data())
def test_a_changed_byte_is_never_read(data: st.DataObject) -> None:
    stored = bytearray(sealed(b"x" * (CHUNK + 500)))
    place = data.draw(st.integers(0, len(stored) - 1))
    stored[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(IntegrityError), opened(bytes(stored)) as reader:
        reader.read()


@pytest.mark.parametrize("clear", [b"", b"short", b"y" * CHUNK, b"y" * (2 * CHUNK), b"y" * (2 * CHUNK + 7)])
def test_a_blob_cut_anywhere_near_an_edge_is_not_a_shorter_blob(clear: bytes) -> None:
    stored = sealed(clear)
    edges = {len(stored) - 1, len(stored) - TAG, len(stored) - TAG - 1, len(stored) - CHUNK - TAG, 10, 0}
    for end in sorted(edge for edge in edges if 0 <= edge < len(stored)):
        with pytest.raises(IntegrityError), opened(stored[:end]) as reader:
            reader.read()


def test_chunks_cannot_change_places() -> None:
    stored = sealed(b"a" * CHUNK + b"b" * CHUNK + b"c")
    head = len(stored) - (2 * (CHUNK + TAG) + 1 + TAG)
    first, second = stored[head : head + CHUNK + TAG], stored[head + CHUNK + TAG : head + 2 * (CHUNK + TAG)]
    swapped = stored[:head] + second + first + stored[head + 2 * (CHUNK + TAG) :]
    with pytest.raises(IntegrityError), opened(swapped) as reader:
        reader.read()


def test_a_blob_does_not_open_under_another_name_or_key() -> None:
    stored = sealed(b"secret")
    with pytest.raises(IntegrityError), opened(stored, blob_id="blob_2") as reader:
        reader.read()
    with pytest.raises(IntegrityError), opened(stored, key=b"k" * 32) as reader:
        reader.read()


def test_nothing_clear_is_in_the_stored_bytes() -> None:
    assert b"4111111111111111" not in sealed(b"4111111111111111" * 5000)
