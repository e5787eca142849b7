"""Errors are problems (RFC 9457) that say what the client needs and nothing that was sent."""

from __future__ import annotations

import json
from typing import Annotated

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.routing import APIRoute

from governance.api.deps import Caller, needs, permissions_of
from governance.api.problems import PROBLEMS
from governance.api.routes import OPEN_TO_EVERYBODY, ROUTERS
from governance.audit import service as audit
from governance.errors import IntegrityError
from tests.api.conftest import ON_SQLITE, Door

PAN = "4111111111111111"
ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
# One of each kind, so that a path that is asked for is well-formed.
PATH = {
    "recording_id": "rec_" + "0" * 32,
    "hold_id": "hld_" + "0" * 32,
    "restriction_id": "rst_" + "0" * 32,
    "break_glass_id": "brk_" + "0" * 32,
    "account_id": "acc_" + "0" * 32,
    "key_id": "key_" + "0" * 32,
    "webhook_id": "whk_" + "0" * 32,
    "message_id": "msg_" + "0" * 32,
    "erasure_id": "era_" + "0" * 32,
    "finding_id": "fnd_" + "0" * 32,
    "review_id": "rvw_" + "0" * 32,
    "sample_id": "smp_" + "0" * 32,
    "matter_id": "mat_" + "0" * 32,
    "request_id": "srq_" + "0" * 32,
    "letter_id": "ltr_" + "0" * 32,
    "package_id": "pkg_" + "0" * 32,
    "job_id": "rjb_" + "0" * 32,
    "entry_id": "0199d5f2c7a07b1e8c55c3d1f0a9b2e4",
}


def named(route: APIRoute) -> str:
    return f"{min(route.methods or ())} {route.path}"


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_every_route_declares_who_may_use_it(route: APIRoute) -> None:
    assert (permissions_of(route) is None) == (route.path in OPEN_TO_EVERYBODY)


@ON_SQLITE
def test_nobody_comes_in_unnamed(door: Door) -> None:
    for route in ROUTES:
        if route.path in OPEN_TO_EVERYBODY:
            continue
        answer = door.client.request(min(route.methods or ()), route.path.format(**PATH), json={})
        assert answer.status_code in (401, 422), named(
            route
        )  # 422: the body is looked at first where it is small
        assert answer.headers["content-type"] == "application/problem+json"
        answer = door.client.request(
            min(route.methods or ()),
            route.path.format(**PATH),
            headers={"Authorization": "Bearer gk_" + "x" * 43},
            json={},
        )
        assert answer.status_code == 401, named(route)


@ON_SQLITE
def test_an_unknown_route_or_method_is_a_problem_too(door: Door) -> None:
    for answer, status in (
        (door.client.get(f"/v1/{PAN}"), 404),
        (door.client.put("/v1/recordings"), 405),
        (door.client.get("/docs"), 404),
    ):
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["instance"] == "urn:trace:" + answer.headers["x-request-id"]
        assert PAN not in answer.text


@ON_SQLITE
def test_a_refusal_carries_its_reason(door: Door) -> None:
    answer = door.client.get("/v1/audit/entries", headers=door.as_("agent"))
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:recording-governance:problem:denied"
    assert answer.json()["reason"] == "permission_missing"


@ON_SQLITE
def test_what_was_sent_is_not_repeated(door: Door) -> None:
    for answer in (
        door.client.get(f"/v1/recordings?state={PAN}", headers=door.as_("dpo")),
        door.client.get(f"/v1/recordings?after={PAN}", headers=door.as_("dpo")),
        door.client.get(f"/v1/recordings/{PAN}", headers=door.as_("dpo")),
        door.client.post("/v1/recordings/search", json={PAN: PAN}, headers=door.as_("dpo")),
        door.client.post("/v1/recordings/search", json={"tel": PAN}, headers=door.as_("dpo")),
        door.client.post("/v1/recordings/search", content=f'{{"tel": {PAN}', headers=door.as_("dpo")),
        door.client.post("/v1/sessions", json={"login": PAN, "password": PAN}),
        door.client.get("/v1/me", headers={"Authorization": f"Bearer {PAN}"}),
    ):
        assert answer.status_code in (401, 422), answer.text
        assert PAN not in answer.text
        assert answer.headers["content-type"] == "application/problem+json"


