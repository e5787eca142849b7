"""Whoever acts at the command line is named in the log, sealed, beside the `cli` that everybody there is."""

from __future__ import annotations

import os

from governance.audit import queries
from governance.audit import service as audit
from governance.cli._open import operator
from governance.cli._person import LONGEST, at_the_keyboard
from governance.runtime import Runtime


def test_the_account_of_the_process_and_who_came_through_sudo_are_told() -> None:
    told = at_the_keyboard({"SUDO_USER": "alice"})
    assert told.startswith(f"uid {os.getuid()}")
    assert told.endswith(", SUDO_USER alice")
    assert "SUDO_USER" not in at_the_keyboard({})


def test_a_name_that_the_log_would_refuse_refuses_no_act() -> None:
    told = at_the_keyboard({"SUDO_USER": "\udce4\n" + "x" * 1000})
    assert told.endswith("SUDO_USER " + "x" * LONGEST)


def test_an_entry_says_who_sat_at_the_command_line_and_only_to_whoever_may_read_it(runtime: Runtime) -> None:
    actor = operator()
    assert actor.name is not None
    with runtime.work(actor) as work:
        entry_id = audit.record(work, "recording.read")
    audit.sequence(runtime, "default")
    with runtime.work(actor) as work:
        detail = queries.entry(work, entry_id)
    assert (detail.entry.actor, detail.personal["actor.name"]) == ("cli", actor.name)
    assert actor.name.encode() not in detail.leaf
