"""`governance audit sinks …`: where the log is told to, how far each sink is, and telling one again."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from governance.cli import Commands
    from governance.siem.queries import Standing


def register(verbs: Commands) -> None:
    """Add `sinks` and its commands to the group `audit`."""
    parser = verbs.add_parser("sinks", help="say where the log is told to, and how far each sink is")
    below = parser.add_subparsers(title="commands", metavar="COMMAND")
    parser.set_defaults(run=_list, json=False)
    listing = below.add_parser("list", help="list the sinks with what waits for each; ends 1 while one fails")
    listing.add_argument("--json", action="store_true", help="print one JSON object a line")
    listing.set_defaults(run=_list)
    reset = below.add_parser("reset", help="have a sink told a log again, from an entry on; logged")
    reset.add_argument("name", metavar="NAME")
    reset.add_argument(
        "--from", dest="index", type=int, required=True, metavar="INDEX", help="the entry to begin with again"
    )
    reset.add_argument("--log", metavar="ORIGIN", help="another log than the open one")
    reset.set_defaults(run=_reset)


def _list(arguments: argparse.Namespace) -> int:
    import orjson

    from governance.access import service as access
    from governance.cli._open import open_runtime, operator
    from governance.siem import queries

    with open_runtime(arguments.tenant) as runtime:
        with runtime.work(operator(arguments.tenant, "ciso"), write=False) as work:
            access.require(work, "audit:read")
            policy = work.policies.sinks
            found = [queries.standing(work, row) for row in queries.sinks(work)]
        unknown = sorted(policy.enabled().keys() - {one.row.name for one in found})
    for one in found:
        sink = policy.sinks.get(one.row.name)
        told = _told(one, list(sink.disclose) if sink is not None else [])
        print(orjson.dumps(told).decode() if arguments.json else _line(told))
    for name in unknown:
        told = {"name": name, "state": "not begun"}
        print(orjson.dumps(told).decode() if arguments.json else f"{name}  not begun: no job has run since")
    return 1 if any(one.row.failing_since is not None for one in found if one.row.disabled_at is None) else 0


def _told(one: Standing, disclose: list[str]) -> dict[str, Any]:
    row = one.row
    state = "off" if row.disabled_at else "failing" if row.failing_since else "behind" if one.behind else "ok"
    return {
        "name": row.name,
        "kind": row.kind,
        "state": state,
        "error": row.error,
        "since": row.failing_since,
        "behind": one.behind,
        "lag_s": int(one.lag.total_seconds()),
        "delivered_at": row.delivered_at,
        "disclose": disclose,
        "logs": [{"origin": place.log.origin, "next": place.next_idx} for place in one.places],
    }


def _line(told: dict[str, Any]) -> str:
    parts = [told["name"], told["kind"], told["state"]]
    if told["error"]:
        parts.append(f"{told['error']} since {told['since']:%Y-%m-%dT%H:%M:%SZ}")
    parts.append(f"{told['behind']} behind, {told['lag_s']} s")
    parts += [f"{place['origin']} next {place['next']}" for place in told["logs"][-1:]]
    parts.append(f"sees {', '.join(told['disclose']) or 'nothing personal'}")
    return "  ".join(parts)


def _reset(arguments: argparse.Namespace) -> None:
    from governance.cli._open import open_runtime, operator
    from governance.siem import service as siem

    with (
        open_runtime(arguments.tenant) as runtime,
        runtime.work(operator(arguments.tenant, "ciso")) as work,
    ):
        was = siem.reset(work, arguments.name, arguments.index, arguments.log)
    print(f"{arguments.name} is told again from {arguments.index} on; it was at {was}")
