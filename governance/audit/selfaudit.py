"""The self-audit: recomputes everything the database holds of a tenant's log, and names the first thing that is wrong.

Leaf hashes against tiles, tiles against the tiles above, the root against the right edge, every checkpoint and the
anchor; the columns entries are found by against the leaves; the outbox; the producers' numbers. The database's own
opinion of itself counts for nothing here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from governance.audit import (
    checkpoint,
    cosignature,
    leaf,
    log_queries,
    merkle,
    signer,
    timestamping,
    witness_queries,
)
from governance.audit.anchor import Anchor
from governance.audit.checkpoint import Checkpoint
from governance.audit.examine import Examination, Flaw
from governance.audit.log_queries import StoredLog
from governance.audit.models import AuditCheckpoint, AuditLog
from governance.audit.note import VerifierKey
from governance.audit.tiles import WIDTH
from governance.errors import GovernanceError, IntegrityError, InvalidError
from governance.runtime import Work

NAMED_AT_ONCE = 4096
"""How many resources of entries are looked up in one question."""
Anchored = Checkpoint | IntegrityError | None


@dataclass(frozen=True)
class SelfAudit:
    """What a self-audit found. `flaws` refuse the log; `notes` are remarks about completeness that do not."""

    flaws: tuple[Flaw, ...]
    notes: tuple[str, ...]
    size: int
    shards: int

    @property
    def holds(self) -> bool:
        """Whether everything is what it was."""
        return not self.flaws

    @property
    def entry(self) -> int | None:
        """The index of the first entry that does not hold, where one can be named."""
        return next((flaw.entry for flaw in self.flaws if flaw.entry is not None), None)

    @property
    def because(self) -> str:
        """A sentence for the report: the first flaw, or that there is none."""
        return self.flaws[0].because if self.flaws else f"all {self.size} entries are what was logged"


class _Shard:
    """The self-audit of one shard."""

    def __init__(
        self, work: Work, log: AuditLog, anchored: Anchored, successor: dict[str, object], *, is_first: bool
    ) -> None:
        self._work, self._log, self._successor = work, log, successor
        self._anchored = anchored
        self._source = _CheckedLog(work, log)
        self._examination = Examination(
            self._source, log.origin, log.size, is_first_shard=is_first, heed=self._source.heed
        )
        self.flaws: list[Flaw] = []
        self.notes: list[str] = []

    def run(self) -> None:
        """Check everything; a check that cannot be made is a flaw."""
        signed = log_queries.checkpoints(self._work, self._log)
        for check in (
            self._tree,
            self._edge,
            self._checkpoints,
            self._witnessed,
            self._anchor,
            self._waiting,
            self._numbers,
        ):
            try:
                check(signed)
            except GovernanceError as error:
                self.flaws.append(Flaw(str(error)))
        self.flaws += self._source.flaws

    def _tree(self, signed: Sequence[AuditCheckpoint]) -> None:
        sizes = [row.size for row in signed]
        if isinstance(self._anchored, Checkpoint):
            sizes.append(self._anchored.size)
        flaw = self._examination.run(sizes)
        if flaw is not None:
            self.flaws.append(flaw)
        self._source.end(is_whole=flaw is None)
        last = log_queries.last_index(self._work, self._log)
        if last is not None and last >= self._log.size:
            self.flaws.append(Flaw(f"entry {last} lies behind the end of {self._log.origin}", last))

    def _edge(self, _signed: Sequence[AuditCheckpoint]) -> None:
        root = log_queries.edge(self._work, self._log).root()
        if not self.flaws and root != self._examination.root:
            self.flaws.append(
                Flaw(f"the right edge of {self._log.origin} leads to another root than its entries")
            )

    def _checkpoints(self, signed: Sequence[AuditCheckpoint]) -> None:
        """Hold every checkpoint against the tree: the first that fails, and the last that does not, bound the damage."""
        held = 0
        key = signer.verifier_key(self._work, self._log.origin)
        for row in signed:
            stated, note = checkpoint.parse(row.note)
            if (stated.origin, stated.size, stated.root) != (self._log.origin, row.size, row.root):
                raise IntegrityError(f"the checkpoint at size {row.size} is not the one that was signed")
            if key not in note.signed_by([key]):
                raise IntegrityError(f"the checkpoint at size {row.size} is not signed by the log's key")
            if row.size > self._log.size:
                raise IntegrityError(
                    f"a checkpoint was signed at size {row.size}, but there are {self._log.size} entries"
                )
            root = self._examination.roots.get(row.size)
            if root is not None and root != row.root:
                because = f"entries {held} to {row.size - 1} do not lead to the checkpoint signed at size {row.size}"
                self.flaws.append(Flaw(because, held, row.size - 1))
                return
            held = row.size

    def _witnessed(self, signed: Sequence[AuditCheckpoint]) -> None:
        """Hold every stored cosignature against its checkpoint: a line that nobody gave would look like a witness."""
        texts = {row.size: checkpoint.parse(row.note)[1].text for row in signed}
        for row in witness_queries.cosignatures(self._work, self._log):
            if row.size not in texts:
                raise IntegrityError(f"a witness cosigned size {row.size}, and no such checkpoint is there")
            try:
                cosignature.read(row.line, texts[row.size], VerifierKey.parse(row.witness))
            except (IntegrityError, InvalidError):
                raise IntegrityError(
                    f"a cosignature at size {row.size} is not what a witness signed"
                ) from None
        self.flaws += [Flaw(because) for because in timestamping.unproven(self._work, self._log)]

    def _anchor(self, signed: Sequence[AuditCheckpoint]) -> None:
        anchored = self._anchored
        if isinstance(anchored, IntegrityError):
            raise anchored
        if anchored is None:
            if signed:
                raise IntegrityError(f"the anchor of {self._log.origin} is gone, though it was signed before")
            return
        root = merkle.EMPTY_ROOT if anchored.size == 0 else self._examination.roots.get(anchored.size)
        if root == anchored.root or (root is None and anchored.size <= self._log.size):
            return  # it reproduces; or the tree broke off before it, which is a flaw already
        if self._is_stated(anchored):
            self.notes.append(f"{self._log.origin} ended when its past was lost; the shard after it says so")
            return
        if anchored.size > self._log.size:
            raise IntegrityError(
                f"{self._log.origin} has {self._log.size} entries, but {anchored.size} were vouched for: rolled back"
            )
        raise IntegrityError(
            f"the first {anchored.size} entries of {self._log.origin} are not those vouched for"
        )

    def _is_stated(self, anchored: Checkpoint) -> bool:
        """Return whether the next shard's first entry states what the anchor remembers of this one."""
        stated = (self._successor.get(name) for name in ("old_origin", "anchor_size", "anchor_root"))
        return tuple(stated) == (anchored.origin, anchored.size, anchored.root.hex())

    def _waiting(self, _signed: Sequence[AuditCheckpoint]) -> None:
        for row in log_queries.waiting(self._work, self._log):
            members = leaf.read(row["leaf"])
            if merkle.leaf_hash(row["leaf"]) != row["hash"] or members["log"] != self._log.origin:
                raise IntegrityError(f"the waiting entry {row['id']} was changed before it was sequenced")

    def _numbers(self, _signed: Sequence[AuditCheckpoint]) -> None:
        completeness = self._examination.completeness
        for index in completeness.repeated:
            self.flaws.append(Flaw(f"entry {index} carries a producer's number that was used before", index))
        for gap in completeness.gaps():
            if gap.is_explained:
                self.notes.append(gap.because)
            else:
                self.flaws.append(Flaw(f"before entry {gap.index}: {gap.because}", gap.index))

    @property
    def predecessor(self) -> dict[str, object]:
        """What this shard's first entry states of the one before."""
        found: dict[str, object] = self._examination.first.get("det", {})
        return found


