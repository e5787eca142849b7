"""A real server process for tests that kill it: an application over the folder named on the command line.

`python -m tests.api.serve HOME DATABASE_URL FD` serves on the listening socket it inherits, logs as production does.
"""

from __future__ import annotations

import socket
import sys

import uvicorn

from governance import log
from governance.app import build
from governance.config import Settings
from governance.runtime import Runtime


def main() -> None:
    """Serve until killed."""
    home, database_url, descriptor = sys.argv[1:4]
    settings = Settings.from_env({"GOVERNANCE_HOME": home, "GOVERNANCE_DATABASE_URL": database_url})
    log.configure("INFO")
    runtime = Runtime.open(settings)
    listening = socket.socket(fileno=int(descriptor))
    server = uvicorn.Server(
        uvicorn.Config(build(runtime), log_config=None, access_log=False, server_header=False)
    )
    server.run(sockets=[listening])


if __name__ == "__main__":
    main()
