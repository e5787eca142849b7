"""A package: what a person confirmed and nobody else's voice, whole or not there, and gone when its time is over."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
import soundfile

from governance.clock import FakeClock
from governance.errors import ConflictError, DeniedError
from governance.recordings import erasure
from governance.recordings import queries as catalog
from governance.recordings import service as recordings
from governance.recordings.interaction import PartyFacts, Role
from governance.redaction import service as redaction
from governance.runtime import Runtime
from governance.subjects import (
    candidate_queries,
    letters,
    package_contents,
    package_queries,
    package_reading,
    package_tail,
    packages,
)
from governance.subjects import service as requests
from tests.access.people import logged
from tests.oracle import check_everything
from tests.subjects.conftest import AGENT, DPO, HOUSE, TEL, Opened
from tests.subjects.packed import ME, archive, granted, take_in

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Take = Callable[..., str]


@pytest.fixture
def take(runtime: Runtime) -> Take:
    """Take a short call in, with a PIN in it, as if these had spoken; redact it, and return its id."""
    return partial(take_in, runtime)


def loudest(opened: zipfile.ZipFile, name: str) -> list[float]:
    """Return the loudest sample of each channel."""
    sound, _ = soundfile.read(io.BytesIO(opened.read(name)), always_2d=True)
    return [float(abs(sound[:, at]).max()) for at in range(sound.shape[1])]


def test_a_package_holds_what_was_confirmed_whole_and_says_what_it_is(
    runtime: Runtime, take: Take, opened: Opened
) -> None:
    own, second, strangers = take(), take(), take()
    request = opened(language="de")
    granted(runtime, request, excluded=strangers)
    made = packages.make(runtime, DPO, request.id)
    assert made.state == "ready"
    with archive(runtime, made) as opened_zip:
        assert opened_zip.testzip() is None
        names = set(opened_zip.namelist())
        assert {
            "letter.html",
            "information.html",
            "recordings.html",
            "withheld.csv",
            "manifest.json",
        } <= names
        assert loudest(opened_zip, "recordings/0001/audio-1.wav")[1] > 0.01, "her own voice is there"
        assert {one for one in names if one.endswith(".wav")} == {
            "recordings/0001/audio-1.wav", "recordings/0002/audio-1.wav",
        }  # fmt: skip
        everything = b"".join(opened_zip.read(one) for one in sorted(names))
        for nobody in ("Sofia", "Marsh", "Stranger", TEL, strangers, "agt-"):
            assert nobody.encode() not in everything
        manifest = json.loads(opened_zip.read("manifest.json"))
        assert {one["name"] for one in manifest["files"]} == names - {"manifest.json"}
        for one in manifest["files"]:
            body = opened_zip.read(one["name"])
            assert (len(body), hashlib.sha256(body).hexdigest()) == (one["bytes"], one["sha256"])
        assert hashlib.sha256(opened_zip.read("manifest.json")).hexdigest() == made.manifest_sha256
        letter = opened_zip.read("letter.html").decode()
        assert "Das Paket enthält alle 2." in letter
        assert "Es wurde Ihnen nichts vorenthalten." in letter
        assert "Qualitätssicherung" in opened_zip.read("information.html").decode()
        listed = json.loads(opened_zip.read("recordings.json"))
        # Thirteen months: when the call is erased, not when its master is.
        assert {one["kept_until"][:10] for one in listed} == {"2027-04-02"}
        said = json.loads(opened_zip.read("recordings/0001/transcript-1.json"))
        assert {one["speaker"] for one in said["turns"]} == {"self"}
        assert "[PIN" in json.dumps(said), "it is the masked transcript"
    (entry,) = logged(runtime, "request.package.made")
    assert made.manifest_sha256
    assert made.manifest_sha256 in entry
    disclosed = logged(runtime, "recording.disclosed")
    assert [own in disclosed[0], second in disclosed[1], len(disclosed)] == [True, True, 2]
    check_everything(runtime, "default")


@ON_SQLITE
def test_another_person_on_a_channel_of_their_own_is_silent_and_the_log_says_so(
    runtime: Runtime, take: Take, opened: Opened
) -> None:
    take(PartyFacts(role=Role.THIRD_PARTY, name="Somebody", channel=1), replace(ME, channel=0))
    request = opened()
    granted(runtime, request)
    made = packages.make(runtime, DPO, request.id)
    with archive(runtime, made) as opened_zip:
        assert loudest(opened_zip, "recordings/0001/audio-1.wav")[1] < 0.001
        rows = list(csv.DictReader(io.StringIO(opened_zip.read("withheld.csv").decode())))
        assert {row["what"] for row in rows} == {"sound", "words"}
        assert {row["rule"] for row in rows} == {"voices.mixed"}
        assert all("share one sound track" in row["because"] for row in rows)
        turns = json.loads(opened_zip.read("recordings/0001/transcript-1.json"))["turns"]
        assert {(one["speaker"], one["text"]) for one in turns} == {("unknown", None)}
    with runtime.work(DPO, write=False) as work:
        (part,) = package_queries.parts(work, made.id)
    assert part.withheld == len(rows)


@ON_SQLITE
def test_what_is_erased_or_locked_is_named_and_not_there(
    runtime: Runtime, take: Take, opened: Opened
) -> None:
    take()
    locked = take()
    request = opened()
    granted(runtime, request)
    with runtime.work(HOUSE) as work:
        row = catalog.for_update(work, locked)
        assert row is not None
        recordings.quarantine(work, row, "residue", "A newer detector found something.")
    made = packages.make(runtime, DPO, request.id)
    with archive(runtime, made) as opened_zip:
        listed = json.loads(opened_zip.read("recordings.json"))
        assert [one["code"] for one in listed] == ["quarantined", None] or [
            one["code"] for one in listed
        ] == [None, "quarantined"]
        assert "It is locked" in opened_zip.read("recordings.html").decode()
        assert "holds 1 of 2" in opened_zip.read("letter.html").decode()
        assert len([one for one in opened_zip.namelist() if one.endswith(".wav")]) == 1


@ON_SQLITE
def test_nothing_is_made_before_everything_is_confirmed_nor_by_who_may_not(
    runtime: Runtime, take: Take, opened: Opened
) -> None:
    take()
    request = opened()
    requests.search_candidates(runtime, DPO, request.id)
    with pytest.raises(ConflictError):
        packages.make(runtime, DPO, request.id)
    granted(runtime, request)
    with pytest.raises(DeniedError):
        packages.make(runtime, AGENT, request.id)
    packages.make(runtime, DPO, request.id)
    with pytest.raises(ConflictError, match="a package already"), runtime.work(DPO) as work:
        packages.order(work, request.id)


class PowerCutError(BaseException):
    """The machine stops here."""


@ON_SQLITE
@pytest.mark.parametrize("place", ["_keep", "finish", "gather"])
def test_a_package_whose_making_was_cut_short_is_taken_up_where_it_stopped(
    runtime: Runtime, take: Take, opened: Opened, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    for _ in range(3):
        take()
    request = opened()
    granted(runtime, request)
    where = {"_keep": packages, "finish": package_tail, "gather": package_contents}[place]
    real, calls = getattr(where, place), []

    def once(*words: object, **named: object) -> object:
        calls.append(1)
        if len(calls) == (1 if place == "finish" else 2):
            raise PowerCutError
        return real(*words, **named)

    monkeypatch.setattr(packages, "BATCH", 1)
    with monkeypatch.context() as patched:
        patched.setattr(where, place, once)
        with pytest.raises(PowerCutError):
            packages.make(runtime, DPO, request.id)
    with runtime.work(DPO, write=False) as work:
        package = package_queries.alive(work, request.id)
        assert package is not None
        assert package.state == "making"
        before = [one.blob_id for one in package_queries.parts(work, package.id)]
    assert packages.make_pending(runtime, HOUSE) <= 4
    with runtime.work(DPO, write=False) as work:
        again = package_queries.package(work, package.id)
        after = [one.blob_id for one in package_queries.parts(work, package.id)]
    assert again.state == "ready"
    assert all(old in (None, new) for old, new in zip(before, after, strict=True)), "what was made stays"
    with archive(runtime, again) as opened_zip:
        assert opened_zip.testzip() is None
    assert len(logged(runtime, "recording.disclosed")) == 3
    check_everything(runtime, "default")


@ON_SQLITE
def test_a_request_that_changes_ends_the_making_of_its_package(
    runtime: Runtime, take: Take, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(), take()
    request = opened()
    granted(runtime, request)
    monkeypatch.setattr(packages, "BATCH", 1)
    with runtime.work(DPO) as work:
        package = packages.order(work, request.id)
    assert packages.carry_on(runtime, "default", package.id)
    with runtime.work(DPO) as work:
        requests.reconsider(work, request.id, "One of them is not hers.")
        found = candidate_queries.candidates(work, request.id)
        requests.exclude(work, found[-1].id, "It is her neighbour's.")
        requests.decide(work, request.id, "granted", "The other one is hers.")
    assert not packages.carry_on(runtime, "default", package.id), (
        "it was ordered of what is no longer confirmed"
    )
    packages.clear_gone(runtime, HOUSE)
    with runtime.work(DPO, write=False) as work:
        gone = package_queries.package(work, package.id)
        assert (gone.state, gone.gone_because) == ("gone", "request_changed")
        assert not any(one.blob_id for one in package_queries.parts(work, package.id))
    again = packages.make(runtime, DPO, request.id)
    with runtime.work(DPO, write=False) as work:
        assert [one.recording_id for one in package_queries.parts(work, again.id)] == [found[0].recording_id]
    check_everything(runtime, "default")


@ON_SQLITE
def test_what_is_not_confirmed_any_more_ends_the_making_however_that_came_about(
    runtime: Runtime, take: Take, opened: Opened
) -> None:
    take(), take()
    request = opened()
    granted(runtime, request)
    with runtime.work(DPO) as work:
        package = packages.order(work, request.id)
        candidate = package_queries.confirmed(work, request.id)[0]
        candidate.decision = "excluded"
        work.session.add(candidate)
    assert not packages.carry_on(runtime, "default", package.id)
    with runtime.work(DPO, write=False) as work:
        assert package_queries.package(work, package.id).gone_because == "request_changed"


@ON_SQLITE
def test_a_recording_that_was_redacted_again_is_handed_over_as_it_was_before_to_nobody(
    runtime: Runtime, take: Take, opened: Opened
) -> None:
    recording_id = take()
    request = opened()
    granted(runtime, request)
    package = packages.make(runtime, DPO, request.id)
    with runtime.work(HOUSE) as work:
        row = catalog.for_update(work, recording_id)
        assert row is not None
        recordings.quarantine(work, row, "residue", "A newer detector found a card.")
    assert redaction.redact(runtime, HOUSE, recording_id).state == "released"
    with pytest.raises(ConflictError, match="no longer whole"):
        archive(runtime, package)
    packages.discard(runtime, DPO, package.id)
    with archive(runtime, packages.make(runtime, DPO, request.id)) as opened_zip:
        assert opened_zip.testzip() is None
    check_everything(runtime, "default")


def test_a_package_expires_and_its_keys_with_it(
    runtime: Runtime, clock: FakeClock, take: Take, opened: Opened
) -> None:
    take()
    request = opened()
    granted(runtime, request)
    made = packages.make(runtime, DPO, request.id)
    clock.advance(timedelta(days=runtime.policies.default.subjects.package_days) - timedelta(seconds=1))
    assert packages.expire(runtime, HOUSE) == 0
    clock.advance(timedelta(seconds=1))
    assert packages.expire(runtime, HOUSE) == 1
    with pytest.raises(ConflictError):
        package_reading.Archive(runtime, "default", made.id)
    check_everything(runtime, "default")


@ON_SQLITE
def test_the_erasure_of_a_recording_reaches_its_copy_in_a_package(
    runtime: Runtime, take: Take, opened: Opened
) -> None:
    own, _ = take(), take()
    request = opened()
    granted(runtime, request)
    made = packages.make(runtime, DPO, request.id)
    with runtime.work(DPO) as work:
        requests.answer(work, request.id, "by_hand", "It was handed over.")
        requests.close(work, request.id)
    erasure.erase(runtime, DPO, own, "subject_request")
    with pytest.raises(ConflictError, match="no longer whole"):
        package_reading.Archive(runtime, "default", made.id)
    check_everything(runtime, "default")


@ON_SQLITE
def test_a_letter_that_was_changed_lies_in_the_package_as_it_goes(
    runtime: Runtime, take: Take, opened: Opened
) -> None:
    take()
    request = opened()
    granted(runtime, request)
    made = packages.make(runtime, DPO, request.id)
    with runtime.work(DPO) as work:
        (answer,) = [one for one in package_queries.letters(work, request.id) if one.kind == "access_answer"]
        text = letters.show(work, answer)
        letters.edit(work, answer.id, 0, text.subject, text.body + "\nCall us if anything is unclear.\n")
    packages.make_pending(runtime, HOUSE)
    with runtime.work(DPO) as work:
        again = package_queries.package(work, made.id)
        kinds = {
            one.kind: one for one in package_queries.letters(work, request.id) if one.state == "prepared"
        }
        assert again.manifest_sha256
        assert again.manifest_sha256 in letters.show(work, kinds["package_ready"]).body
    assert again.manifest_sha256 != made.manifest_sha256
    with archive(runtime, again) as opened_zip:
        assert "Call us if anything is unclear." in opened_zip.read("letter.html").decode()
    check_everything(runtime, "default")
    with runtime.work(DPO) as work:
        letters.post(work, kinds["package_code"].id)
    with pytest.raises(ConflictError, match="stays as it is"), runtime.work(DPO) as work:
        letters.edit(work, kinds["access_answer"].id, 1, "x", "y")
