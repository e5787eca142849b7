"""The sample calls redacted without a catalog, held against what is known to be in them."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest

from governance import policy
from governance.errors import InvalidError
from governance.policy.redaction import RedactionPolicy
from governance.redaction import standalone
from governance.redaction.residue import Verdict
from tests.redaction import sounds

TRUTH: list[dict[str, Any]] = json.loads((sounds.SAMPLES / "truth.json").read_text())["calls"]
RELEASED = [call for call in TRUTH if call["expect"] == "released"]


@pytest.fixture(scope="module")
def rules() -> RedactionPolicy:
    return policy.load().default.redaction


def redact(name: str, rules: RedactionPolicy, **how: Any) -> tuple[standalone.Redaction, io.BytesIO]:
    sink = io.BytesIO()
    with (sounds.SAMPLES / f"{name}.wav").open("rb") as source:
        return standalone.redact(source, sink, rules, declared="wav", **how), sink


@pytest.mark.parametrize("call", RELEASED, ids=lambda call: str(call["name"]))
def test_whatever_was_said_or_keyed_of_a_card_is_silent_in_the_copy(
    call: dict[str, Any], rules: RedactionPolicy
) -> None:
    transcript = (sounds.SAMPLES / f"{call['name']}.transcript.json").read_bytes()
    done, sink = redact(call["name"], rules, transcript=transcript)
    assert done.examination.outcome is Verdict.CLEAN
    assert done.spoken_digits == standalone.EXAMINED
    heard = sounds.decoded(sink)
    for span in call["spans"]:
        start, end = (span[edge] * done.facts.rate // 1000 for edge in ("start_ms", "end_ms"))
        assert np.abs(heard[start:end, span["channel"]]).max() <= 8 / 32768, (span["entity"], span["how"])


def test_a_report_tells_everything_but_the_data(rules: RedactionPolicy) -> None:
    transcript = (sounds.SAMPLES / "keyed-visa.transcript.json").read_bytes()
    done, _ = redact("keyed-visa", rules, transcript=transcript)
    report = json.loads(json.dumps(done.report()))
    assert {"spans", "policy", "detectors", "second_look", "spoken_digits"} <= set(report)
    span = report["spans"][0]
    assert set(span) == {"start_ms", "end_ms", "channel", "entity", "timing", "score", "because"}
    assert "4111" not in json.dumps(report)


def test_without_a_transcript_keys_are_cut_and_the_report_says_that_speech_was_not_examined(
    rules: RedactionPolicy,
) -> None:
    done, _ = redact("keyed-visa", rules)
    assert [span.entity.value for span in done.spans] == ["PAN", "CVV"]
    assert done.report()["spoken_digits"] == "not examined"
    assert done.examination.outcome is Verdict.NOT_EXAMINED


def test_a_finding_without_a_time_stops_the_redaction(rules: RedactionPolicy) -> None:
    untimed = json.dumps({"language": "en", "words": [{"text": "my card is 4111 1111 1111 1111"}]}).encode()
    with pytest.raises(InvalidError, match="cannot say where"):
        redact("plain-outage", rules, transcript=untimed)


def test_a_language_nobody_knows_stops_the_redaction(rules: RedactionPolicy) -> None:
    said = json.loads((sounds.SAMPLES / "german-delivery.transcript.json").read_bytes())
    transcript = json.dumps({**said, "language": "ja"}).encode()
    with pytest.raises(InvalidError, match="language"):
        redact("german-delivery", rules, transcript=transcript)
