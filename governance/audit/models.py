"""The tables of the log: outbox, entries, tiles, right edge, checkpoints; and, erasable, what is personal.

The hot tables carry their tenant without a foreign key: the log they belong to already names it, and the sequencer
moves thousands of rows a second.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from governance.audit.leaf import MAX_LEAF
from governance.db import Tenanted, UtcDateTime

OPEN, FROZEN = "open", "frozen"

REFUSED = sa.text("outcome > 0")
"""What the partial index of refusals is over, word for word: a query that says it can use the index."""

_Counter = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class AuditLog(Tenanted, table=True):
    """One Merkle tree: a tenant's log of one year, or what followed it after it was frozen."""

    __tablename__ = "audit_log"

    log_id: int | None = Field(default=None, primary_key=True)
    origin: str = Field(unique=True, max_length=200)
    size: int = Field(default=0, sa_type=sa.BigInteger)
    state: str = Field(default=OPEN, max_length=10)
    created_at: datetime = Field(sa_type=UtcDateTime)


class AuditOutbox(Tenanted, table=True):
    """An entry that has committed with its act and has no place in the tree yet: the only table an act waits for."""

    __tablename__ = "audit_outbox"
    __table_args__ = (
        sa.Index("ix_audit_outbox_log", "log_id", "pk"),
        sa.CheckConstraint(f"length(leaf) <= {MAX_LEAF}", name="ck_audit_outbox_leaf"),
        sa.CheckConstraint("length(hash) = 32", name="ck_audit_outbox_hash"),
    )

    pk: int | None = Field(
        default=None, sa_column=sa.Column(_Counter, sa.Identity(always=True), primary_key=True)
    )
    tenant: str = Field(max_length=40)
    log_id: int
    id: str = Field(max_length=36)
    at: datetime = Field(sa_type=UtcDateTime)
    act: str = Field(max_length=32)
    actor: str = Field(max_length=80)
    outcome: int = Field(sa_type=sa.SmallInteger)
    res: str
    leaf: bytes
    hash: bytes


class AuditEntry(Tenanted, table=True):
    """An entry at its place in the tree. Insert-only: triggers refuse updates and deletes on both databases."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        sa.Index("ix_audit_entry_actor", "log_id", "actor", "idx"),
        sa.Index("ix_audit_entry_act", "log_id", "act", "idx"),
        sa.Index("ix_audit_entry_at", "log_id", "at"),
        sa.Index("ix_audit_entry_id", "id"),
        # What failed or was denied is rare and asked for first: an index of it alone costs the sequencer next to nothing.
        sa.Index(
            "ix_audit_entry_refused",
            "log_id",
            "idx",
            sqlite_where=REFUSED,
            postgresql_where=REFUSED,
        ),
    )

    tenant: str = Field(max_length=40)
    log_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    idx: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs={"autoincrement": False})
    id: str = Field(max_length=36)
    at: datetime = Field(sa_type=UtcDateTime)
    act: str = Field(max_length=32)
    actor: str = Field(max_length=80)
    outcome: int = Field(sa_type=sa.SmallInteger)
    leaf: bytes


class AuditEntryRes(Tenanted, table=True):
    """Which resources an entry concerns, as `kind:id`, and for which purposes: a recording's history is a range of this index."""

    __tablename__ = "audit_entry_res"

    tenant: str = Field(max_length=40)
    log_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    res: str = Field(primary_key=True, max_length=200)
    idx: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs={"autoincrement": False})


class AuditTile(Tenanted, table=True):
    """A full tile: 256 hashes of one level. Insert-only."""

    __tablename__ = "audit_tile"
    __table_args__ = ({"sqlite_with_rowid": False},)

    tenant: str = Field(max_length=40)
    log_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    level: int = Field(primary_key=True, sa_type=sa.SmallInteger, sa_column_kwargs={"autoincrement": False})
    idx: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs={"autoincrement": False})
    data: bytes


class AuditEdge(Tenanted, table=True):
    """The one partial tile of a level."""

    __tablename__ = "audit_edge"

    tenant: str = Field(max_length=40)
    log_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    level: int = Field(primary_key=True, sa_type=sa.SmallInteger, sa_column_kwargs={"autoincrement": False})
    data: bytes


