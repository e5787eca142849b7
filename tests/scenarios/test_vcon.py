"""Other people's calls: all thirty vCons of the call set are taken in, and the working group's examples one by one.

What redaction makes of them is written down too: these transcripts have turns and no times, so whatever is found in
one cannot be cut out of its sound, and the recording stays in quarantine.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from governance.errors import GovernanceError
from governance.recordings import intake
from governance.recordings import queries as catalog
from governance.recordings.importers import vcon
from governance.recordings.interaction import Defaults
from governance.redaction import service as redaction
from governance.runtime import Actor, Runtime
from tests.oracle import check_everything

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "vcon"
HOUSE = Actor(kind="admin", id="cli", tenant="default", role="administrator")
pytestmark = [
    pytest.mark.skipif(not DATA.is_dir(), reason="the vCons of ../shared/data are not here"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

# What must become of each of the group's examples, alone in an empty catalog, in English.
# taken in: the state after redaction and why; refused: what the error says.
OUTCOMES = {
    "ab.vcon": ("refused", "no recording and no text"),
    "ab_call_ext_rec.vcon": ("quarantined", "not_examined"),
    "ab_call_ext_rec_amended.vcon": ("quarantined", "not_examined"),
    "ab_call_ext_rec_analysis.vcon": ("released", ""),
    "ab_call_ext_rec_decrypted.vcon": ("quarantined", "not_examined"),
    "ab_call_ext_rec_decrypted_verified.vcon": ("quarantined", "not_examined"),
    "ab_call_ext_rec_encrypted.vcon": ("refused", "encrypted"),
    "ab_call_ext_rec_redacted.vcon": ("released", ""),
    "ab_call_ext_rec_signed.vcon": ("quarantined", "not_examined"),
    "ab_call_ext_rec_with_redact.vcon": ("released", ""),
    "ab_call_int_rec.vcon": ("quarantined", "not_examined"),
    "ab_email_acct_prob_thread.vcon": ("quarantined", "not_examined"),
    "ab_email_prob_followup_alice.vcon": ("released", ""),
    "ab_email_prob_followup_bob_reply.vcon": ("released", ""),
    "ab_email_prob_followup_text_thread.vcon": ("released", ""),
    "b_email_acct_prob_image.vcon": ("quarantined", "not_examined"),
    "simple-vcon.vcon": ("refused", "no recording and no text"),
}


def test_all_thirty_calls_are_taken_in_and_none_is_lost(runtime: Runtime) -> None:
    paths = sorted((DATA / "calls").glob("*.vcon.json"))
    assert len(paths) == 30
    for path in paths:
        done = intake.ingest(runtime, HOUSE, vcon.read(path, Defaults(language="en")))
        assert done.created
        assert not intake.ingest(runtime, HOUSE, vcon.read(path, Defaults(language="en"))).created
    with runtime.work(HOUSE, write=False) as work:
        rows = catalog.all_recordings(work)
        assert len(rows) == 30
        for row in rows:
            assert [media.container for media in catalog.media(work, row.id)] == ["MP3"]
            assert len(catalog.transcripts(work, row.id)) == 1
            assert {party.role for party in catalog.parties(work, row.id)} == {"agent", "customer"}


def test_a_call_without_word_times_is_released_only_where_nothing_was_found(runtime: Runtime) -> None:
    for path in sorted((DATA / "calls").glob("*.vcon.json"))[:4]:
        intake.ingest(runtime, HOUSE, vcon.read(path, Defaults(language="en")))
    for done in redaction.redact_pending(runtime, HOUSE):
        found = sum(count for kind, count in done.counts.items() if kind != "DTMF")
        assert (done.state, done.reasons) == (
            ("quarantined", ("span_unlocated",)) if found else ("released", ())
        )
    check_everything(runtime, "default")


@pytest.mark.parametrize("name", sorted(OUTCOMES))
def test_an_example_of_the_working_group_comes_to_what_it_must(runtime: Runtime, name: str) -> None:
    state, why = OUTCOMES[name]
    path = DATA / "ietf" / "examples" / name
    if state == "refused":
        with pytest.raises(GovernanceError, match=why):
            intake.ingest(runtime, HOUSE, vcon.read(path, Defaults(language="en")))
        with runtime.work(HOUSE, write=False) as work:
            assert not catalog.all_recordings(work)
        return
    taken = intake.ingest(runtime, HOUSE, vcon.read(path, Defaults(language="en")))
    done = redaction.redact(runtime, HOUSE, taken.recording_id)
    assert done.state == state, done.because
    assert not why or why in done.reasons
    check_everything(runtime, "default")


@pytest.mark.usefixtures("database_url")
def test_every_example_has_its_outcome() -> None:
    assert {path.name for path in (DATA / "ietf" / "examples").glob("*.vcon")} == set(OUTCOMES)
