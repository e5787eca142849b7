"""Settings: read once at the door from the environment, frozen, and passed on. docs/settings.md lists them."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.headerregistry import Address
from pathlib import Path
from urllib.parse import unquote, urlsplit

from governance.errors import ConfigurationError

KNOWN = (
    "GOVERNANCE_HOME", "GOVERNANCE_ENV", "GOVERNANCE_DATABASE_URL", "GOVERNANCE_BLOBS", "GOVERNANCE_KEYS",
    "GOVERNANCE_ANCHOR", "GOVERNANCE_LEDGER", "GOVERNANCE_POLICIES", "GOVERNANCE_ORIGIN_HOST", "GOVERNANCE_BIND",
    "GOVERNANCE_PORT", "GOVERNANCE_PUBLIC_URL", "GOVERNANCE_MAX_UPLOAD_BYTES", "GOVERNANCE_MAX_TEXT_BYTES",
    "GOVERNANCE_LOG_LEVEL", "GOVERNANCE_SMTP_URL", "GOVERNANCE_MAIL_FROM", "GOVERNANCE_WEBHOOK_HOSTS",
    "GOVERNANCE_KEEP_MESSAGES_DAYS", "GOVERNANCE_REDACTIONS_PER_MINUTE", "GOVERNANCE_WITNESSES",
    "GOVERNANCE_TSA_URL", "GOVERNANCE_TSA_CERTIFICATES", "GOVERNANCE_TSA_MINUTES",
    "GOVERNANCE_SINK_FILES", "GOVERNANCE_SINK_SECRETS", "GOVERNANCE_SINK_HOSTS",
)  # fmt: skip
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over, and as whom. Nothing leaves this machine in clear: `needs_starttls` unless it is here."""

    host: str
    port: int
    is_tls: bool
    needs_starttls: bool
    user: str | None
    password: str | None = field(repr=False)
    sender: Address

    @classmethod
    def read(cls, url: str, sender: str) -> MailServer:
        """Return the server that GOVERNANCE_SMTP_URL and GOVERNANCE_MAIL_FROM name. Raises `ConfigurationError`."""
        wrong = ConfigurationError("GOVERNANCE_SMTP_URL is smtp://user:password@host:port or smtps://…")
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise wrong from None
        rest = parts.path.strip("/") + parts.query + parts.fragment
        if parts.scheme not in ("smtp", "smtps") or not _HOST.fullmatch(host) or rest:
            raise wrong
        if (parts.username is None) != (parts.password is None):
            raise ConfigurationError("GOVERNANCE_SMTP_URL needs user and password, or neither")
        is_tls = parts.scheme == "smtps"
        return cls(
            host=host,
            port=port or (465 if is_tls else 587 if parts.username else 25),
            is_tls=is_tls,
            needs_starttls=not is_tls and not _is_loopback(host),
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            sender=_sender(sender),
        )


@dataclass(frozen=True)
class TimeAuthority:
    """Who time-stamps the log (RFC 3161), how often, and the certificates that lead to it."""

    url: str = field(repr=False)  # it can hold what the authority knows us by
    certificates: Path
    every: timedelta