class AuditCheckpoint(Tenanted, table=True):
    """A signed checkpoint, as published."""

    __tablename__ = "audit_checkpoint"

    tenant: str = Field(max_length=40)
    log_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    size: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs={"autoincrement": False})
    root: bytes
    note: str
    signed_at: datetime = Field(sa_type=UtcDateTime)


class AuditCosignature(Tenanted, table=True):
    """A witness's line under a signed checkpoint, verified before it was stored. Insert-only."""

    __tablename__ = "audit_cosignature"

    tenant: str = Field(max_length=40)
    log_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    size: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs={"autoincrement": False})
    witness: str = Field(primary_key=True, max_length=400)  # its verifier key: a name can change its key
    line: str


class AuditTimestamp(Tenanted, table=True):
    """An authority's time stamp (RFC 3161) over a published checkpoint, verified before it was stored. Insert-only.

    `stamped` is what it is over, byte for byte: the lines of further witnesses may have been added to the checkpoint since.
    """

    __tablename__ = "audit_timestamp"

    tenant: str = Field(max_length=40)
    log_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    size: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs={"autoincrement": False})
    tsa: str = Field(primary_key=True, max_length=400)
    token: bytes
    stamped: str
    at: datetime = Field(sa_type=UtcDateTime)


class AuditSubjectKey(Tenanted, table=True):
    """The data key of one person (within one recording, where there is one) or of one entry's free text.

    Deleting the row makes every copy of what it sealed unreadable, in backups too.
    """

    __tablename__ = "audit_subject_key"
    __table_args__ = (sa.UniqueConstraint("tenant", "subject_ref", "recording", "entry_id"),)

    key_id: str = Field(primary_key=True, max_length=40)
    tenant: str = Field(max_length=40)
    subject_ref: str = Field(max_length=80)
    recording: str = Field(default="", index=True, max_length=80)
    entry_id: str = Field(default="", index=True, max_length=36)
    wrapped: bytes


class AuditPrivate(Tenanted, table=True):
    """The disclosures of one person in one entry, sealed under that person's key."""

    __tablename__ = "audit_private"

    entry_id: str = Field(primary_key=True, max_length=36)
    key_id: str = Field(primary_key=True, index=True, max_length=40)
    tenant: str = Field(max_length=40)
    subject_ref: str = Field(index=True, max_length=80)
    nonce: bytes
    box: bytes


class AuditBlind(Tenanted, table=True):
    """A keyed token of a personal value, by which its entries are found again without the value being stored."""

    __tablename__ = "audit_blind"

    tenant: str = Field(primary_key=True, max_length=40)
    token: bytes = Field(primary_key=True)
    entry_id: str = Field(primary_key=True, max_length=36)
    key_id: str = Field(primary_key=True, index=True, max_length=40)


TABLES: tuple[type[SQLModel], ...] = (
    AuditLog,
    AuditOutbox,
    AuditEntry,
    AuditEntryRes,
    AuditTile,
    AuditEdge,
    AuditCheckpoint,
    AuditCosignature,
    AuditTimestamp,
    AuditSubjectKey,
    AuditPrivate,
    AuditBlind,
)
INSERT_ONLY = ("audit_entry", "audit_tile", "audit_cosignature", "audit_timestamp")


def triggers(dialect: str) -> list[str]:
    """Return the statements after which the tables of `INSERT_ONLY` can be added to, and nothing else.

    Rights alone are not enough: SQLite has none, and on PostgreSQL the owner keeps his. Run them once, after the
    tables are made.
    """
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is insert-only'); END"
            for table in INSERT_ONLY
            for act in ("UPDATE", "DELETE")
        ]
    refuse = "BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is insert-only'; END"
    made = [
        f"CREATE OR REPLACE FUNCTION audit_insert_only() RETURNS trigger LANGUAGE plpgsql AS $$ {refuse} $$",
        "ALTER TABLE audit_tile ALTER COLUMN data SET STORAGE EXTERNAL",  # hashes do not compress: do not try
    ]
    return made + [
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION audit_insert_only()"
        for table in INSERT_ONLY
        for act in ("UPDATE", "DELETE", "TRUNCATE")
    ]
