"""A few mutants of a sound file of every kind, the same each time; `make fuzz-audio` makes as many as one likes."""

from __future__ import annotations

import random

import pytest

from governance.redaction import treatment
from tests.fuzzing import sound_mutations, sound_promises
from tests.fuzzing.promises import BrokenPromiseError

MUTANTS = 120


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return sound_promises.corpus(tmp_path_factory.mktemp("sounds"))


@pytest.mark.slow
def test_a_mutant_is_refused_with_nothing_written_or_redacted_with_nothing_left(
    samples: dict[str, bytes],
) -> None:
    chance, names = random.Random(7), sorted(samples)
    read = 0
    for at in range(MUTANTS):
        data = sound_mutations.mutant(samples[names[at % len(names)]], samples[chance.choice(names)], chance)
        read += sound_promises.keep(data)
    assert read > MUTANTS // 20


def test_a_broken_promise_is_noticed(samples: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """The fuzzer would be worth nothing if it let the sound through: here nothing is cut out, and nothing checked."""
    from governance.redaction import patching

    monkeypatch.setattr(treatment, "paint", lambda *_: None)
    monkeypatch.setattr(patching, "overwrite", lambda *_: None)
    monkeypatch.setattr(treatment.Check, "feed", lambda *_: None)
    with pytest.raises(BrokenPromiseError, match="heard under the span"):
        sound_promises.keep(samples["WAV-PCM_16-8000"])
