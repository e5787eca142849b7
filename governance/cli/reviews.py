"""`governance reviews list|show|read|decide|export|thresholds`: what redaction is not sure of, and what people say about it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from governance.cli import Commands
    from governance.redaction.models import ReviewItem
    from governance.redaction.review_passage import Turn
    from governance.runtime import Actor

_PURPOSE = "redaction_review"


def register(commands: Commands) -> None:
    """Add `reviews` and its commands."""
    parser = commands.add_parser("reviews", help="Decide about findings that redaction is not sure of")
    below = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, dest="what")
    listing = below.add_parser("list", help="List what waits for a person, the longest waiting first")
    listing.add_argument("--state", choices=("open", "decided"), default="open")
    listing.add_argument("--entity", metavar="KIND", help="such as PAN")
    listing.add_argument("--language", metavar="CODE", help="such as en")
    listing.add_argument("--recording", metavar="ID", help="those of one recording")
    listing.add_argument("--limit", type=int, default=50, metavar="N")
    listing.add_argument("--after", metavar="CURSOR", help="go on where a page ended")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    listing.set_defaults(run=_list)
    read = below.add_parser("read", help="Print the words around a finding; that they were read is logged")
    read.add_argument("id", metavar="ID")
    read.add_argument("--purpose", default=_PURPOSE, metavar="NAME", help=f"why (default: {_PURPOSE})")
    read.add_argument("--level", choices=("rendition", "master"), help="which version (default: master)")
    read.set_defaults(run=_read)
    decide = below.add_parser(
        "decide",
        help="Accept, widen or reject a finding whose passage you have read",
        description="What is widened is masked everywhere at once. What is rejected keeps its mask: nothing comes back.",
    )
    decide.add_argument("id", metavar="ID")
    decide.add_argument("decision", choices=("accept", "widen", "reject"))
    decide.add_argument(
        "--entity", choices=("PAN", "CVV", "EXPIRY", "PIN", "TRACK"), help="what it really is"
    )
    decide.add_argument(
        "--first", type=int, metavar="N", help="widen: its first word, as `read` numbers them"
    )
    decide.add_argument("--last", type=int, metavar="N", help="widen: its last word")
    decide.set_defaults(run=_decide)
    export = below.add_parser(
        "export",
        help="Write decided findings as test cases, every number, name and identifier replaced first",
        description="What cannot be replaced for certain is left out and counted. The cases run with pytest (docs/reviews.md).",
    )
    export.add_argument("--out", required=True, metavar="DIR", help="where the case files go")
    export.add_argument("--purpose", default=_PURPOSE, metavar="NAME", help=f"why (default: {_PURPOSE})")
    export.set_defaults(run=_export)
    thresholds = below.add_parser(
        "thresholds", help="Say what the decisions say about the thresholds of the policy"
    )
    thresholds.add_argument("--json", action="store_true", help="print one JSON array")
    thresholds.set_defaults(run=_thresholds)


def _list(arguments: argparse.Namespace) -> int:
    import sys

    import orjson

    from governance.cli._open import open_runtime
    from governance.redaction import reviews

    filters = reviews.Filters(
        state=arguments.state, entity=arguments.entity, language=arguments.language,
        recording_id=arguments.recording,
    )  # fmt: skip
    limit = max(1, min(arguments.limit, 500))
    with open_runtime(arguments.tenant) as runtime, runtime.work(_actor(arguments)) as work:
        rows, following = reviews.listing(work, filters, arguments.after, limit)
    for row in rows:
        if arguments.json:
            print(orjson.dumps(_facts(row)).decode())
        else:
            print(
                f"{row.id}  {row.score:.2f}  {row.entity:<7}  {row.decision or row.state:<7}  {row.because}"
            )
    if following:
        print(f"More: --after {following}", file=sys.stderr)
    return 0


def _read(arguments: argparse.Namespace) -> int:
    from governance.cli._open import open_runtime
    from governance.redaction import reviews

    with open_runtime(arguments.tenant) as runtime:
        found = reviews.read(
            runtime, _actor(arguments), arguments.id, purpose=arguments.purpose, level=arguments.level
        )
    print(f"{found.item.entity}, score {found.item.score:.2f}: {found.item.because}")
    print("As everybody reads it, each word with its number:")
    _print(found.shown, numbered=True)
    if found.behind:
        print("Behind the mask (the master):")
        _print(found.behind, numbered=False)
    return 0


def _print(turns: tuple[Turn, ...], *, numbered: bool) -> None:
    for turn in turns:
        said = []
        for word in turn.words:
            shown = f">{word.text}<" if word.is_found else word.text
            said.append(f"{word.at}:{shown}" if numbered else shown)
        print(f"  {turn.speaker or 'speaker'}: {' '.join(said)}")


def _decide(arguments: argparse.Namespace) -> int:
    from governance.cli._open import open_runtime
    from governance.redaction import reviews
    from governance.redaction.review_places import Places
    from governance.redaction.spans import Entity

    places = None
    if arguments.first is not None or arguments.last is not None:
        places = Places(
            arguments.first if arguments.first is not None else -1,
            arguments.last if arguments.last is not None else -1,
        )
    entity = Entity(arguments.entity) if arguments.entity else None
    verdict = reviews.Verdict(arguments.decision, entity=entity, places=places)
    with open_runtime(arguments.tenant) as runtime:
        done = reviews.decide(runtime, _actor(arguments), arguments.id, verdict)
    print(f"{done.item.id}: {arguments.decision}.")
    if done.redacted is None:
        return 0
    print(f"The recording was redacted again: {done.redacted.state}. {done.redacted.because}")
    return 0 if done.redacted.state == "released" else 1


def _export(arguments: argparse.Namespace) -> int:
    import hashlib
    import sys
    from collections import Counter
    from pathlib import Path

    import orjson

    from governance.cli._open import open_runtime
    from governance.redaction import reviews

    folder = Path(arguments.out)
    folder.mkdir(parents=True, exist_ok=True)
    written, left_out, after = 0, Counter[str](), None
    with open_runtime(arguments.tenant) as runtime:
        while True:
            made = reviews.export(runtime, _actor(arguments), purpose=arguments.purpose, after=after)
            for case in made.cases:
                told = orjson.dumps(case.told(), option=orjson.OPT_INDENT_2)
                name = f"{case.language}-{hashlib.sha256(told).hexdigest()[:12]}.json"
                (folder / name).write_bytes(told + b"\n")
                written += 1
            left_out.update(one.because for one in made.left_out)
            after = made.following
            if after is None:
                break
    print(f"{written} written to {folder}.")
    for because, count in left_out.most_common():
        print(f"Left out {count}: {because}.", file=sys.stderr)
    return 0


def _thresholds(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    import orjson

    from governance.cli._open import open_runtime
    from governance.redaction import reviews

    with open_runtime(arguments.tenant) as runtime, runtime.work(_actor(arguments), write=False) as work:
        found = reviews.evidence(work)
    if arguments.json:
        print(orjson.dumps([asdict(one) for one in found], option=orjson.OPT_INDENT_2).decode())
        return 0
    if not found:
        print("Nothing has been decided yet: the thresholds stay.")
    for one in found:
        print(f"{one.entity}: threshold {one.threshold}. {one.proposal.because}")
        for band in one.bands:
            seen = band.precision
            print(
                f"  {band.language}  {band.start:.1f} to {band.end:.1f}  right {seen.right} of {seen.count} "
                f"({seen.low:.0%} to {seen.high:.0%})"
            )
        if one.proposal.yaml:
            print("  For policies/redaction.yaml, to be reviewed like any change:")
            print("\n".join(f"    {line}" for line in one.proposal.yaml.splitlines()))
    return 0


def _actor(arguments: argparse.Namespace) -> Actor:
    from governance.cli._open import operator

    return operator(arguments.tenant, "dpo")


def _facts(row: ReviewItem) -> dict[str, Any]:
    names = (
        "id", "recording_id", "state", "position", "first_word", "last_word", "start_ms", "end_ms", "channel", "entity",
        "score", "because", "language", "format", "created_at", "decision", "decided_entity", "decided_first",
        "decided_last", "decided_at", "applied_at",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names}
