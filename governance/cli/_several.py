"""`governance serve --workers N`: N processes that answer on one socket, with the jobs in the process that started them.

uvicorn's supervisor starts a process anew when it has died. Each opens the house for itself; their metrics are added
up in files (prometheus_client's multi-process mode), since nobody knows which of them a scrape reaches.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import tempfile
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket

    import uvicorn
    from fastapi import FastAPI

    from governance.config import Settings
    from governance.runtime import Runtime

_WATCH_S = 2.0


def serve(
    runtime: Runtime,
    settings: Settings,
    listener: socket.socket,
    announce: Callable[[], object],
    with_jobs: bool,
    workers: int,
    tenant: str,
) -> None:
    """Serve in `workers` processes until told to stop (SIGINT, SIGTERM). `announce` is called once one is ready."""
    import uvicorn

    from governance import jobs, scheduler
    from governance.errors import ConfigurationError

    jobs.recover(runtime)
    with tempfile.TemporaryDirectory(prefix="governance-metrics-") as counts:
        # Started anew, the processes share no memory: what they are to do is handed to them.
        made = partial(application, settings, tenant, Path(counts), os.getpid())
        config = uvicorn.Config(
            made,
            factory=True,
            workers=workers,
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=10,
            timeout_worker_healthcheck=60,  # a hostile text can keep a process busy for seconds, and no longer
        )
        with scheduler.Scheduler(runtime) if with_jobs else contextlib.nullcontext():
            supervisor = _supervisor(config, listener, announce, counts)
            supervisor.run()
        if not supervisor.has_told and any(one.exitcode not in (None, 0) for one in supervisor.processes):
            raise ConfigurationError("no process could start serving: its lines above say why")


def _supervisor(
    config: uvicorn.Config, listener: socket.socket, announce: Callable[[], object], counts: str
) -> Any:
    """Return uvicorn's supervisor, which also says when the first process is ready, and whose counts are over."""
    from prometheus_client.multiprocess import mark_process_dead
    from uvicorn.supervisors import Multiprocess

    class Supervisor(Multiprocess):
        has_told = False

        def keep_subprocess_alive(self) -> None:
            # Here and not in a thread of its own: the pipe to a process is for one at a time.
            if not self.has_told and any(process.is_ready(timeout=1) for process in self.processes):
                self.has_told = True
                announce()
            before = {process.pid for process in self.processes}
            super().keep_subprocess_alive()
            for gone in before - {process.pid for process in self.processes}:
                mark_process_dead(gone, counts)  # type: ignore[no-untyped-call]

    return Supervisor(config, [listener])


def application(settings: Settings, tenant: str, counts: Path, parent: int) -> FastAPI:
    """Return the application of one of the processes, over a runtime that ends with it."""
    from governance import config

    config.share_metrics(counts)
    from governance import app
    from governance.cli._open import open_runtime

    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    opened = contextlib.ExitStack()
    atexit.register(opened.close)
    runtime = opened.enter_context(open_runtime(tenant, settings, settings.log_level))
    return app.build(runtime, counts=counts)


def _end_with(parent: int) -> None:
    """End this process in order when the one that started it is gone: an orphan would keep the port."""
    while os.getppid() == parent:
        threading.Event().wait(_WATCH_S)
    os.kill(os.getpid(), signal.SIGTERM)
