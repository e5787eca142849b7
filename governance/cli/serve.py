"""`governance serve`, `governance work` and `governance init`: the service, its jobs, and the place for both."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

    from governance.cli import Commands
    from governance.config import Settings
    from governance.runtime import Runtime


def register(commands: Commands) -> None:
    """Add `serve`, `work` and `init`, whichever of them is wanted."""
    known = {
        "serve": (_serve, "Serve the API and the console, with the jobs inside"),
        "work": (_work, "Run the jobs as a process of its own"),
        "init": (_init, "Make the data folder, the database and the keys"),
    }
    for name, (run, summary) in known.items():
        if name in commands.choices:
            continue
        parser = commands.add_parser(name, help=summary, description=summary)
        parser.set_defaults(run=run)
        if name == "serve":
            parser.add_argument("--host", metavar="ADDRESS", help="where to listen (GOVERNANCE_BIND)")
            parser.add_argument(
                "--port", type=int, metavar="N", help="the port, 0 for any free one (GOVERNANCE_PORT)"
            )
            parser.add_argument(
                "--workers", type=_workers, default=1, metavar="N",
                help="how many processes answer requests (default: 1)",
            )  # fmt: skip
            parser.add_argument(
                "--no-jobs", action="store_true", help="leave the jobs to a process of their own"
            )


def _serve(arguments: argparse.Namespace) -> int:
    from governance.cli._open import open_runtime
    from governance.config import Settings

    settings, listener = listen(Settings.from_env(), arguments.host, arguments.port)
    opened = open_runtime(arguments.tenant, settings, settings.log_level, makes=True, warns=True)

    def announce() -> None:
        print(f"Serving on {settings.public_url}", flush=True)

    with listener, opened as runtime:
        if arguments.workers > 1:
            from governance.cli import _several

            _several.serve(
                runtime,
                settings,
                listener,
                announce,
                not arguments.no_jobs,
                arguments.workers,
                arguments.tenant,
            )
        else:
            serve(runtime, listener, announce, not arguments.no_jobs)
    return 0


def _workers(word: str) -> int:
    number = int(word)
    if not 1 <= number <= 128:
        raise argparse.ArgumentTypeError("between 1 and 128")
    return number


def listen(
    settings: Settings, host: str | None = None, port: int | None = None
) -> tuple[Settings, socket.socket]:
    """Return a listening socket, and the settings as they are now that the address is known.

    Raises `ConfigurationError` for an address that cannot be had.
    """
    import socket
    from dataclasses import replace

    from governance.errors import ConfigurationError

    bind, wanted = host or settings.bind, settings.port if port is None else port
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    if not 0 <= wanted <= 65535:
        raise ConfigurationError(f"cannot listen on {bind}, port {wanted}: there is no such port")
    try:
        listener = socket.create_server((bind, wanted), family=family, backlog=512)
    except OSError as error:
        raise ConfigurationError(f"cannot listen on {bind}, port {wanted}: {error.strerror}") from None
    actual = listener.getsockname()[1]
    shown = f"[{bind}]" if ":" in bind else bind
    is_default = settings.public_url == f"http://{settings.bind}:{settings.port}"
    public_url = f"http://{shown}:{actual}" if is_default else settings.public_url
    return replace(settings, bind=bind, port=actual, public_url=public_url), listener


def serve(
    runtime: Runtime, listener: socket.socket, announce: Callable[[], object], with_jobs: bool = True
) -> None:
    """Serve until told to stop (SIGINT, SIGTERM). `announce` is called once requests are answered.

    Erasures that were decided and not carried out are carried out before the first request is answered.
    """
    import contextlib
    import signal

    import uvicorn

    from governance import app, jobs, scheduler

    class Server(uvicorn.Server):
        """Says when it has started."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            """Start, and say so."""
            await super().startup(sockets)
            if self.started:
                announce()

    jobs.recover(runtime)
    # The application writes its own lines: by route and never by path or query, which clients write.
    config = uvicorn.Config(
        app.build(runtime),
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=10,
    )
    server = Server(config)

    def end(_number: int, _frame: object) -> None:
        server.should_exit = True

    # The server takes signals while it runs and raises them again at its end: they must not kill us before the jobs
    # have ended.
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, end)
    with scheduler.Scheduler(runtime) if with_jobs else contextlib.nullcontext():
        server.run(sockets=[listener])


def _work(arguments: argparse.Namespace) -> int:
    import signal
    from threading import Event

    from governance.cli._open import open_runtime
    from governance.config import Settings

    stop = Event()
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, lambda _number, _frame: stop.set())
    settings = Settings.from_env()
    with open_runtime(arguments.tenant, settings, settings.log_level, warns=True) as runtime:
        from governance import jobs, scheduler

        jobs.recover(runtime)
        with scheduler.Scheduler(runtime):
            print("Working. One process at a time leads; the others stand ready.", flush=True)
            stop.wait()
    return 0


def _init(arguments: argparse.Namespace) -> int:
    import sqlalchemy as sa

    from governance.cli._open import open_runtime

    with open_runtime(arguments.tenant, makes=True, warns=True) as runtime:
        settings = runtime.settings
        database = sa.make_url(settings.database_url).render_as_string(hide_password=True)
        for what, where in (
            ("Data folder", settings.home),
            ("Database", database),
            ("Blobs", settings.blobs),
            ("Keys", settings.keys),
            ("Anchor", settings.anchor),
            ("Erasure ledger", settings.ledger),
        ):
            print(f"{what + ':':<16}{where}")
    print(
        "A first account: governance account add LOGIN --role administrator, then governance sign-in-link LOGIN"
    )
    return 0
