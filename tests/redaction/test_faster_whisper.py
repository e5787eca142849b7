"""faster-whisper itself, where the extra `speech` is installed, with a model of its form whose weights are chance.

Nothing sensible is heard by it, but all that is not hearing is real: library, folder, tokeniser, word times, process, pipe.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from governance.policy.redaction import SpeechRecognition
from governance.redaction.engines import choice, process
from governance.redaction.spans import Timing

pytest.importorskip("faster_whisper", reason="the extra speech is not installed")

SAMPLES = Path(__file__).resolve().parents[2] / "governance" / "samples"
LENGTH_MS = soundfile.info(SAMPLES / "card-jcb.wav").frames // 8 + 1
WIDTH, HEADS, INNER, MELS = 64, 2, 256, 80


class Chance:
    """Fills the layers of a model."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(0)

    def weights(self, *shape: int) -> Any:
        return self._random.normal(0, 0.3, shape).astype(np.float32)

    def linear(self, layer: Any, out: int, into: int) -> None:
        layer.weight, layer.bias = self.weights(out, into), np.zeros(out, dtype=np.float32)

    def norm(self, layer: Any) -> None:
        layer.gamma, layer.beta = np.ones(WIDTH, dtype=np.float32), np.zeros(WIDTH, dtype=np.float32)

    def attention(self, layer: Any, *outs: int) -> None:
        self.norm(layer.layer_norm)
        for linear, out in zip(layer.linear, outs, strict=True):
            self.linear(linear, out, WIDTH)

    def feed_forward(self, layer: Any) -> None:
        self.norm(layer.layer_norm)
        self.linear(layer.linear_0, INNER, WIDTH)
        self.linear(layer.linear_1, WIDTH, INNER)


def a_model(folder: Path) -> Path:
    """Write a Whisper model of two small layers, with a tokeniser of single bytes."""
    from ctranslate2.specs import whisper_spec
    from faster_whisper.tokenizer import _LANGUAGE_CODES
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    tongues = [f"<|{code}|>" for code in _LANGUAGE_CODES]
    tasks = ["translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps"]
    moments = [f"<|{at * 0.02:.2f}|>" for at in range(1501)]
    special = ["<|endoftext|>", "<|startoftranscript|>", *tongues, *(f"<|{one}|>" for one in tasks), *moments]
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={one: at for at, one in enumerate(letters)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(one, special=True) for one in special])
    tokenizer.save(str(folder / "tokenizer.json"))
    vocabulary = [*letters, *special]

    spec, chance = whisper_spec.WhisperSpec(2, HEADS, 2, HEADS), Chance()
    hears, says = spec.encoder, spec.decoder
    for layer, into in ((hears.conv1, MELS), (hears.conv2, WIDTH)):
        layer.weight, layer.bias = chance.weights(WIDTH, into, 3), np.zeros(WIDTH, dtype=np.float32)
    hears.position_encodings.encodings = chance.weights(1500, WIDTH)
    says.position_encodings.encodings = chance.weights(448, WIDTH)
    says.embeddings.weight = says.projection.weight = chance.weights(len(vocabulary), WIDTH)
    chance.norm(hears.layer_norm)
    chance.norm(says.layer_norm)
    for layer in itertools.chain(hears.layer, says.layer):
        chance.attention(layer.self_attention, 3 * WIDTH, WIDTH)
        chance.feed_forward(layer.ffn)
    for layer in says.layer:
        chance.attention(layer.attention, WIDTH, 2 * WIDTH, WIDTH)
    spec.register_vocabulary(vocabulary)
    spec.config.suppress_ids = spec.config.suppress_ids_begin = []
    spec.config.lang_ids = [vocabulary.index(one) for one in tongues]
    spec.config.alignment_heads = [(1, 0), (1, 1)]
    spec.validate()
    spec.save(str(folder))
    return folder


@pytest.mark.parametrize("language", ["en", None])
def test_the_library_answers_in_the_shapes_that_are_read(tmp_path: Path, language: str | None) -> None:
    asked = SpeechRecognition(engine="faster-whisper", model=str(a_model(tmp_path)), threads=1)
    assert choice.engine(asked).version
    with (SAMPLES / "card-jcb.wav").open("rb") as sound:
        heard = process.transcribe(asked, sound, language, 170)
    assert heard.language
    assert heard.words
    assert all(word.timing is Timing.EXACT and word.channel in (0, 1) for word in heard.words)
    assert all((word.start_ms or 0) <= (word.end_ms or 0) <= LENGTH_MS for word in heard.words)
