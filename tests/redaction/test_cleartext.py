"""What the catalog keeps in clear holds no card data, whichever door it came in by."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from governance.errors import InvalidError
from governance.recordings.importers import sidecar
from governance.redaction import cleartext

PAN = "4539148803436467"
SAMPLE = Path(__file__).resolve().parents[2] / "governance" / "samples" / "plain-outage.json"


@pytest.mark.parametrize("field", ["source", "external_id", "team", "site", "agent_id", "line_of_business"])
@pytest.mark.parametrize("value", [PAN, f"call {PAN[:8]} {PAN[8:]}", base64.b64encode(PAN.encode()).decode()])
def test_a_card_in_a_field_is_refused_without_being_repeated(field: str, value: str) -> None:
    changed: dict[str, Any] = {field: value}
    interaction = replace(sidecar.read(SAMPLE), **changed)
    with pytest.raises(InvalidError) as refused:
        cleartext.refuse_in(interaction)
    assert PAN not in str(refused.value)
    assert value not in str(refused.value)


def test_ordinary_identifiers_pass() -> None:
    interaction = sidecar.read(SAMPLE)
    cleartext.refuse_in(interaction)
    for ordinary in ("2026-03-02-000017", "20261026091405123", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"):
        cleartext.refuse_in(replace(interaction, external_id=ordinary))
