"""`governance audit verify --tsa`: what it says of time stamps, and what it cannot check."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from governance.audit import service as audit
from governance.audit import timestamp
from governance.config import TimeAuthority
from governance.runtime import Actor, Runtime
from tests import peers
from tests.audit.authority import Authority, served
from tests.cli.conftest import Told

Several = Callable[..., list[Told]]


def test_certificates_that_cannot_be_read_verify_nothing(several: Several, tmp_path: Path) -> None:
    (tmp_path / "pem").write_text("nonsense")
    verify = ["audit", "verify", tmp_path]
    assert [
        told.code for told in several([*verify, "--tsa", tmp_path / "pem"], [*verify, "--tsa", "nothing"])
    ] == [2, 2]


def test_the_moment_that_is_proved_is_printed(
    several: Several, runtime: Runtime, actor: Actor, tmp_path: Path
) -> None:
    peers.require("openssl")
    if not timestamp.is_available():
        peers.absent("rfc3161-client", "the package rfc3161-client is not installed")
    authority, bundle = Authority(tmp_path / "tsa"), tmp_path / "bundle"
    with runtime.work(actor) as work:
        audit.record(work, "recording.read")
    audit.sequence(runtime, actor.tenant)
    audit.publish(runtime, actor.tenant)
    with served(authority) as url:
        tsa = TimeAuthority(url, authority.root, timedelta(hours=1))
        runtime.settings = dataclasses.replace(runtime.settings, tsa=tsa)
        audit.stamp(runtime, actor.tenant)
    audit.bundle(runtime, actor, bundle)
    with runtime.work(actor) as work:
        (tmp_path / "trust").write_text(audit.trust(work))
    verify = ["audit", "verify", bundle, "--policy", tmp_path / "trust"]
    proved, unchecked = several([*verify, "--tsa", authority.root], verify)
    assert (proved.code, unchecked.code) == (0, 0)
    assert "Time stamp: the first 2 entries" in proved.out
    assert "1 time stamps were not checked" in unchecked.out
