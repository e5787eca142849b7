"""Fetching: a scanner burns nothing, a code opens, a broken line goes on, and every try is in the log."""

from __future__ import annotations

import io
import re
import time
import zipfile
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from governance import tenancy
from governance.clock import FakeClock
from governance.config import Settings
from governance.errors import ConflictError, DeniedError, UnauthenticatedError
from governance.recordings import queries as catalog
from governance.recordings import service as recordings
from governance.runtime import Actor, Runtime
from governance.subjects import package_codes, package_fetching, package_queries, packages
from governance.subjects import service as requests
from governance.subjects.package_fetching import Download, _merged
from governance.subjects.package_models import Package
from tests.access.people import logged
from tests.server import Installation
from tests.subjects.conftest import DPO, HOUSE
from tests.subjects.packed import code_of, ready

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def told(runtime: Runtime) -> list[str]:
    """Return what the log says of the page: code by code."""
    found = logged(runtime, "request.package.fetched")
    return [re.findall(r'"why":{"code":"([a-z_]+)"', leaf)[0] for leaf in found]


def fetched(found: Download, start: int = 0, end: int | None = None) -> bytes:
    return b"".join(found.portions(start, found.size if end is None else end))


def as_it_is(runtime: Runtime, package: Package) -> Package:
    with runtime.work(DPO, write=False) as work:
        return package_queries.package(work, package.id)


def test_a_code_opens_once_whole_and_may_be_resumed_until_then(runtime: Runtime, clock: FakeClock) -> None:
    package, code = ready(runtime, calls=2)
    with pytest.raises(UnauthenticatedError):
        package_fetching.download(runtime, package.id, "gp_" + "x" * 43)
    visit = package_fetching.open_with(
        runtime, package.id, f" {code.lower().replace('-', ' ')} ", "192.0.2.7"
    )
    found = package_fetching.download(runtime, package.id, visit.token)
    half = found.size // 2
    first = fetched(found, 0, half)
    assert as_it_is(runtime, package).fetches == 0
    again = package_fetching.open_with(runtime, package.id, code)
    rest = fetched(package_fetching.download(runtime, package.id, again.token, from_byte=half), half)
    assert as_it_is(runtime, package).fetches == 1
    with zipfile.ZipFile(io.BytesIO(first + rest)) as opened:
        assert opened.testzip() is None
    assert fetched(package_fetching.download(runtime, package.id, again.token)) == first + rest, (
        "the visit lasts"
    )
    with pytest.raises(DeniedError, match="fetched"):
        package_fetching.open_with(runtime, package.id, code)
    clock.advance(timedelta(minutes=runtime.policies.default.disclosure.package.open_minutes))
    with pytest.raises(UnauthenticatedError):
        package_fetching.download(runtime, package.id, again.token)
    assert package_fetching.forget_visits(runtime, HOUSE) == 2
    assert told(runtime) == [
        "opened", "download", "opened", "download", "complete", "download", "complete", "used_up",
    ]  # fmt: skip
    assert not any("192.0.2.7" in leaf or code in leaf for leaf in logged(runtime, "request.package.fetched"))


@ON_SQLITE
def test_wrong_codes_are_counted_and_end_in_a_new_code(runtime: Runtime) -> None:
    package, code = ready(runtime)
    tries = runtime.policies.default.disclosure.package.tries
    for _ in range(tries):
        with pytest.raises(UnauthenticatedError):
            package_fetching.open_with(runtime, package.id, "AAAA-BBBB-CCCC-DDDD-EEEE")
    with pytest.raises(DeniedError, match="too many"):
        package_fetching.open_with(runtime, package.id, code)
    newer = code_of(runtime, package)
    visit = package_fetching.open_with(runtime, package.id, newer)
    with pytest.raises(UnauthenticatedError):
        package_fetching.open_with(runtime, package.id, code)
    code_of(runtime, package)
    with pytest.raises(UnauthenticatedError):
        package_fetching.download(runtime, package.id, visit.token)
    assert told(runtime).count("wrong_code") == tries + 1
    nobody = "pkg_" + "0" * 32
    with pytest.raises(UnauthenticatedError) as unknown:
        package_fetching.open_with(runtime, nobody, code)
    with pytest.raises(UnauthenticatedError) as wrong:
        package_fetching.open_with(runtime, package.id, code)
    assert str(unknown.value) == str(wrong.value)


@ON_SQLITE
def test_after_the_answer_a_lost_code_is_sent_again_and_a_package_made_again(runtime: Runtime) -> None:
    package, code = ready(runtime)
    with runtime.work(DPO) as work:
        requests.answer(work, package.request_id, "by_hand", "On the telephone.")
        packages.tell_again(work, package.id)
    newer = code_of(runtime, package)
    with pytest.raises(UnauthenticatedError):
        package_fetching.open_with(runtime, package.id, code)
    package_fetching.open_with(runtime, package.id, newer)
    packages.discard(runtime, DPO, package.id)
    again = packages.make(runtime, DPO, package.request_id)
    visit = package_fetching.open_with(runtime, again.id, code_of(runtime, again))
    assert fetched(package_fetching.download(runtime, again.id, visit.token))


