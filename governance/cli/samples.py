"""`governance samples list|rate|recompute`: what waits for an examiner, what they found, and whether the draw is the key's."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from governance.cli import Commands


def register(commands: Commands) -> None:
    """Add `samples` and its commands."""
    parser = commands.add_parser("samples", help="The random sample that people examine whole")
    below = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, dest="what")
    listing = below.add_parser("list", help="List what waits for an examiner, the longest waiting first")
    listing.add_argument("--state", choices=("waiting", "judged"), default="waiting")
    listing.add_argument("--limit", type=int, default=50, metavar="N")
    listing.add_argument("--after", metavar="CURSOR", help="go on where a page ended")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    listing.set_defaults(run=_list)
    rate = below.add_parser("rate", help="Print the residual leak rate per recording, with its interval")
    rate.add_argument("--json", action="store_true", help="print one JSON object")
    rate.set_defaults(run=_rate)
    recompute = below.add_parser(
        "recompute",
        help="Draw every release again and compare with what certificates state",
        description="Ends 1 where a certificate states another draw than the key gives, or where a drawn one was left out.",
    )
    recompute.add_argument("--month", metavar="YYYY-MM", help="releases of one month (UTC)")
    recompute.add_argument("--json", action="store_true", help="print one JSON object")
    recompute.set_defaults(run=_recompute)


def _list(arguments: argparse.Namespace) -> int:
    import sys

    import orjson

    from governance.cli._open import open_runtime, operator
    from governance.redaction import samples

    limit = max(1, min(arguments.limit, 500))
    who = operator(arguments.tenant, "dpo")
    with open_runtime(arguments.tenant) as runtime, runtime.work(who) as work:
        rows, following = samples.listing(work, arguments.state, arguments.after, limit)
        told = [{name: getattr(row, name) for name in _SHOWN} for row in rows]
    for one in told:
        print(orjson.dumps(one).decode() if arguments.json else _line(one))
    if following:
        print(f"More: --after {following}", file=sys.stderr)
    return 0


_SHOWN = ("id", "state", "drawn_at", "language", "channels", "codec", "taken_at", "judged_at", "missed")


def _line(one: dict[str, Any]) -> str:
    came_to = "taken" if one["taken_at"] else one["state"]
    if one["judged_at"]:
        came_to = f"{one['missed']} missed"
    return f"{one['id']}  {one['drawn_at']:%Y-%m-%d}  {one['language']:<5}  {one['channels']} ch {one['codec']:<10}  {came_to}"


def _rate(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    import orjson

    from governance.cli._open import open_runtime, operator
    from governance.redaction import samples

    who = operator(arguments.tenant, "ciso")
    with open_runtime(arguments.tenant) as runtime, runtime.work(who, write=False) as work:
        found = samples.leak_rate(work)
    if arguments.json:
        print(orjson.dumps(asdict(found), option=orjson.OPT_INDENT_2).decode())
        return 0
    print(found.overall.because)
    for title, rates in (
        ("Language", found.by_language), ("Channels", found.by_channels), ("Codec", found.by_codec),
        ("Release", found.by_product), ("Month", found.by_month),
    ):  # fmt: skip
        for one in rates:
            print(f"  {title:<9}{one.name:<12}{one.because}")
    return 0


def _recompute(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    import orjson

    from governance.cli._open import open_runtime, operator
    from governance.redaction import sample_drawing

    who = operator(arguments.tenant, "ciso")
    with open_runtime(arguments.tenant) as runtime, runtime.work(who) as work:
        found = sample_drawing.recompute(work, arguments.month)
    if arguments.json:
        print(orjson.dumps(asdict(found)).decode())
    else:
        print(f"{found.releases} releases drawn again, {found.drawn} of them in the share.")
        for certificate in found.wrong:
            print(f"  {certificate} states another draw than the key gives.")
        for recording in found.left_out:
            print(f"  {recording} was drawn and stands nowhere in the sample.")
    return 1 if found.wrong or found.left_out else 0
