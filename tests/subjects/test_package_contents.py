"""What of a recording goes into a package: its masked transcript, with labels and nothing that says more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from governance import policy
from governance.policy import PolicySet
from governance.policy.redaction import Treatment
from governance.recordings import intake
from governance.recordings.importers import sidecar
from governance.recordings.interaction import PartyFacts, Role
from governance.redaction import service as redaction
from governance.runtime import Runtime
from governance.subjects import packages
from tests.subjects.conftest import DPO, HOUSE, RECORDER, TEL, Opened
from tests.subjects.packed import archive, granted

SAMPLES = Path(__file__).resolve().parents[2] / "governance" / "samples"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("treatment", ["token", "bin_and_last_four"])
def test_no_token_and_no_part_of_a_number_leaves_in_a_package(
    runtime: Runtime, opened: Opened, treatment: str
) -> None:
    default = policy.load().default
    pan = Treatment.model_validate({"transcript": treatment})
    decided = default.redaction.model_copy(update={"entities": {**default.redaction.entities, "PAN": pan}})
    runtime.policies = PolicySet(replace(default, redaction=decided), {})
    spoken = sidecar.read(SAMPLES / "card-visa-single-digits.json")
    me = PartyFacts(role=Role.CUSTOMER, name="Jane Roe", tel=TEL, channel=0)
    recording_id = intake.ingest(runtime, RECORDER, replace(spoken, parties=(me,), channels=())).recording_id
    assert redaction.redact(runtime, HOUSE, recording_id).state == "released"
    request = opened()
    granted(runtime, request)
    with archive(runtime, packages.make(runtime, DPO, request.id)) as whole:
        for name in ("transcript-1.json", "transcript-1.html"):
            body = whole.read(f"recordings/0001/{name}").decode()
            assert "[PAN]" in body
            assert "[PAN " not in body