@ON_SQLITE
def test_what_has_gone_back_into_quarantine_is_not_handed_over(runtime: Runtime) -> None:
    package, code = ready(runtime)
    visit = package_fetching.open_with(runtime, package.id, code)
    found = package_fetching.download(runtime, package.id, visit.token)
    with runtime.work(HOUSE) as work:
        (part,) = package_queries.parts(work, package.id)
        row = catalog.for_update(work, part.recording_id)
        assert row is not None
        recordings.quarantine(work, row, "residue", "A newer detector found a card.")
    with pytest.raises(Exception, match="not there any more"):
        fetched(found)
    with pytest.raises(ConflictError, match="no longer whole"):
        package_fetching.download(runtime, package.id, visit.token)
    with pytest.raises(DeniedError, match="made again"):
        package_fetching.open_with(runtime, package.id, code)


@ON_SQLITE
def test_an_expired_or_discarded_package_opens_for_nobody(runtime: Runtime, clock: FakeClock) -> None:
    package, code = ready(runtime)
    visit = package_fetching.open_with(runtime, package.id, code)
    packages.discard(runtime, DPO, package.id)
    for _ in range(2):
        with pytest.raises(UnauthenticatedError):
            package_fetching.open_with(runtime, package.id, code)
        assert package_fetching.waiting(runtime, package.id, visit.token) is None
        clock.advance(timedelta(days=90))
    with pytest.raises(ConflictError), runtime.work(DPO) as work:
        package_codes.renew(work, package.id)


def test_pieces_are_counted_once_wherever_they_begin() -> None:
    assert _merged([[0, 5], [5, 9], [2, 3]]) == [[0, 9]]
    assert _merged([[9, 12], [0, 5]]) == [[0, 5], [9, 12]]
    many = _merged([[at * 10, at * 10 + 1 + at % 3] for at in range(200)])
    assert len(many) == 64, "what a hostile client asks for does not grow without end"


def test_over_a_real_server_a_scanner_burns_nothing_and_a_broken_download_goes_on(
    database_url: str, tmp_path: Path
) -> None:
    house = Installation.at(tmp_path, database_url)
    runtime = Runtime.open(
        Settings.from_env({k: v for k, v in house.environment.items() if k.startswith("GOVERNANCE_")})
    )
    with runtime.work(Actor.system("default", "svc_test")) as work:
        tenancy.ensure(work, "The default tenant")
    package, code = ready(runtime)
    house.start()
    try:
        page = f"{house.url}/fetch/{package.id}"
        for _ in range(3):  # a mail scanner: it follows the link, the form's target and the download
            assert httpx.get(page).status_code == 200
            assert httpx.head(page).status_code in (200, 405)
            assert httpx.get(f"{page}/package.zip").status_code == 303
        assert httpx.post(page, data={"code": code}).status_code == 403, "without the page's own proof"
        with httpx.Client(base_url=house.url) as person:
            proof = re.search(r'name="proof" value="([0-9a-f]{64})"', person.get(page).text)
            assert proof is not None
            sent = {"proof": proof.group(1), "language": "en"}
            assert person.post(page, data={**sent, "code": "AAAA-AAAA"}).status_code == 401
            opened = person.post(page, data={**sent, "code": code})
            assert opened.status_code == 303
            cookie = opened.headers["set-cookie"]
            assert "HttpOnly" in cookie
            assert f"Path=/fetch/{package.id}" in cookie
            assert "SameSite=strict" in cookie
            assert "Download" in person.get(opened.headers["location"]).text
            whole = b""
            with person.stream("GET", f"{page}/package.zip") as answer:  # the line breaks after some bytes
                size, tag = int(answer.headers["content-length"]), answer.headers["etag"]
                assert answer.headers["cache-control"] == "no-store"
                assert "attachment" in answer.headers["content-disposition"]
                for portion in answer.iter_raw(1000):
                    whole += portion
                    if len(whole) > size // 3:
                        break
            assert len(whole) < size
            rest = person.get(
                f"{page}/package.zip", headers={"Range": f"bytes={len(whole)}-", "If-Range": tag}
            )
            assert rest.status_code == 206
            assert rest.headers["content-range"] == f"bytes {len(whole)}-{size - 1}/{size}"
            body = whole + rest.content
            beyond = person.get(f"{page}/package.zip", headers={"Range": f"bytes={size}-"})
            assert beyond.status_code == 416
            changed = person.get(f"{page}/package.zip", headers={"Range": "bytes=5-", "If-Range": '"other"'})
            assert (changed.status_code, changed.content) == (200, body)
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            assert archive.testzip() is None
        end = time.monotonic() + 10
        while as_it_is(runtime, package).fetches == 0:
            assert time.monotonic() < end, "the whole of it was fetched"
            time.sleep(0.05)
        assert "gp_" not in house.log
        assert code not in house.log
    finally:
        house.stop()
        runtime.close()


@ON_SQLITE
def test_a_package_whose_person_is_in_doubt_again_is_held_back_until_that_is_settled(
    runtime: Runtime,
) -> None:
    package, code = ready(runtime)
    visit = package_fetching.open_with(runtime, package.id, code)
    with runtime.work(DPO) as work:
        requests.doubt_identity(work, package.request_id, "somebody else wrote that it is theirs")
    with pytest.raises(DeniedError) as refused:
        package_fetching.open_with(runtime, package.id, code)
    assert refused.value.reason == "not_now"
    with pytest.raises(UnauthenticatedError):
        package_fetching.download(runtime, package.id, visit.token)
    with runtime.work(DPO) as work:
        requests.check_evidence(work, package.request_id, True, "saw her card")
    assert package_fetching.open_with(runtime, package.id, code).token
