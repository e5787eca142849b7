"""A house with recordings in it: real bytes in the vault, real entries in the log."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from governance import ids
from governance.audit import service as audit
from governance.recordings.models import RENDITION, Media, Recording
from governance.recordings.service import add_rendition
from governance.runtime import Actor, Runtime
from governance.vault import service as vault

Keep = Callable[..., str]


@pytest.fixture
def keep(runtime: Runtime) -> Keep:
    """Put a recording with one released rendition into the catalog and return its id."""

    def keep(body: bytes, tenant: str = "default") -> str:
        actor = Actor.system(tenant, "svc_test")
        with vault.seal(runtime, tenant) as writer:
            writer.write(body)
        with runtime.work(actor) as work:
            row = Recording(
                id=ids.new("rec"), tenant=tenant, source="test", external_id=ids.new("ext"), content_sha256="0" * 64,
                state="released", started_at=work.now, created_at=work.now,
            )  # fmt: skip
            work.session.add(row)
            work.session.flush()
            media = Media(id=ids.new("med"), tenant=tenant, recording_id=row.id, position=0, kind="voice")
            work.session.add(media)
            work.session.flush()
            add_rendition(work, row.id, media.id, RENDITION, writer.sealed)
            audit.record(work, "recording.ingested", res=[("recording", row.id)])
            return row.id

    return keep


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where a backup goes."""
    return tmp_path / "backups" / "monday"
