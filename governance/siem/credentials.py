"""The secrets of sinks: read from files at the moment they are needed, shown to nobody, and so exchanged without a restart."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Final

from governance.errors import ConfigurationError
from governance.messages.outside import Outside
from governance.policy.sinks import HttpsSink, SyslogSink

_MOST: Final = 64 * 1024


def token(folder: Path, sink: HttpsSink) -> str | None:
    """Return what `sink` is called with, or None. Raises `ConfigurationError`, which names the file and not its content."""
    if sink.token is None:
        return None
    text = _file(folder, sink.token).read_bytes()[:_MOST].strip()
    if not text or not text.isascii() or not text.decode("ascii").isprintable():
        raise ConfigurationError(f"the secret {sink.token} of a sink is not one line of printable ASCII")
    return text.decode("ascii")


def tls(folder: Path, sink: HttpsSink | SyslogSink, outside: Outside) -> ssl.SSLContext:
    """Return how `sink` is spoken to: its certificate and name verified, against its own authority where it has one.

    Nothing can switch that off. Raises `ConfigurationError` for a file that is missing or is none.
    """
    try:
        context = outside.tls()
        if sink.ca is not None:
            context = ssl.create_default_context(cafile=str(_file(folder, sink.ca)))
        if sink.certificate is not None and sink.key is not None:
            # An answer instead of a password nobody could type: a key that wants one is refused.
            context.load_cert_chain(
                _file(folder, sink.certificate), _file(folder, sink.key), password=lambda: ""
            )
    except (OSError, ValueError):
        raise ConfigurationError("a certificate or key of a sink cannot be used") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _file(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.is_file():
        raise ConfigurationError(f"the secret {name} of a sink is not there")
    return path
