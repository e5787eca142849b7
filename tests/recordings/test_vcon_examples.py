"""The vCons there are: what each example of the group and each call of the first shape becomes."""

from __future__ import annotations

from pathlib import Path

import pytest

from governance.errors import (
    GovernanceError,
    InvalidError,
    UnsupportedFormatError,
)
from governance.recordings.importers import vcon
from governance.recordings.interaction import MediaKind, Role

DATA = Path(__file__).resolve().parents[2] / "../shared/data/vcon"
CALLS = sorted((DATA / "calls").glob("*.vcon.json"))
EXAMPLES = DATA / "ietf" / "examples"
ORIGINAL = "019f15a6-a752-826f-b9a2-279e0d16bc46"

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data/vcon is not at hand")

# What each example of draft-ietf-vcon-vcon-core must become: streams (kind, hashes to hold, why absent), the streams
# its transcripts belong to, what it was made from, whether a signature was verified; or the error and its place.
VOICE = ("voice", 1, None)
CHAT = ("chat", 0, None)
TAKEN_IN: dict[str, tuple[list[tuple[str, int, str | None]], list[int | None], str | None, bool]] = {
    "ab_call_ext_rec.vcon": ([VOICE], [], None, False),
    "ab_call_ext_rec_amended.vcon": ([VOICE, CHAT], [], "amended", False),
    "ab_call_ext_rec_analysis.vcon": ([VOICE], [0], None, False),
    # "decrypted" is what came out of the encryption: it is still signed
    "ab_call_ext_rec_decrypted.vcon": ([VOICE], [], None, True),
    "ab_call_ext_rec_decrypted_verified.vcon": ([VOICE], [], None, False),
    "ab_call_ext_rec_redacted.vcon": ([("voice", 0, "redacted in its source")], [0], "redacted", False),
    "ab_call_ext_rec_signed.vcon": ([VOICE], [], None, True),
    "ab_call_ext_rec_with_redact.vcon": ([VOICE], [0, 0], None, False),
    "ab_call_int_rec.vcon": ([("voice", 0, None)], [], None, False),
    "ab_email_acct_prob_thread.vcon": ([CHAT, CHAT], [], None, False),
    "ab_email_prob_followup_alice.vcon": ([CHAT], [], None, False),
    "ab_email_prob_followup_bob_reply.vcon": ([CHAT, CHAT], [], None, False),
    "ab_email_prob_followup_text_thread.vcon": ([CHAT, CHAT, CHAT], [], None, False),
    "b_email_acct_prob_image.vcon": ([CHAT], [], None, False),
}
REFUSED: dict[str, tuple[type[GovernanceError], str]] = {
    "ab.vcon": (InvalidError, "no recording and no text"),
    "ab_call_ext_rec_encrypted.vcon": (UnsupportedFormatError, "encrypted"),
    "simple-vcon.vcon": (InvalidError, "no recording and no text"),
}


@needs_data
def test_the_table_names_every_example_there_is() -> None:
    assert {path.name for path in EXAMPLES.glob("*.vcon")} == TAKEN_IN.keys() | REFUSED.keys()


@needs_data
@pytest.mark.parametrize("name", sorted(TAKEN_IN))
def test_an_example_of_the_group_becomes_what_the_table_says(name: str) -> None:
    media, transcripts, lineage, signed = TAKEN_IN[name]
    found = vcon.read(EXAMPLES / name)
    assert [(str(one.kind), len(one.hashes), one.why_absent) for one in found.media] == media
    assert [one.media_index for one in found.transcripts] == transcripts
    assert (found.lineage.kind if found.lineage else None) == lineage
    assert (found.signature is not None) == signed
    for one in found.media:
        if one.why_absent is None:
            with one.open() as stream:
                assert stream.read()


@needs_data
@pytest.mark.parametrize("name", sorted(REFUSED))
def test_an_example_that_cannot_be_governed_is_refused_with_its_reason(name: str) -> None:
    error, reason = REFUSED[name]
    with pytest.raises(error, match=reason):
        vcon.read(EXAMPLES / name)


@needs_data
@pytest.mark.parametrize("path", CALLS, ids=lambda path: path.name[:8])
def test_a_call_of_the_first_shape_is_read_with_its_sound_beside_it(path: Path) -> None:
    found = vcon.read(path)
    assert found.external_id == path.name.removesuffix(".vcon.json")
    assert [one.kind for one in found.media] == [MediaKind.VOICE]
    assert [hashes.algorithm for hashes in found.media[0].hashes] == ["sha512"]
    assert {party.role for party in found.parties} == {Role.AGENT, Role.CUSTOMER}
    assert all(party.email and party.tel for party in found.parties)
    assert [one.media_index for one in found.transcripts] == [0]
    assert found.ended_at is not None
    assert "times without a zone were taken as UTC" in found.warnings


@needs_data
def test_there_are_thirty_calls() -> None:
    assert len(CALLS) == 30


@needs_data
def test_a_redacted_vcon_is_not_joined_again_with_the_sound_that_was_taken_from_it() -> None:
    assert (EXAMPLES / "ab_call.mp3").is_file(), "the file the redacted example names lies beside it"
    found = vcon.read(EXAMPLES / "ab_call_ext_rec_redacted.vcon")
    assert found.media[0].body is None
    assert found.media[0].path is None
    assert found.lineage is not None
    assert found.lineage.uuid == ORIGINAL
    with pytest.raises(InvalidError, match="absent"):
        found.media[0].open()
