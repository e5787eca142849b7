"""The bundle that the tests of this folder judge: written once by each worker on each kind of database, for it takes seconds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from governance.audit import timestamp
from governance.clock import FakeClock
from governance.runtime import Actor, Runtime
from tests import peers
from tests.audit.authority import Authority
from tests.verifiers import writing
from tests.verifiers.writing import Written

_WRITTEN: dict[str, Written] = {}


@pytest.fixture(scope="session")
def stamping(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that stamps time, made with openssl."""
    peers.require("openssl")
    if not timestamp.is_available():
        peers.absent("rfc3161-client", "the package rfc3161-client is not installed")
    return Authority(tmp_path_factory.mktemp("tsa") / "authority")


@pytest.fixture
def written(
    runtime: Runtime,
    actor: Actor,
    clock: FakeClock,
    stamping: Authority,
    tmp_path_factory: pytest.TempPathFactory,
) -> Written:
    """The bundle as the service wrote it from this kind of database: not to be changed."""
    kind = runtime.engine.dialect.name
    if kind not in _WRITTEN:
        clock.advance(datetime.now(UTC) - clock.now())  # openssl goes by the machine's own
        _WRITTEN[kind] = writing.write(runtime, actor, clock, stamping, tmp_path_factory.mktemp("written"))
    return _WRITTEN[kind]
