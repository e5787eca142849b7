"""Whatever is handed in, importers answer with facts or with an error of this product, and with nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.errors import GovernanceError
from governance.recordings.importers import metadata, vcon
from tests.recordings.vcons import a_vcon

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(
    [
        "uuid",
        "critical",
        "extensions",
        "redacted",
        "amended",
        "appended",
        "parties",
        "dialog",
        "analysis",
        "attachments",
        "payload",
        "signatures",
        "ciphertext",
        "type",
        "start",
        "duration",
        "mediatype",
        "filename",
        "body",
        "encoding",
        "url",
        "content_hash",
        "alg",
        "signature",
        "party_history",
        "originator",
        "meta",
        "tel",
        "mailto",
        "role",
        "dept",
    ]
)


@given(changes=st.dictionaries(NAMES, VALUES, max_size=5), inside=st.dictionaries(NAMES, VALUES, max_size=5))
def test_no_document_causes_anything_but_an_error_of_ours(
    changes: dict[str, Any], inside: dict[str, Any]
) -> None:
    base = a_vcon()
    content = {
        **base,
        "dialog": [{**base["dialog"][0], **inside}],
        "analysis": [{"type": "transcript", "body": "x", **inside}],
        "parties": [{**base["parties"][0], **inside}, base["parties"][1]],
        **changes,
    }
    try:
        found = vcon.parse(json.dumps(content).encode())
    except GovernanceError:
        return
    assert found.media


@given(document=st.binary(max_size=200))
def test_no_bytes_cause_anything_but_an_error_of_ours(document: bytes) -> None:
    with pytest.raises(GovernanceError):
        vcon.parse(document)


SIDECAR = {"source": "recorder", "external_id": "1", "started_at": "2026-10-01T10:00:00Z"}
FIELDS = st.sampled_from([*metadata.Metadata.model_fields, "unknown"])


@given(
    changes=st.dictionaries(FIELDS, VALUES, max_size=4),
    canary=st.sampled_from(["4111111111111111", "Jane Roe"]),
)
def test_no_metadata_causes_anything_but_an_error_of_ours(changes: dict[str, Any], canary: str) -> None:
    content = {**SIDECAR, **changes, "parties": [{"role": canary, canary: canary}]}
    with pytest.raises(GovernanceError) as caught:
        metadata.read(json.dumps(content).encode())
    assert canary not in f"{caught.value} {getattr(caught.value, 'field', '')}"
