"""Which person sits at the command line, as far as the machine can tell: the log's `cli` alone would be nobody."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping

LONGEST = 64


def at_the_keyboard(env: Mapping[str, str] | None = None) -> str:
    """Return the account of this process, who signed in at its terminal, and whom sudo says it came from.

    The first is the machine's word. The other two are hints: there may be no terminal, and whoever is root may say
    anything about sudo.
    """
    uid = os.getuid()
    told = [f"uid {uid}" + (f" ({account})" if (account := _account(uid)) else "")]
    if signed_in := _signed_in():
        told.append(f"login {signed_in}")
    if before := _plain((os.environ if env is None else env).get("SUDO_USER", "")):
        told.append(f"SUDO_USER {before}")
    return ", ".join(told)


def _account(uid: int) -> str:
    try:
        return _plain(pwd.getpwuid(uid).pw_name)
    except KeyError:  # a container may run under a number that has no name
        return ""


def _signed_in() -> str:
    try:
        return _plain(os.getlogin())
    except OSError:  # no terminal: a job, a container
        return ""


def _plain(text: str) -> str:
    """Return what can be printed of a name: what cannot would be refused by the log, and the act with it."""
    return "".join(char for char in text if char.isprintable())[:LONGEST]
