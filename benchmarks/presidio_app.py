"""The peer of `bench_redact_api`: a service for texts as presidio's documentation builds it, served by gunicorn.

Flask, one `AnalyzerEngine` with the default recognisers and one `AnonymizerEngine` a process; the body is the same and so is
what comes back: the text without what was found, and what that was. It authenticates nobody, limits nobody, logs nothing.
`BENCH_ENGINE` chooses the engine (`benchmarks.presidio.ENGINES`).
"""

from __future__ import annotations

import os
from typing import Any

from flask import Flask, jsonify, request
from presidio_anonymizer import AnonymizerEngine

from benchmarks.presidio import analyser

app = Flask(__name__)
_analyser = analyser(os.environ["BENCH_ENGINE"])
_anonymizer: Any = AnonymizerEngine()  # type: ignore[no-untyped-call]
_analyser.analyze("4111 1111 1111 1111", language="en")


@app.post("/redact")
def redact() -> Any:
    """Redact one text."""
    asked = request.get_json()
    found = _analyser.analyze(text=asked["text"], language=asked["language"])
    done = _anonymizer.anonymize(text=asked["text"], analyzer_results=found)
    return jsonify({"text": done.text, "items": [item.to_dict() for item in done.items]})
