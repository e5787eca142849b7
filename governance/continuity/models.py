"""What a backup says of itself, and what came of making or restoring one."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from governance.errors import IntegrityError

FORMAT = 1
ROWS = "rows.sqlite"
MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
BLOBS = "blobs"

_Hex256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
_FILE = re.compile(r"rows\.sqlite|blobs/[a-z0-9_]{2}/[a-z0-9_]{4,80}")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class FileFacts(_Strict):
    """One file of a backup."""

    bytes: int = Field(ge=0)
    sha256: _Hex256


class LogFacts(_Strict):
    """One log as it was: `size` entries, `note` the last signed checkpoint, with its own size and root."""

    tenant: str
    origin: str
    state: str
    size: int
    signed_size: int | None
    signed_root: _Hex256 | None
    note: str | None


class Manifest(_Strict):
    """Everything a backup says of itself. It is signed: a backup that somebody else changed or made is not restored."""

    format: int
    product: str
    revision: str
    made_at: str
    made_from: str
    tables: dict[str, int]
    logs: list[LogFacts]
    ledger_head: _Hex256
    files: dict[str, FileFacts]

    @property
    def blobs(self) -> dict[str, FileFacts]:
        """The files that hold ciphertext, by the name of the blob."""
        return {name.rsplit("/", 1)[1]: facts for name, facts in self.files.items() if name != ROWS}

    @classmethod
    def parse(cls, text: bytes) -> Manifest:
        """Return the manifest in `text`. Raises `IntegrityError` for one we do not read or that names a strange file."""
        try:
            manifest = cls.model_validate_json(text, strict=True)
        except ValidationError:
            raise IntegrityError("the manifest of the backup is damaged, or of another version") from None
        if manifest.format != FORMAT:
            raise IntegrityError(f"the backup has format {manifest.format}, which is not read here")
        if ROWS not in manifest.files or not all(_FILE.fullmatch(name) for name in manifest.files):
            raise IntegrityError("the manifest of the backup names files that a backup does not have")
        return manifest


class BackupMade(BaseModel):
    """What a backup holds. `left_out` is what it deliberately does not."""

    model_config = ConfigDict(frozen=True)

    folder: str
    rows: int
    blobs: int
    bytes: int
    left_out: str = "keys, anchor and erasure ledger"


class Restored(BaseModel):
    """What a restore did. `erasures` and standing `orders` were in the ledger and have been carried out again;
    `quarantined` went back on being examined again; `logs` go on from here.
    """

    model_config = ConfigDict(frozen=True)

    made_at: str
    rows: int
    blobs: int
    erasures: int
    orders: int
    quarantined: int
    logs: list[str]
