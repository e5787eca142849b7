"""The tables of access: accounts, sessions, API keys, one-time sign-in links, break-glass.

No token is stored, only its SHA-256; names, e-mail addresses and free text of people are sealed (`sealing`).
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from governance.access.rules import BreakGlassFacts
from governance.db import Tenanted, UtcDateTime


class Account(Tenanted, table=True):
    """One way into one tenant. Two accounts of one human share `person`: four eyes are two persons, not two logins."""

    __tablename__ = "account"
    __table_args__ = (sa.UniqueConstraint("tenant", "login", name="uq_account_login"),)

    id: str = Field(primary_key=True, max_length=40)
    login: str = Field(max_length=80)
    person: str = Field(max_length=40, index=True)
    role: str = Field(max_length=20)
    agent_id: str | None = Field(default=None, max_length=120)
    team: str | None = Field(default=None, max_length=120)
    site: str | None = Field(default=None, max_length=120)
    name_sealed: bytes | None = None
    email_sealed: bytes | None = None
    password_hash: str | None = Field(default=None, max_length=200)
    created_at: datetime = Field(sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    locked_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failed_tries: int = 0


class AccountSession(Tenanted, table=True):
    """One signed-in session. `last_seen_at` slides; `expires_at` does not."""

    __tablename__ = "account_session"

    id: str = Field(primary_key=True, max_length=40)
    account_id: str = Field(foreign_key="account.id", index=True, max_length=40)
    token_hash: str = Field(unique=True, max_length=64)
    # The API key it was begun with: the session can do no more than the key, and ends with it.
    api_key_id: str | None = Field(default=None, max_length=40)
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ApiKey(Tenanted, table=True):
    """One API key of an account. `prefix` is what people recognise it by; `scopes` narrow the role, never widen it."""

    __tablename__ = "api_key"

    id: str = Field(primary_key=True, max_length=40)
    account_id: str = Field(foreign_key="account.id", index=True, max_length=40)
    title: str = Field(max_length=80)
    prefix: str = Field(max_length=16)
    token_hash: str = Field(unique=True, max_length=64)
    scopes: list[str] = Field(sa_type=sa.JSON)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SignInLink(Tenanted, table=True):
    """A link that signs an account in once."""

    __tablename__ = "sign_in_link"

    id: str = Field(primary_key=True, max_length=40)
    account_id: str = Field(foreign_key="account.id", index=True, max_length=40)
    token_hash: str = Field(unique=True, max_length=64)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class BreakGlass(Tenanted, table=True):
    """One recording opened to one person for one purpose beyond their role. States: requested, approved, refused, reviewed."""

    __tablename__ = "break_glass"

    id: str = Field(primary_key=True, max_length=40)
    # No foreign key: the catalog lies above, and a break-glass outlives the recording it opened.
    recording_id: str = Field(index=True, max_length=40)
    level: str = Field(max_length=12)
    purpose: str = Field(max_length=40)
    reason_sealed: bytes
    minutes: int
    state: str = Field(max_length=12)
    requester_account: str = Field(foreign_key="account.id", index=True, max_length=40)
    requester_person: str = Field(max_length=40)
    requested_at: datetime = Field(sa_type=UtcDateTime)
    approver_account: str | None = Field(default=None, foreign_key="account.id", max_length=40)
    approver_person: str | None = Field(default=None, max_length=40)
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    used_count: int = 0
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reviewed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reviewed_by: str | None = Field(default=None, foreign_key="account.id", max_length=40)
    finding_sealed: bytes | None = None

    def facts(self) -> BreakGlassFacts:
        """Return what a decision needs to know of it."""
        return BreakGlassFacts(
            id=self.id,
            tenant=self.tenant,
            recording_id=self.recording_id,
            level=self.level,
            purpose=self.purpose,
            requester_account=self.requester_account,
            requester_person=self.requester_person,
            approver_person=self.approver_person,
            expires_at=self.expires_at,
            state=self.state,
        )
