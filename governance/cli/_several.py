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
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

    from fastapi import FastAPI
    from uvicorn.supervisors import Multiprocess

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
    from uvicorn.supervisors import Multiprocess

    from governance import jobs

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
        )
        with jobs.Scheduler(runtime) if with_jobs else contextlib.nullcontext():
            supervisor = Multiprocess(config, [listener])
            threading.Thread(target=_tell, args=(supervisor, announce), daemon=True).start()
            supervisor.run()


def _tell(supervisor: Multiprocess, announce: Callable[[], object]) -> None:
    while not supervisor.should_exit.wait(0.1):
        if any(process.is_ready() for process in list(supervisor.processes)):
            announce()
            return


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