@dataclass(frozen=True)
class Settings:
    """Everything that differs from one installation to the next. Policies are not settings: they are files."""

    home: Path
    environment: str
    database_url: str = field(repr=False)  # it can hold a password
    blobs: Path
    keys: Path
    anchor: Path
    ledger: Path
    policies: Path | None
    origin_host: str
    bind: str
    port: int
    public_url: str
    max_upload_bytes: int
    max_text_bytes: int
    redactions_per_minute: int
    log_level: str
    mail: MailServer | None
    webhook_hosts: frozenset[str]
    keep_messages: timedelta
    witnesses: Path | None
    tsa: TimeAuthority | None
    sink_files: Path
    sink_secrets: Path
    sink_hosts: frozenset[str]

    @property
    def is_production(self) -> bool:
        """Whether unsafe options are refused rather than warned about."""
        return self.environment == "production"

    def sign_in_address(self, token: str) -> str:
        """Return where the one-time `token` signs somebody in.

        It stands behind the `#`, which a browser keeps to itself: no server, proxy or log on the way sees it.
        """
        return f"{self.public_url}/sign-in#{token}"

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Return the settings that the environment asks for.

        `GOVERNANCE_HOME` (default `.governance` in the working directory) is the data folder of every
        command; whatever is not named otherwise lives in it.

        Raises `ConfigurationError` for a value that cannot be used, and for a name that begins like a setting and is
        none: a misspelt setting would otherwise be the default, and nobody would know.
        """
        env = os.environ if env is None else env
        _refuse_unknown(env)
        log_level = (env.get("GOVERNANCE_LOG_LEVEL") or "INFO").upper()
        if log_level not in LOG_LEVELS:
            raise ConfigurationError(f"GOVERNANCE_LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}")
        home = Path(env.get("GOVERNANCE_HOME") or ".governance").absolute()
        environment = env.get("GOVERNANCE_ENV", "development")
        if environment not in ("development", "production"):
            raise ConfigurationError("GOVERNANCE_ENV must be development or production")
        port = _whole(env, "GOVERNANCE_PORT", 8080, 0, 65535)
        bind = env.get("GOVERNANCE_BIND", "127.0.0.1")
        return cls(
            home=home,
            environment=environment,
            database_url=env.get("GOVERNANCE_DATABASE_URL") or f"sqlite:///{home / 'governance.db'}",
            blobs=Path(env.get("GOVERNANCE_BLOBS") or home / "blobs").absolute(),
            keys=Path(env.get("GOVERNANCE_KEYS") or home / "keys").absolute(),
            anchor=Path(env.get("GOVERNANCE_ANCHOR") or home / "anchor").absolute(),
            ledger=Path(env.get("GOVERNANCE_LEDGER") or home / "ledger").absolute(),
            policies=_path(env, "GOVERNANCE_POLICIES"),
            origin_host=env.get("GOVERNANCE_ORIGIN_HOST", "recording-governance.local"),
            bind=bind,
            port=port,
            public_url=(env.get("GOVERNANCE_PUBLIC_URL") or f"http://{bind}:{port}").rstrip("/"),
            max_upload_bytes=_whole(env, "GOVERNANCE_MAX_UPLOAD_BYTES", 512 * 1024 * 1024, 1024, 2**40),
            max_text_bytes=_whole(env, "GOVERNANCE_MAX_TEXT_BYTES", 8 * 1024 * 1024, 1024, 2**30),
            redactions_per_minute=_whole(env, "GOVERNANCE_REDACTIONS_PER_MINUTE", 6000, 1, 10**7),
            log_level=log_level,
            mail=_mail(env),
            webhook_hosts=_hosts(env, "GOVERNANCE_WEBHOOK_HOSTS"),
            keep_messages=timedelta(days=_whole(env, "GOVERNANCE_KEEP_MESSAGES_DAYS", 30, 1, 3650)),
            witnesses=_path(env, "GOVERNANCE_WITNESSES"),
            tsa=_authority(env),
            sink_files=Path(env.get("GOVERNANCE_SINK_FILES") or home / "sinks").absolute(),
            sink_secrets=Path(env.get("GOVERNANCE_SINK_SECRETS") or home / "sink-secrets").absolute(),
            sink_hosts=_hosts(env, "GOVERNANCE_SINK_HOSTS"),
        )


def share_metrics(counts: Path) -> None:
    """Let this process count into files below `counts`, where others add up. Only before prometheus_client is imported."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(counts)


@contextmanager
def single_threaded() -> Iterator[None]:
    """Let processes that are started meanwhile compute in one thread, unless told otherwise: others have the other processors."""
    added = {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"} - set(os.environ)
    os.environ.update(dict.fromkeys(added, "1"))
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)


_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|[0-9a-f:]+")
_ADDRESS = r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
_FROM = re.compile(rf"(?P<name>[^<>@\"\\\x00-\x1f]{{0,80}})<(?P<named>{_ADDRESS})>|(?P<bare>{_ADDRESS})")


def _mail(env: Mapping[str, str]) -> MailServer | None:
    url, sender = env.get("GOVERNANCE_SMTP_URL"), env.get("GOVERNANCE_MAIL_FROM")
    if not url and not sender:
        return None
    if not url or not sender:
        raise ConfigurationError("mail needs both GOVERNANCE_SMTP_URL and GOVERNANCE_MAIL_FROM")
    return MailServer.read(url, sender)


def _authority(env: Mapping[str, str]) -> TimeAuthority | None:
    url, certificates = env.get("GOVERNANCE_TSA_URL"), _path(env, "GOVERNANCE_TSA_CERTIFICATES")
    every = timedelta(minutes=_whole(env, "GOVERNANCE_TSA_MINUTES", 60, 1, 1440))
    if not url and not certificates:
        return None
    if not url or not certificates:
        raise ConfigurationError(
            "time stamps need both GOVERNANCE_TSA_URL and GOVERNANCE_TSA_CERTIFICATES: unverified, none is stored"
        )
    return TimeAuthority(url, certificates, every)


def _sender(text: str) -> Address:
    read = _FROM.fullmatch(text.strip())
    if read is None:
        raise ConfigurationError("GOVERNANCE_MAIL_FROM is one address: Name <name@example.test>")
    return Address(display_name=(read["name"] or "").strip(), addr_spec=read["named"] or read["bare"])


def _hosts(env: Mapping[str, str], setting: str) -> frozenset[str]:
    names = [name.strip().lower() for name in env.get(setting, "").split(",")]
    named = frozenset(filter(None, names))
    if not all(_HOST.fullmatch(name) for name in named):
        raise ConfigurationError(f"{setting} are names of hosts, parted by commas")
    return named


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refuse_unknown(env: Mapping[str, str]) -> None:
    for name in sorted(env):
        if name.startswith("GOVERNANCE_") and name not in KNOWN:
            # Imported late: it is needed once in a lifetime.
            from difflib import get_close_matches

            nearest = get_close_matches(name, KNOWN, 1, 0.0)[0]
            raise ConfigurationError(f"{name} is no setting; did you mean {nearest}?")


def _path(env: Mapping[str, str], name: str) -> Path | None:
    named = env.get(name)
    return Path(named).absolute() if named else None


def _whole(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    raw = env.get(name)
    if not raw:
        return default
    try:
        value = int(raw)
    except ValueError:
        raise ConfigurationError(f"{name} must be a whole number") from None
    if not low <= value <= high:
        raise ConfigurationError(f"{name} must lie between {low} and {high}")
    return value
