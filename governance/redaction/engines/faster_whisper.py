"""faster-whisper (the extra `speech`): Whisper's models on CTranslate2, read from a folder.

It is given samples and never a file: PyAV, which it asks for, decodes nothing here
(docs/decisions/0016-a-recogniser-is-an-extra-outside-the-lock.md). It fetches a model that is not in its folder, and a tokeniser
that is not beside the model; so both must be there, and it is told to stay offline besides.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from governance.errors import PolicyError
from governance.redaction.engines import pieces
from governance.redaction.engines.contract import Transcription
from governance.redaction.engines.pieces import Piece
from governance.redaction.languages import primary
from governance.redaction.spans import Timing, Word

if TYPE_CHECKING:
    from governance.policy.redaction import SpeechRecognition

_FILES = ("model.bin", "config.json", "tokenizer.json", "vocabulary.*")


class FasterWhisper:
    """A Whisper model in CTranslate2's form, of any size."""

    name = "faster-whisper"

    def __init__(self, asked: SpeechRecognition) -> None:
        """Raise `PolicyError` where the folder lacks a file of a model, or the library is not installed."""
        self._asked = asked
        self._folder = Path(asked.model).resolve()
        missing = [name for name in _FILES if not any(self._folder.glob(name))]
        if missing:
            raise PolicyError(
                f"redaction.yaml: speech: {asked.model} is no folder of a faster-whisper model here; "
                f"missing: {', '.join(missing)}. Nothing is downloaded"
            )
        try:
            self.version = version("faster-whisper")
        except PackageNotFoundError:
            raise PolicyError(
                "redaction.yaml: speech: faster-whisper is not installed: the extra speech has it"
            ) from None

    def transcribe(self, sound: BinaryIO, language: str | None) -> Transcription:
        """Return what is said, with the times Whisper gives each word."""
        return written_down(self._model(), pieces.read(sound), language)

    def _model(self) -> Any:
        from faster_whisper import WhisperModel
        from huggingface_hub import constants

        constants.HF_HUB_OFFLINE = True

        return WhisperModel(
            str(self._folder),
            device=self._asked.device,
            compute_type=self._asked.compute_type,
            cpu_threads=self._asked.threads,
            local_files_only=True,
        )


def written_down(model: Any, sound: Iterator[Piece], language: str | None) -> Transcription:
    """Return what a `WhisperModel` hears in the pieces of a recording.

    The language that the first piece with words was in is that of the whole, where nobody says which it is. Silence is not
    taken out before, since what is taken for silence is not heard; and no piece is guessed from what came before it.
    """
    spoken = primary(language) if language else None
    guessed = "und"
    words: list[Word] = []
    for piece in sound:
        segments, told = model.transcribe(
            piece.samples,
            language=spoken,
            task="transcribe",
            word_timestamps=True,
            condition_on_previous_text=False,
            vad_filter=False,
        )
        found = [word for segment in segments for word in _words(segment, piece)]
        words += found
        guessed = told.language
        if found and spoken is None:
            spoken = guessed
    return Transcription(language or spoken or guessed, words)


def _words(segment: Any, piece: Piece) -> Iterator[Word]:
    """Yield the words of a segment; where it has none the words of its text, each with all of its time."""
    timed = [(one.word, one.start, one.end) for one in segment.words or ()]
    for said, start, end in timed or [(said, segment.start, segment.end) for said in segment.text.split()]:
        if text := said.strip():
            # It hears in windows of 30 s and may go on where the sound has ended.
            begin, stop = (piece.offset_ms + round(min(at, piece.seconds) * 1000) for at in (start, end))
            yield Word(text, begin, stop, piece.channel, None, Timing.EXACT)
