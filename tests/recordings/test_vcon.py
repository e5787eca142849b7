"""vCons of every shape: what is read from them, and what must never be taken in."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from pathlib import Path

import pytest

from governance.errors import (
    GovernanceError,
    IntegrityError,
    InvalidError,
    TooLargeError,
    UnsupportedFormatError,
)
from governance.recordings.importers import vcon
from governance.recordings.interaction import Defaults, Interaction
from tests.recordings.vcons import ORIGINAL, SOUND, a_vcon, with_dialog


def parse(content: object, folder: Path | None = None) -> Interaction:
    return vcon.parse(json.dumps(content).encode(), folder)


def test_the_facts_of_a_vcon_are_those_of_the_interaction() -> None:
    found = parse(a_vcon())
    assert (found.source, found.external_id) == ("vcon", ORIGINAL)
    assert [party.tel for party in found.parties] == ["+447700900101", None]
    assert [party.email for party in found.parties] == [None, "ann@example.com"]
    assert (found.agent_id, found.team) == ("agt-101", "payments")
    assert [dict(one) for one in found.channels] == [
        {"index": 0, "role": "customer"},
        {"index": 1, "role": "agent"},
    ]
    assert found.ended_at is not None
    assert (found.ended_at - found.started_at).total_seconds() == 2.5


def test_what_a_vcon_does_not_say_the_operator_may() -> None:
    defaults = Defaults(language="en", jurisdiction="GB", team="other", site="leeds")
    found = vcon.parse(json.dumps(a_vcon()).encode(), defaults=defaults)
    assert (found.language, found.jurisdiction, found.team, found.site) == ("en", "GB", "payments", "leeds")


def test_every_older_name_is_read_as_the_one_of_today(tmp_path: Path) -> None:
    (tmp_path / "call.wav").write_bytes(SOUND)
    digest = base64.urlsafe_b64encode(hashlib.sha512(SOUND).digest()).decode()
    old = with_dialog(
        body=None, encoding=None, mediatype=None, mimetype="audio/x-wav", url="https://x.example/y", alg="SHA-512",
        signature=digest, filename="call.wav",
    )  # fmt: skip
    new = with_dialog(
        body=None,
        encoding=None,
        url="https://x.example/y",
        content_hash=[f"sha512-{digest}"],
        filename="call.wav",
    )
    assert parse(old, tmp_path).media == parse(new, tmp_path).media
    appended = parse(a_vcon(appended={"uuid": ORIGINAL}))
    amended_from = parse(a_vcon(amended_from={"uuid": ORIGINAL}))
    assert appended.lineage == amended_from.lineage == parse(a_vcon(amended={"uuid": ORIGINAL})).lineage


def test_a_field_that_contradicts_its_older_name_is_refused() -> None:
    with pytest.raises(InvalidError, match="disagree"):
        parse(with_dialog(mimetype="audio/mp3"))


def test_a_url_is_read_from_beside_the_vcon_and_never_fetched(tmp_path: Path) -> None:
    content = with_dialog(body=None, encoding=None, url="https://recorder.example/2026/call%2e1.wav?key=1")
    with pytest.raises(InvalidError, match="nothing is fetched"):
        parse(content)
    with pytest.raises(InvalidError, match="must lie beside"):
        parse(content, tmp_path)
    (tmp_path / "call%2e1.wav").write_bytes(SOUND)
    with parse(content, tmp_path).media[0].open() as stream:
        assert stream.read() == SOUND


@pytest.mark.parametrize(
    "name", ["../call.wav", "/etc/hostname", "a\\b.wav", "..", ".hidden", "", "c:call.wav", "a\0b"]
)
def test_a_name_that_is_a_path_is_refused(name: str, tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "call.wav").write_bytes(SOUND)
    with pytest.raises(InvalidError):
        parse(with_dialog(body=None, encoding=None, url="https://x.example/y", filename=name), inside)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.wav"
    outside.write_bytes(SOUND)
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "call.wav").symlink_to(outside)
    with pytest.raises(InvalidError, match="must lie beside"):
        parse(with_dialog(body=None, encoding=None, url="https://x.example/y", filename="call.wav"), inside)


def test_content_that_is_not_what_its_hash_says_is_refused(tmp_path: Path) -> None:
    (tmp_path / "call.wav").write_bytes(SOUND)
    wrong = "sha512-" + base64.urlsafe_b64encode(hashlib.sha512(b"other").digest()).decode().rstrip("=")
    elsewhere = with_dialog(body=None, encoding=None, url="https://x.example/call.wav", content_hash=wrong)
    for content in (elsewhere, with_dialog(content_hash=wrong)):
        with pytest.raises(IntegrityError, match=r"dialog\[0\]"):
            parse(content, tmp_path)


def test_a_file_swapped_after_it_was_checked_is_noticed_when_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "call.wav").write_bytes(SOUND)
    right = "sha512-" + base64.urlsafe_b64encode(hashlib.sha512(SOUND).digest()).decode()
    content = with_dialog(body=None, encoding=None, url="https://x.example/call.wav", content_hash=right)
    media = parse(content, tmp_path).media[0]
    (tmp_path / "call.wav").write_bytes(b"another")
    with pytest.raises(IntegrityError), media.open() as stream:
        stream.read()


@pytest.mark.parametrize("name", ["critical", "must_support", "extensions"])
def test_an_extension_that_is_not_understood_is_refused(name: str) -> None:
    with pytest.raises(UnsupportedFormatError, match="extension"):
        parse(a_vcon(**{name: ["somebody-elses"]}))
    assert parse(a_vcon(**{name: ["CC", "wtf_transcription"]})).media


def test_a_card_typed_on_the_keypad_is_told_as_keys_and_in_no_message() -> None:
    history = [
        {"party": 0, "time": "2026-10-01T10:00:01.000Z", "event": "keydown", "button": "4"},
        {"party": 0, "time": "2026-10-01T10:00:01.120Z", "event": "keyup", "button": "4"},
        {"party": 0, "time": "2026-10-01T10:00:01.300Z", "event": "dtmfdown", "dtmf": "1"},
        {"party": 0, "time": "2026-10-01T10:00:00.500Z", "event": "join"},
    ]
    found = parse(with_dialog(party_history=history))
    assert [(key.button, key.start_ms, key.end_ms) for key in found.keyed] == [
        ("4", 1000, 1120),
        ("1", 1300, None),
    ]
    assert "button" not in repr(found)
    with pytest.raises(InvalidError, match="no telephone"):
        parse(with_dialog(party_history=[{**history[0], "button": "4111111111111111"}]))
    with pytest.raises(InvalidError, match="button"):
        parse(with_dialog(party_history=[{**history[3], "button": "4"}]))
    assert (
        parse(with_dialog(party_history=[{**history[0], "button": ""}])).keyed == ()
    )  # as a redacted copy has it


def test_repr_and_errors_repeat_nothing_of_the_document() -> None:
    canary = "4111111111111111"
    party = {"tel": canary, "name": canary, "mailto": canary, "role": "customer"}
    found = parse(a_vcon(parties=[party, party], attachments=[{"type": canary}]))
    assert canary not in repr(found)
    wrong = [
        a_vcon(uuid=canary),
        with_dialog(start=canary),
        with_dialog(type=canary),
        with_dialog(body=canary + "!"),
        with_dialog(encoding=canary),
        with_dialog(content_hash=f"{canary}-x"),
        with_dialog(mediatype=canary * 80),
        with_dialog(parties=[canary]),
        with_dialog(duration=canary),
        a_vcon(critical=[canary]),
        a_vcon(redacted=canary),
        a_vcon(analysis=[{"type": "transcript", "dialog": canary, "body": "x"}]),
    ]
    for content in wrong:
        with pytest.raises(GovernanceError) as caught:
            parse(content)
        assert canary not in str(caught.value) + str(getattr(caught.value, "field", "")), content
        assert caught.value.__cause__ is None


def test_an_identifier_that_cannot_be_one_is_left_out_with_a_warning() -> None:
    found = parse(a_vcon(parties=[{"tel": "12"}, {"sip": "sip:a@example.com"}]))
    assert found.parties[0].tel is None
    assert "parties[0].tel cannot be one and was not taken in" in found.warnings


def test_a_transcript_follows_its_stream_past_dialogs_that_hold_none() -> None:
    base = a_vcon()
    transfer = {"type": "transfer", "start": "2026-10-01T09:00:00Z", "transfer_target": 1}
    analysis = [{"type": "transcript", "vendor": "x", "dialog": 1, "body": {"words": []}, "encoding": "json"}]
    found = parse({**base, "dialog": [transfer, *base["dialog"]], "analysis": analysis})
    assert found.transcripts[0].media_index == 0
    assert json.loads(found.transcripts[0].body) == {"words": []}
    with pytest.raises(InvalidError, match="not taken in"):
        parse({**base, "dialog": [transfer, *base["dialog"]], "analysis": [{**analysis[0], "dialog": 0}]})


def test_bombs_are_refused_before_they_go_off() -> None:
    for bomb in (
        b"[" * 2_000_000,
        b'{"a":' * 300 + b"1" + b"}" * 300,
        b'{"a":[' + b"1," * 1_100_000 + b"1]}",
    ):
        with pytest.raises((TooLargeError, InvalidError)):
            vcon.parse(bomb)
    with pytest.raises(TooLargeError):
        vcon.parse(gzip.compress(bytes(97 << 20), 1))
    assert vcon.parse(gzip.compress(json.dumps(a_vcon()).encode())).media
