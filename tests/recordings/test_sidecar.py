"""A recording with its metadata beside it: read strictly, refused by name of the field, never reaching elsewhere."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from governance.errors import GovernanceError, IntegrityError, InvalidError, TooLargeError
from governance.recordings import files
from governance.recordings.files import ContentHash
from governance.recordings.importers import metadata, sidecar
from governance.recordings.interaction import Defaults, Role

SOUND = b"RIFF....WAVE"
FACTS: dict[str, Any] = {
    "source": "recorder",
    "external_id": "call-1",
    "started_at": "2026-10-01T12:00:00+02:00",
    "agent": {"id": "agt-101"},
    "team": "payments",
    "parties": [{"role": "customer", "tel": "07700 900123", "email": "Ann@Example.com", "channel": 1}],
    "channels": [{"index": 0, "role": "agent"}, {"index": 1, "role": "customer"}],
    "notice": {"given": True, "kind": "announcement"},
}


def lay(folder: Path, **changes: Any) -> Path:
    path = folder / "call.json"
    path.write_text(json.dumps({**FACTS, **changes}))
    (folder / "call.wav").write_bytes(SOUND)
    return path


def test_sound_metadata_and_transcript_of_one_name_belong_together(tmp_path: Path) -> None:
    path = lay(tmp_path)
    (tmp_path / "call.transcript.json").write_bytes(b'{"words": []}')
    found = sidecar.read(path, Defaults(site="leeds", team="other"))
    assert (found.source, found.external_id, found.agent_id) == ("recorder", "call-1", "agt-101")
    assert (found.team, found.site) == ("payments", "leeds")
    assert found.started_at.isoformat() == "2026-10-01T10:00:00+00:00"
    assert [(p.role, p.tel, p.email) for p in found.parties] == [
        (Role.CUSTOMER, "+447700900123", "ann@example.com")
    ]
    assert found.notice == {"given": True, "kind": "announcement"}
    assert [(one.media_index, one.body) for one in found.transcripts] == [(0, b'{"words": []}')]
    assert found.media[0].content_type == "audio/wav"
    with found.media[0].open() as stream:
        assert stream.read() == SOUND


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"external_id": 5}, "external_id"),
        ({"external_id": "a\u0007b"}, "external_id"),
        ({"source": "../x"}, "source"),
        ({"started_at": "2026-10-01T12:00:00"}, "started_at"),
        ({"started_at": 1790000000}, "started_at"),
        ({"started_at": "0001-01-01T00:00:00+14:00"}, "started_at"),
        ({"ended_at": "2026-10-01T09:00:00Z"}, "metadata"),
        ({"jurisdiction": "gb"}, "jurisdiction"),
        ({"language": "english please"}, "language"),
        ({"direction": "up"}, "direction"),
        ({"notice": {"given": "yes"}}, "notice.given"),
        ({"parties": [{"role": "boss"}]}, "parties[0].role"),
        ({"parties": [{"role": "customer", "tel": "12"}]}, "parties[0].tel"),
        ({"parties": [{"role": "customer", "email": "ann"}]}, "parties[0].email"),
        ({"channels": [{"index": 0, "role": "agent"}, {"index": 0, "role": "customer"}]}, "metadata"),
        ({"channels": [{"index": -1, "role": "agent"}]}, "channels[0].index"),
        ({"agent": {"id": "a", "4111111111111111": "b"}}, "agent"),
        ({"media": [{"kind": "voice"}]}, "media[0]"),
    ],
)
def test_wrong_metadata_is_refused_by_the_name_of_its_field(
    tmp_path: Path, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidError) as caught:
        sidecar.read(lay(tmp_path, **changes))
    assert caught.value.field == field
    assert "4111" not in str(caught.value)


def test_a_field_that_is_not_known_is_named_where_its_name_is_plain() -> None:
    for key, named in (("juristiction", ": juristiction"), ("4111111111111111", ""), ("Ann Example", "")):
        with pytest.raises(InvalidError) as refused:
            metadata.read(json.dumps({**FACTS, key: "GB"}).encode())
        assert str(refused.value) == f"metadata: a field that is not known{named}"


def test_streams_that_are_listed_are_read_from_beside_and_held_to_their_hash(tmp_path: Path) -> None:
    right = hashlib.sha256(SOUND).hexdigest()
    absent = {"why_absent": "lost by the recorder", "kind": "screen"}
    found = sidecar.read(lay(tmp_path, media=[{"file": "call.wav", "sha256": right}, absent]))
    assert [(str(one.kind), one.why_absent) for one in found.media] == [
        ("voice", None),
        ("screen", "lost by the recorder"),
    ]
    with pytest.raises(IntegrityError):
        sidecar.read(lay(tmp_path, media=[{"file": "call.wav", "sha256": "0" * 64}]))


@pytest.mark.parametrize(
    "name", ["../call.wav", "/etc/hostname", "missing.wav", "folder", "link.wav", "pipe.wav"]
)
def test_no_name_reaches_anything_but_a_plain_file_beside(tmp_path: Path, name: str) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "folder").mkdir()
    (tmp_path / "call.wav").write_bytes(SOUND)
    (inside / "link.wav").symlink_to(tmp_path / "call.wav")
    os.mkfifo(inside / "pipe.wav")
    with pytest.raises(InvalidError):
        sidecar.read(lay(inside, media=[{"file": name}]))


def test_a_transcript_that_is_a_link_is_refused_even_when_it_leads_nowhere(tmp_path: Path) -> None:
    path = lay(tmp_path)
    (tmp_path / "call.transcript.json").symlink_to(tmp_path / "nowhere")
    with pytest.raises(InvalidError):
        sidecar.read(path)


def test_metadata_without_sound_or_with_two_is_refused(tmp_path: Path) -> None:
    path = lay(tmp_path)
    (tmp_path / "call.mp3").write_bytes(b"x")
    with pytest.raises(InvalidError, match="more than one"):
        sidecar.read(path)
    (tmp_path / "call.mp3").unlink()
    (tmp_path / "call.wav").unlink()
    with pytest.raises(InvalidError, match="no audio file"):
        sidecar.read(path)


def test_a_file_larger_than_the_limit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"12345")
    with pytest.raises(TooLargeError):
        files.read_regular(tmp_path / "large", 4)
    assert files.read_regular(tmp_path / "large", 5) == b"12345"


@pytest.mark.parametrize("hashes", [("md5", b"0" * 16), ("sha256", b"short")])
def test_a_hash_that_proves_nothing_does_not_exist(hashes: tuple[str, bytes]) -> None:
    with pytest.raises(InvalidError):
        ContentHash(*hashes)


def test_the_same_facts_have_the_same_fingerprint_and_people_count_only_by_being_there(
    tmp_path: Path,
) -> None:
    first = sidecar.read(lay(tmp_path)).fingerprint()
    other_person = [{**FACTS["parties"][0], "tel": "07700 900199"}]
    assert sidecar.read(lay(tmp_path, parties=other_person)).fingerprint() == first
    assert sidecar.read(lay(tmp_path, parties=[])).fingerprint() != first
    assert sidecar.read(lay(tmp_path, team="bookings")).fingerprint() != first


def test_nothing_that_names_a_person_is_in_a_repr(tmp_path: Path) -> None:
    (tmp_path / "call.transcript.json").write_bytes(b'{"words": ["4111"]}')
    shown = repr(sidecar.read(lay(tmp_path)))
    assert "900123" not in shown
    assert "example.com" not in shown
    assert "4111" not in shown


def test_what_is_no_json_object_is_no_metadata() -> None:
    for document in (b"", b"[]", b"nan", b"\xff", b'{"a":'):
        with pytest.raises(GovernanceError):
            metadata.read(document)
