"""What a witness signs and how it is asked: the norms' bytes, and nothing but them."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from governance.audit import cosignature, policyfile, submission
from governance.audit.note import COSIGNATURE, ED25519, Note, VerifierKey
from governance.audit.submission import Submission
from governance.errors import IntegrityError, InvalidError

PRIVATE = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"recgov demo witness key").digest())
WITNESS = VerifierKey("witness.example/w1", COSIGNATURE, PRIVATE.public_key().public_bytes_raw())
TEXT = "recgov.example/audit/acme/2026\n3\nJDH/Z47mMUS1glcTpA+dHk3jC92pnMG+moCtt3G5b0s=\n"
LOG_LINE = "— recgov.example/audit/acme/2026 8tKQ2q1EPwq5qeXVcdiTto2ecQdpISZE1Yvrg2ykT5k3gIqWuSq7nAmR+Dfc050E+OwKo5jF6BtRY32ijAjRlBT8nAo=\n"
LINE = "— witness.example/w1 Y6EBGwAAAABrAc4T6F7DrDry4o7KRpibiOkWBQUuKamIDOwUX0Ex1C5ppdjFzhKt5+y/JZM451UNY0Suhs507Y+VofxpZoXiO/HjCw==\n"
SECONDS = 0x6B01CE13


def test_the_line_of_the_worked_example_is_made_byte_for_byte() -> None:
    made = cosignature.cosign(TEXT, WITNESS, PRIVATE.sign, SECONDS)
    assert made.line == LINE
    assert str(WITNESS) == "witness.example/w1+63a1011b+BJfc/06SkrxgeLGNREzxUD6qdmXdPXP3udZne1wiNXUg"
    assert cosignature.read(LINE, TEXT, WITNESS) == made


def test_lines_of_keys_nobody_asked_are_ignored_and_the_latest_of_one_key_counts() -> None:
    later = cosignature.cosign(TEXT, WITNESS, PRIVATE.sign, SECONDS + 1)
    assert cosignature.read(LOG_LINE + later.line + LINE, TEXT, WITNESS) == later


@given(st.integers(0, len(LINE.encode()) * 8 - 1))
def test_no_single_bit_of_a_cosignature_can_change(bit: int) -> None:
    raw = bytearray(LINE.encode())
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises((IntegrityError, UnicodeDecodeError)):
        cosignature.read(raw.decode(), TEXT, WITNESS)


@pytest.mark.parametrize("answer", ["", "\n", LINE[:-1], LOG_LINE, LINE + "\n", LINE + "nonsense\n"])
def test_an_answer_that_is_no_cosignature_by_that_witness_is_refused(answer: str) -> None:
    with pytest.raises(IntegrityError):
        cosignature.read(answer, TEXT, WITNESS)


def test_a_cosignature_of_another_checkpoint_or_by_another_kind_of_key_is_refused() -> None:
    with pytest.raises(IntegrityError):
        cosignature.read(LINE, TEXT.replace("\n3\n", "\n4\n"), WITNESS)
    plain = VerifierKey(WITNESS.name, ED25519, WITNESS.public)
    with pytest.raises(IntegrityError):
        cosignature.read(LINE, TEXT, plain)
    with pytest.raises(InvalidError):
        cosignature.cosign(TEXT, plain, PRIVATE.sign, SECONDS)


def test_a_moment_beyond_what_the_norm_has_room_for_is_refused() -> None:
    with pytest.raises(InvalidError):
        cosignature.cosign(TEXT, WITNESS, PRIVATE.sign, 1 << 63)
    from governance.audit import note

    late = (1 << 63).to_bytes(8, "big")
    blob = late + PRIVATE.sign(note.cosigned_message(TEXT, 1 << 63))
    with pytest.raises(IntegrityError):
        cosignature.read(str(note.signature(WITNESS, blob)), TEXT, WITNESS)


ASKED = f"old 1\n{'gs' + 'A' * 41}=\n\n{TEXT}\n{LOG_LINE}"


def test_a_request_is_read_as_it_was_written() -> None:
    read = submission.parse(ASKED)
    assert (read.old, len(read.proof), read.checkpoint) == (1, 1, f"{TEXT}\n{LOG_LINE}")
    assert str(read) == ASKED
    assert str(Submission(0, (), "x")) == "old 0\n\nx"


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT,
        ASKED.replace("old 1", "old 01"),
        ASKED.replace("old 1", "old -1"),
        ASKED.replace("old 1", "old  1"),
        ASKED.replace("old 1", "new 1"),
        ASKED.replace("old 1", "old 1 "),
        ASKED.replace("old 1", "old 1" + "0" * 18),
        ASKED.replace("A=\n", "A\n"),
        ASKED.replace("A=\n", "B=\n"),
        ASKED.replace("=\n\nrec", "=\n===\n\nrec"),
        "old 1\n" + ("A" * 43 + "=\n") * 64 + "\n" + TEXT,
    ],
)
def test_a_request_in_any_other_form_is_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        submission.parse(text)


def test_a_file_of_witnesses_names_where_they_are_asked_and_needs_no_log() -> None:
    text = f"witness w1 {WITNESS} https://witness.example/w1\ngroup all-of-them all w1\nquorum all-of-them\n"
    read = policyfile.parse_witnesses(text)
    assert read.urls == {"w1": "https://witness.example/w1"}
    signed = Note.parse(f"{TEXT}\n{LOG_LINE}{LINE}")
    assert read.is_witnessed(signed)
    assert not read.is_witnessed(Note.parse(f"{TEXT}\n{LOG_LINE}"))
    with pytest.raises(InvalidError, match="no log"):
        policyfile.parse(text)
