"""A few hundred mutants of every vendor's transcript, the same each time; `make fuzz` makes as many as one likes."""

from __future__ import annotations

import random
import zlib

import pytest

from governance.redaction.transcripts.document import TranscriptDocument
from tests.fuzzing import mutations, promises
from tests.redaction import vendors
from tests.redaction.conversation import PAN

MUTANTS = 25


@pytest.mark.parametrize("name", vendors.ALL)
def test_a_mutant_is_refused_or_redacted(name: str) -> None:
    chance = random.Random(zlib.crc32(name.encode()))
    sample = vendors.ALL[name]()
    read = sum(promises.keep(mutations.mutant(sample, chance)) for _ in range(MUTANTS))
    assert read > MUTANTS // 10  # most of them would test the parser of JSON alone, otherwise


def test_a_broken_promise_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fuzzer would be worth nothing if it let the card through: here nothing is redacted, so it stands in the answer."""
    monkeypatch.setattr(TranscriptDocument, "redact", lambda document, *_args, **_named: document)
    with pytest.raises(promises.BrokenPromiseError):
        promises.keep(f"the card is {PAN} and that is all".encode())
