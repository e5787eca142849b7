"""How the service is: alive, ready, and in numbers. Open to whoever runs it; nothing here names anybody."""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from typing import Literal

from fastapi import APIRouter, Request, Response

from governance import log as logs
from governance import tenancy
from governance.api.deps import Door, door
from governance.api.problems import documented
from governance.api.shapes import Answer
from governance.audit import queries as log
from governance.findings import queries as findings
from governance.ids import uuid7
from governance.messages import queries as messages
from governance.policy.interventions import KINDS
from governance.runtime import Actor, Runtime
from governance.siem import queries as siem

router = APIRouter(tags=["condition"])

MOST_LAG_S = 60.0
MOST_DELIVERY_LAG_S = 900.0
_SERVICE = "svc_condition"
_log_of = logs.get("governance.api")


class Alive(Answer):
    """That the process answers."""

    status: Literal["alive"] = "alive"


class Ready(Answer):
    """Whether the service can do its work, part by part: `ok`, or what is wrong in few words.

    `delivery` and `sinks` make nothing unready: what cannot be delivered waits, and all else goes on.
    """

    status: Literal["ready", "unready"]
    database: str
    blobs: str
    keys: str
    log: str
    delivery: str
    sinks: str


@router.get("/healthz")
def healthz() -> Alive:
    """Answer, which is all that is asked."""
    return Alive()


@router.get("/readyz", responses={503: {"model": Ready, "description": "Not ready."}})
def readyz(request: Request, response: Response) -> Ready:
    """Say whether database, blob store, keys and log can be used. 503 where one of them cannot."""
    opened = door(request)
    parts = {
        "database": _try(lambda: _database(opened.runtime)),
        "blobs": _try(lambda: _blobs(opened.runtime)),
        "keys": _try(lambda: _keys(opened.runtime)),
        "log": _try(lambda: _log(opened)),
    }
    is_ready = all(part == "ok" for part in parts.values())
    parts["delivery"] = _try(lambda: _delivery(opened))
    parts["sinks"] = _try(lambda: _sinks(opened))
    response.status_code = 200 if is_ready else 503
    return Ready(status="ready" if is_ready else "unready", **parts)


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {"description": "Prometheus' text format.", "content": {"text/plain": {}}},
        **documented(500),
    },
)
def metrics(request: Request) -> Response:
    """Return the metrics. They name routes and statuses, and neither people nor tenants."""
    opened = door(request)
    _try(lambda: _log(opened))
    _try(lambda: _delivery(opened))
    _try(lambda: _sinks(opened))
    _try(lambda: _findings(opened))
    return Response(opened.metrics.text(), media_type="text/plain; version=0.0.4")


def _try(check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - whatever it is, the part cannot be used; the message may name a host
        _log_of.error("not ready", **logs.nameless(error))
        return "unusable"


def _database(runtime: Runtime) -> str:
    with runtime.unscoped(Actor.system(tenancy.DEFAULT, _SERVICE)) as work:
        return "ok" if tenancy.known(work) else "no tenant"


def _blobs(runtime: Runtime) -> str:
    name = f"probe_{uuid7().hex}"
    with runtime.blobs.writer(name) as sink:
        sink.write(b"ready?")
    runtime.blobs.delete(name)
    return "ok"


def _keys(runtime: Runtime) -> str:
    key, context = secrets.token_bytes(32), b"readyz"
    kek_id = runtime.keys.active(tenancy.DEFAULT)
    same = runtime.keys.unwrap(kek_id, runtime.keys.wrap(kek_id, key, context), context) == key
    return "ok" if same else "unusable"


def _tenants(runtime: Runtime) -> list[str]:
    with runtime.unscoped(Actor.system(tenancy.DEFAULT, _SERVICE)) as work:
        return tenancy.known(work)


def _log(opened: Door) -> str:
    waiting, lag_s, unsigned_s = 0, 0.0, 0.0
    runtime = opened.runtime
    for tenant in _tenants(runtime):
        with runtime.work(Actor.system(tenant, _SERVICE), write=False) as work:
            state = log.health(work)
        waiting, lag_s = waiting + state.waiting, max(lag_s, state.lag.total_seconds())
        unsigned_s = max(unsigned_s, state.unsigned_for.total_seconds())
    opened.metrics.log_state(waiting, lag_s, unsigned_s)
    if lag_s > MOST_LAG_S:
        return "behind"
    return "ok" if unsigned_s <= MOST_LAG_S else "unsigned"


def _delivery(opened: Door) -> str:
    waiting, mail, dead, lag_s, runtime = 0, 0, 0, 0.0, opened.runtime
    for tenant in _tenants(runtime):
        with runtime.work(Actor.system(tenant, _SERVICE), write=False) as work:
            state = messages.standing(work)
        waiting, mail, dead = waiting + state.waiting, mail + state.waiting_mail, dead + state.dead
        lag_s = max(lag_s, state.oldest.total_seconds())
    opened.metrics.delivery_state(waiting, dead, lag_s)
    if mail and runtime.settings.mail is None:
        return "mail is not set up"
    if lag_s > MOST_DELIVERY_LAG_S:
        return "behind"
    return "undeliverable messages" if dead else "ok"


def _sinks(opened: Door) -> str:
    failing, behind, lag_s, runtime = 0, 0, 0.0, opened.runtime
    for tenant in _tenants(runtime):
        with runtime.work(Actor.system(tenant, _SERVICE), write=False) as work:
            state = siem.health(work)
        failing, behind = failing + state.failing, behind + state.behind
        lag_s = max(lag_s, state.lag.total_seconds())
    opened.metrics.sinks_state(failing, behind, lag_s)
    if failing:
        return "failing"
    return "ok" if lag_s <= MOST_LAG_S else "behind"


def _findings(opened: Door) -> str:
    counts: dict[str, tuple[int, int]] = dict.fromkeys(KINDS, (0, 0))
    checked_s, runtime = 0.0, opened.runtime
    for tenant in _tenants(runtime):
        with runtime.work(Actor.system(tenant, _SERVICE), write=False) as work:
            for one in findings.summary(work):
                in_time, late = counts[one.kind]
                counts[one.kind] = in_time + one.open - one.late, late + one.late
            ended = findings.last_checked(work)
            checked_s = max(checked_s, (work.now - ended).total_seconds() if ended else math.inf)
    opened.metrics.findings_state(counts, checked_s)
    return "ok"
