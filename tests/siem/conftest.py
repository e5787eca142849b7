"""What the tests of sinks share: policies with sinks, entries in the log, and what a sink was told."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from governance.audit import queries as log
from governance.audit import service as audit
from governance.policy import PolicySet
from governance.policy.sinks import SinksPolicy
from governance.runtime import Actor, Runtime
from governance.siem import service

TENANT = "default"
HOUSE = Actor.system(TENANT, service.SERVICE)
ANA = Actor(
    kind="user", id="usr_ana", tenant=TENANT, name="Ana Müller", email="ana@example.com", ip="192.0.2.7"
)


class Sinks:
    """A house whose policy can be changed, and what became of its log."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime

    def set(self, **sinks: dict[str, Any]) -> None:
        """Have policy name these sinks and no others."""
        policy = SinksPolicy.model_validate({"sinks": sinks})
        policies = dataclasses.replace(self.runtime.policies.default, sinks=policy)
        self.runtime.policies = PolicySet(policies, {})

    def write(self, count: int = 1, actor: Actor = ANA) -> None:
        """Write so many entries and give them their places in the log."""
        with self.runtime.work(actor) as work:
            for _ in range(count):
                audit.record(work, "recording.read", res=[("recording", "rec_1")])
        self.sequence()

    def sequence(self) -> None:
        """Give what waits its place in the log."""
        audit.sequence(self.runtime, TENANT, wait=True)

    def entries(self, act: str) -> list[log.Entry]:
        """Return the entries of an act, oldest first."""
        self.sequence()
        with self.runtime.work(HOUSE, write=False) as work:
            return list(log.search(work, act=act).entries)[::-1]

    def folder(self, name: str) -> Path:
        """Return where a sink of files has them."""
        return self.runtime.settings.sink_files / TENANT / name

    def lines(self, name: str) -> list[str]:
        """Return what a sink of files was told."""
        found = sorted(self.folder(name).glob("log-*"))
        return [line for path in found for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


@pytest.fixture
def sinks(runtime: Runtime) -> Sinks:
    """The house."""
    return Sinks(runtime)
