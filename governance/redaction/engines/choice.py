"""Which engine a policy names: our own, or one that an installed package offers.

A package offers one by an entry point of the group `recording_governance.speech_engines` that names its class.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING

from governance.errors import PolicyError
from governance.redaction.engines.contract import SpeechEngine

if TYPE_CHECKING:
    from governance.policy.redaction import SpeechRecognition

GROUP = "recording_governance.speech_engines"
_OURS = (EntryPoint("faster-whisper", "governance.redaction.engines.faster_whisper:FasterWhisper", GROUP),)


def engine(asked: SpeechRecognition) -> SpeechEngine:
    """Return the engine that policy names, not loaded yet. Asked at the door too: who names one believes in it.

    Raises `PolicyError` where no such engine, no library for it or no model is here. Nothing is fetched.
    """
    known = {one.name: one for one in (*entry_points(group=GROUP), *_OURS)}
    if asked.engine not in known:
        raise PolicyError(
            f"redaction.yaml: speech: no engine {asked.engine} is installed; known: {', '.join(sorted(known))}"
        )
    try:
        make: Callable[[SpeechRecognition], SpeechEngine] = known[asked.engine].load()
    except (ImportError, AttributeError) as error:
        raise PolicyError(
            f"redaction.yaml: speech: the engine {asked.engine} cannot be loaded ({type(error).__name__})"
        ) from error
    return make(asked)
