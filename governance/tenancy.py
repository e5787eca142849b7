"""Tenants (controllers whose recordings are governed), and the data keys each owns. Nothing crosses from one to another."""

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel, col, select

from governance.db import Tenanted, UtcDateTime
from governance.errors import IntegrityError, InvalidError

if TYPE_CHECKING:
    from governance.runtime import Work

DEFAULT = "default"


class Tenant(SQLModel, table=True):
    """One controller. The id is a name of the house's choosing, neutral enough to stand in a log's origin."""

    id: str = Field(primary_key=True, max_length=40)
    name: str
    created_at: datetime = Field(sa_type=UtcDateTime)


class TenantKey(Tenanted, table=True):
    """A data key of a tenant for one purpose, wrapped by the tenant's KEK."""

    __tablename__ = "tenant_key"

    tenant: str = Field(primary_key=True, foreign_key="tenant.id", max_length=40)
    purpose: str = Field(primary_key=True, max_length=40)
    kek_id: str = Field(max_length=80)
    wrapped: bytes


def data_key(work: "Work", purpose: str) -> bytes:
    """Return the tenant's 32-byte key for `purpose`, made at first use and wrapped by the tenant's KEK.

    One key per purpose, so that the blind index cannot be used to open what identifiers are sealed with. A Work asks the
    database once: a page that unseals a hundred names would else spend its time on nothing but the same key.
    """
    opened: dict[tuple[str, str], bytes] = work.session.info.setdefault("tenancy.data_keys", {})
    if (work.tenant, purpose) not in opened:
        opened[work.tenant, purpose] = _data_key(work, purpose)
    return opened[work.tenant, purpose]


def _data_key(work: "Work", purpose: str) -> bytes:
    context = f"tenant_key/{work.tenant}/{purpose}".encode()
    row = _row(work, purpose)
    if row is None:
        kek_id = work.wrapping_key()
        made = {
            "tenant": work.tenant,
            "purpose": purpose,
            "kek_id": kek_id,
            "wrapped": work.keys.wrap(kek_id, secrets.token_bytes(32), context),
        }
        # Two first uses at the same moment: the second waits for the first, and takes its key.
        insert = postgresql.insert if work.dialect == "postgresql" else sqlite.insert
        work.session.connection().execute(insert(TenantKey).values(made).on_conflict_do_nothing())
        row = _row(work, purpose)
    if row is None:
        raise IntegrityError("a data key of the tenant was made and is not there")
    return work.keys.unwrap(row.kek_id, row.wrapped, context)


def _row(work: "Work", purpose: str) -> sa.Row[str, bytes] | None:
    # Columns and no object: nearly every transaction asks this, and an object cost more than the question.
    work.session.flush()
    return work.session.connection().execute(_WRAPPED, {"of": work.tenant, "what": purpose}).first()


_WRAPPED = sa.select(col(TenantKey.kek_id), col(TenantKey.wrapped)).where(
    col(TenantKey.tenant) == sa.bindparam("of"), col(TenantKey.purpose) == sa.bindparam("what")
)


def ensure(work: "Work", name: str) -> Tenant:
    """Return the Work's tenant, making it called `name` at first use.

    Raises `InvalidError` for an id that could not stand in an origin.
    """
    if (
        not work.tenant.replace("-", "").isalnum()
        or work.tenant != work.tenant.lower()
        or len(work.tenant) > 40
    ):
        raise InvalidError("a tenant's id is made of a-z, 0-9 and hyphens, at most 40", "tenant")
    tenant = work.session.get(Tenant, work.tenant)
    if tenant is None:
        tenant = Tenant(id=work.tenant, name=name, created_at=work.now)
        work.session.add(tenant)
        work.session.flush()
    return tenant


def known(work: "Work") -> list[str]:
    """Return the ids of all tenants: for the house itself, which keeps every tenant's log in order."""
    return list(work.session.exec(select(Tenant.id).order_by(Tenant.id)).all())
