"""Settings: read once at the door from the environment, frozen, and passed on. docs/settings.md lists them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from governance.errors import ConfigurationError

KNOWN = (
    "GOVERNANCE_HOME", "GOVERNANCE_ENV", "GOVERNANCE_DATABASE_URL", "GOVERNANCE_BLOBS", "GOVERNANCE_KEYS",
    "GOVERNANCE_ANCHOR", "GOVERNANCE_LEDGER", "GOVERNANCE_POLICIES", "GOVERNANCE_ORIGIN_HOST", "GOVERNANCE_BIND",
    "GOVERNANCE_PORT", "GOVERNANCE_PUBLIC_URL", "GOVERNANCE_MAX_UPLOAD_BYTES", "GOVERNANCE_MAX_TEXT_BYTES",
    "GOVERNANCE_LOG_LEVEL",
)  # fmt: skip
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


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
    log_level: str

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
        policies = env.get("GOVERNANCE_POLICIES")
        return cls(
            home=home,
            environment=environment,
            database_url=env.get("GOVERNANCE_DATABASE_URL") or f"sqlite:///{home / 'governance.db'}",
            blobs=Path(env.get("GOVERNANCE_BLOBS") or home / "blobs").absolute(),
            keys=Path(env.get("GOVERNANCE_KEYS") or home / "keys").absolute(),
            anchor=Path(env.get("GOVERNANCE_ANCHOR") or home / "anchor").absolute(),
            ledger=Path(env.get("GOVERNANCE_LEDGER") or home / "ledger").absolute(),
            policies=Path(policies).absolute() if policies else None,
            origin_host=env.get("GOVERNANCE_ORIGIN_HOST", "recording-governance.local"),
            bind=bind,
            port=port,
            public_url=(env.get("GOVERNANCE_PUBLIC_URL") or f"http://{bind}:{port}").rstrip("/"),
            max_upload_bytes=_whole(env, "GOVERNANCE_MAX_UPLOAD_BYTES", 512 * 1024 * 1024, 1024, 2**40),
            max_text_bytes=_whole(env, "GOVERNANCE_MAX_TEXT_BYTES", 8 * 1024 * 1024, 1024, 2**30),
            log_level=log_level,
        )


def _refuse_unknown(env: Mapping[str, str]) -> None:
    for name in sorted(env):
        if name.startswith("GOVERNANCE_") and name not in KNOWN:
            # Imported late: it is needed once in a lifetime.
            from difflib import get_close_matches

            nearest = get_close_matches(name, KNOWN, 1, 0.0)[0]
            raise ConfigurationError(f"{name} is no setting; did you mean {nearest}?")


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