class _CheckedLog(StoredLog):
    """A stored log that holds, while it is read, the columns an entry is found by against the leaf."""

    def __init__(self, work: Work, log: AuditLog) -> None:
        super().__init__(work, log)
        self.flaws: list[Flaw] = []
        self._work, self._log = work, log
        self._named: list[tuple[int, str]] = []
        self._count = 0

    def heed(self, index: int, members: Mapping[str, Any]) -> None:
        """Keep the first entry whose columns tell another story than its leaf as a flaw."""
        if not _is_found_by(self.rows[index % WIDTH], members):
            self._keep(index)
        self._named += [(index, key) for key in set(leaf.resource_keys(members))]
        if len(self._named) >= NAMED_AT_ONCE:
            self._look_up()

    def end(self, *, is_whole: bool) -> None:
        """Look at what is left once the last entry was heeded; of a log that is whole, every resource leads to what names it."""
        self._look_up()
        if self.flaws or not is_whole or log_queries.resource_count(self._work, self._log) == self._count:
            return
        for index, key, text in log_queries.resources(self._work, self._log):
            if text is None or key not in leaf.resource_keys(leaf.read(text)):
                self._keep(index)
                return

    def _look_up(self) -> None:
        named, self._named = self._named, []
        self._count += len(named)
        index = log_queries.unlisted(self._work, self._log, named) if named else None
        if index is not None:
            self._keep(index)

    def _keep(self, index: int) -> None:
        if not self.flaws:
            because = f"entry {index} would not be found by what it says: its columns were changed"
            self.flaws.append(Flaw(because, index))


def anchors(work: Work) -> dict[str, Anchored]:
    """Return what the anchor remembers of each of the tenant's logs, or the error that reading it raised.

    To be asked before the transaction that examines: what was vouched for before it began must be found in it.
    """
    anchor = Anchor(work.runtime.settings.anchor)
    remembered: dict[str, Anchored] = {}
    for log in log_queries.shards(work):
        try:
            remembered[log.origin] = anchor.read(log.origin)
        except IntegrityError as error:
            remembered[log.origin] = error
    return remembered


def examine(work: Work, anchored: Mapping[str, Anchored]) -> SelfAudit:
    """Return what recomputing every shard of the tenant's log brought to light, oldest flaw first.

    `work` has a transaction that has not begun: everything is read as of one moment, while others go on writing.
    """
    if work.dialect == "postgresql":
        work.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    logs = log_queries.shards(work)
    audited: list[_Shard] = []
    successor: dict[str, object] = {}
    for log in reversed(logs):
        shard = _Shard(work, log, anchored.get(log.origin), successor, is_first=log is logs[0])
        shard.run()
        successor = shard.predecessor
        audited.insert(0, shard)
    return SelfAudit(
        flaws=tuple(flaw for shard in audited for flaw in shard.flaws),
        notes=tuple(note for shard in audited for note in shard.notes),
        size=sum(log.size for log in logs),
        shards=len(logs),
    )


def _is_found_by(row: sa.Row[Any], members: Mapping[str, Any]) -> bool:
    return bool(
        row.id == members["id"]
        and row.act == members["act"]
        and row.actor == members["actor"]["id"]
        and row.outcome == leaf.OUTCOMES.index(members["out"])
        and row.at == datetime.fromisoformat(members["at"])
    )