@ON_SQLITE
@pytest.mark.parametrize(
    "path",
    [
        "recordings",
        "audit/entries",
        "accounts",
        "api-keys",
        "break-glass",
        "me",
        "recordings/rec_" + "0" * 32,
    ],
)
def test_a_parameter_that_is_not_there_is_refused_by_name(door: Door, path: str) -> None:
    """A filter with a typing error that is passed over would answer with everything."""
    who = door.as_("admin")
    answer = door.client.get(f"/v1/{path}?bogus=1", headers=who)
    assert (answer.status_code, answer.json()["field"]) == (422, "query.bogus"), answer.text
    assert "called bogus" in answer.json()["detail"]
    assert door.client.get(f"/v1/{path}?bogus=1").status_code == 401
    unnamed = door.client.get(f"/v1/{path}?{PAN}=1", headers=who)
    assert (unnamed.status_code, unnamed.json()["field"]) == (422, "query")
    assert PAN not in unnamed.text


@ON_SQLITE
@pytest.mark.parametrize("path", ["recordings/search", "redactions/text"])
def test_a_body_that_is_no_json_is_said_to_be_none(door: Door, path: str) -> None:
    headers = door.as_("admin") | {"Content-Type": "application/json"}
    answer = door.client.post(f"/v1/{path}", content=b"{bad", headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (422, "body"), answer.text
    assert answer.json()["detail"] == "body: not JSON"


@ON_SQLITE
def test_an_unknown_error_says_nothing_and_is_logged_by_type_and_place(
    door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    app = door.client.app
    assert isinstance(app, FastAPI)

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError(f"the row with {PAN}")

    answer = door.client.get("/broken")
    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:recording-governance:problem:internal"
    assert "row" not in answer.text
    logged = "".join(capsys.readouterr())
    assert PAN not in logged
    assert "RuntimeError" in logged


@ON_SQLITE
def test_stored_data_that_was_changed_is_an_error_that_keeps_its_reasons(door: Door) -> None:
    assert all(kind.mute for error, kind in PROBLEMS.items() if issubclass(error, IntegrityError))


@ON_SQLITE
def test_a_commit_that_fails_is_no_success(door: Door) -> None:
    app = door.client.app
    assert isinstance(app, FastAPI)

    @app.get("/uncommitted")
    def uncommitted(caller: Annotated[Caller, needs()]) -> str:
        with caller.work() as work:
            audit.record(work, "audit.heartbeat")

            def fail(_session: object) -> None:
                raise sa.exc.OperationalError("COMMIT", {}, Exception("the disk is full"))

            sa.event.listen(work.session, "before_commit", fail)
            return "done"

    answer = door.client.get("/uncommitted", headers=door.as_("dpo"))
    assert answer.status_code == 500
    assert "done" not in answer.text


@ON_SQLITE
def test_a_json_body_that_grows_too_large_is_refused(door: Door) -> None:
    answer = door.client.post("/v1/sessions", content=b'{"login": "' + b"x" * 100_000)
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:recording-governance:problem:too-large"


@ON_SQLITE
def test_every_answer_is_sealed_and_traced(door: Door) -> None:
    answer = door.client.get("/healthz", headers={"X-Request-ID": "0199d5f2c7a07b1e8c55c3d1f0a9b2e4"})
    assert answer.headers["x-request-id"] == "0199d5f2c7a07b1e8c55c3d1f0a9b2e4"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "server" not in answer.headers
    for offered in (PAN, "x", "a b" * 8, "x" * 100):
        assert (
            door.client.get("/healthz", headers={"X-Request-ID": offered}).headers["x-request-id"] != offered
        )


@ON_SQLITE
def test_the_api_describes_itself_whole(door: Door) -> None:
    told = door.client.get("/openapi.json").json()
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            assert operation.get("description"), f"{method} {path} has no description"
            is_open = path in OPEN_TO_EVERYBODY
            assert ("x-permissions" in operation) != is_open, f"{method} {path}"
            assert ("security" in operation) != is_open, f"{method} {path}"
            assert "application/problem+json" in json.dumps(operation["responses"]) or path in (
                "/healthz",
                "/readyz",
            )
    assert {"HTTPBearer", "APIKeyCookie"} <= told["components"]["securitySchemes"].keys()


@ON_SQLITE
def test_a_browser_gets_a_page_and_never_below_the_api(door: Door) -> None:
    page = door.client.get("/nowhere", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    problem = door.client.get("/v1/nowhere", headers={"Accept": "text/html"})
    assert problem.headers["content-type"] == "application/problem+json"
