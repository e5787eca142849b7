"""`governance audit …`: hand out the log, check what was handed out, look into it.

`verify` opens no database and no key: it is for people who do not trust this house.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from governance.audit.stamps import Stamped
    from governance.cli import Commands
    from governance.runtime import Actor, Runtime

DAMAGED, NOT_VERIFIED, CONSISTENT_ONLY = 1, 2, 3


def register(commands: Commands) -> None:
    """Add the group `audit` and its commands; each leaves its function in `run`."""
    summary = "Read, export and verify the log"
    parser = commands.add_parser("audit", help=summary, description=summary)
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", dest="what", required=True)

    bundle = verbs.add_parser("bundle", help="write the log as static files that anybody can verify")
    bundle.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="an empty folder, or an earlier bundle"
    )
    bundle.add_argument(
        "--proof", action="append", default=[], metavar="ID", help="add this entry's proof file"
    )
    bundle.set_defaults(run=_bundle)

    trust = verbs.add_parser(
        "trust", help="print the trust file, to be handed over by another way than the bundle"
    )
    trust.set_defaults(run=_trust)

    verify = verbs.add_parser(
        "verify",
        help="check a bundle: 0 all holds, 1 something does not, 2 could not verify, 3 origin unproven",
        description="Check a bundle offline. Ends with 0 when all holds, with 1 naming the first thing that does not, "
        "with 2 when it could not verify (the folder, the checkpoint or the trust file is missing or cannot be read), "
        "and with 3 when it is consistent in itself and its origin unproven, for want of a trust file.",
    )
    verify.add_argument("bundle", type=Path, metavar="DIR")
    verify.add_argument("--policy", type=Path, metavar="FILE", help="the trust file you were handed")
    verify.add_argument(
        "--tsa",
        type=Path,
        metavar="FILE",
        help="certificates (PEM) of the time-stamping authority, had from it",
    )
    verify.set_defaults(run=_verify)

    audit = verbs.add_parser("self-audit", help="recompute the whole log in the database")
    audit.set_defaults(run=_self_audit)

    proof = verbs.add_parser("proof", help="print the proof file of one entry")
    proof.add_argument("id", metavar="ID")
    proof.set_defaults(run=_proof)

    from governance.cli import audit_search, audit_sinks, audit_witness

    audit_search.register(verbs)
    audit_witness.register(verbs)
    audit_sinks.register(verbs)


@contextmanager
def opened(arguments: argparse.Namespace) -> Iterator[tuple[Runtime, Actor]]:
    """Give the runtime, and the operator in the role of the auditors."""
    from governance.cli._open import open_runtime, operator

    with open_runtime(arguments.tenant) as runtime:
        # The log is the auditors': whoever acts here acts in their role, and no further.
        yield runtime, operator(arguments.tenant, "ciso")


def _bundle(arguments: argparse.Namespace) -> int:
    from governance.access import service as access
    from governance.audit import service as audit

    with opened(arguments) as (runtime, actor):
        with runtime.work(actor, write=False) as work:
            access.require(work, "audit:export")
        checkpoint = audit.bundle(runtime, actor, arguments.out, proofs=arguments.proof)
    print(f"{checkpoint.origin}: {checkpoint.size} entries in {arguments.out}")
    print(
        "The trust file is not in it: print it with `governance audit trust` and hand it over by another way."
    )
    return 0


def _trust(arguments: argparse.Namespace) -> int:
    from governance.audit import service as audit

    with opened(arguments) as (runtime, actor), runtime.work(actor, write=False) as work:
        print(audit.trust(work), end="")
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    from governance.audit import policyfile, timestamp
    from governance.audit.verify import verify_bundle
    from governance.errors import ConfigurationError, InvalidError

    policy = None
    if arguments.policy is not None:
        try:
            policy = policyfile.parse(arguments.policy.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError):
            return _say("governance: the trust file cannot be read: nothing was verified", NOT_VERIFIED)
        except InvalidError as error:
            return _say(f"governance: {error}: nothing was verified", NOT_VERIFIED)
    authorities: Sequence[Certificate] = ()
    if arguments.tsa is not None:
        try:
            authorities = timestamp.authorities(arguments.tsa.read_bytes())
            timestamp.require()
        except OSError:
            return _say("governance: the certificates cannot be read: nothing was verified", NOT_VERIFIED)
        except (InvalidError, ConfigurationError) as error:
            return _say(f"governance: {error}: nothing was verified", NOT_VERIFIED)
    verdict = verify_bundle(arguments.bundle, policy, authorities)
    if verdict.exit_code in (DAMAGED, NOT_VERIFIED):
        return _say(verdict.because, verdict.exit_code)
    print(verdict.because)
    for shard in verdict.shards[:-1]:
        print(f"Before it, {shard.origin}: {shard.size} entries")
    for loss in verdict.losses:
        print(f"Declared loss: {loss}")
    for note in verdict.notes:
        print(f"Note: {note}")
    _tell_stamps(verdict.stamped)
    if verdict.exit_code == CONSISTENT_ONLY:
        print("Ask for the trust file, by another way than this bundle, and verify again with --policy.")
    return verdict.exit_code


def _tell_stamps(stamped: Sequence[Stamped]) -> None:
    """Say what is known of when: the newest moment that is proved of each log, and what nobody could check."""
    newest = {one.origin: one for one in stamped if one.at is not None}
    for one in newest.values():
        print(
            f"Time stamp: the first {one.size} entries of {one.origin} existed at {one.at:%Y-%m-%d %H:%M:%S} UTC"
        )
    if stamped and not newest:
        print(f"Note: {len(stamped)} time stamps were not checked, for want of --tsa")


def _say(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code


def _self_audit(arguments: argparse.Namespace) -> int:
    from governance.audit import service as audit

    with opened(arguments) as (runtime, actor):
        result = audit.self_audit(runtime, actor)
    print(result.because)
    for flaw in result.flaws[1:]:
        print(flaw.because)
    for note in result.notes:
        print(f"Note: {note}")
    return 0 if result.holds else 1


def _proof(arguments: argparse.Namespace) -> int:
    from governance.audit import service as audit

    with opened(arguments) as (runtime, actor):
        audit.sequence(runtime, actor.tenant, wait=True)
        audit.publish(runtime, actor.tenant)
        with runtime.work(actor) as work:
            print(audit.prove(work, arguments.id), end="")
    return 0
