"""A bundle that the service itself wrote, for programs of others to judge: two logs, tiles that are full, a witness, two stamps."""

from __future__ import annotations

import base64
import dataclasses
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from governance.audit import checkpoint, leaf, seal, seal_queries, witness
from governance.audit import service as audit
from governance.audit.seal import Personal
from governance.audit.witness_server import WitnessServer
from governance.clock import FakeClock
from governance.config import TimeAuthority
from governance.runtime import Actor, Runtime
from tests.audit import authority
from tests.audit.authority import Authority

TENANT = "default"
HOUR = timedelta(hours=1)
SIZES = (64, 300, 620)
"""How many entries lie under the stamps (a power of two, and none), and at least how many in the end: two full tiles and a part."""


@dataclass(frozen=True)
class Written:
    """The bundle, its trust file and the authority's certificates, and what of its first proven entry was disclosed."""

    folder: Path
    trust: Path
    certificates: Path
    proven: int
    disclosures: tuple[str, ...]

    def copy(self, folder: Path) -> Written:
        """Return a copy in `folder` that a test may spoil."""
        import shutil

        shutil.copytree(self.folder, folder / "bundle")
        shutil.copy(self.trust, folder / "trust.txt")
        return dataclasses.replace(self, folder=folder / "bundle", trust=folder / "trust.txt")

    @property
    def leaves(self) -> list[bytes]:
        """The entries of the newest log, in order."""
        from governance.audit import tiles
        from governance.audit.verify import Folder

        size = checkpoint.parse((self.folder / "checkpoint").read_text())[0].size
        shape = [(index, width) for level, index, width in tiles.shape(size) if level == 0]
        return [one for index, width in shape for one in Folder(self.folder).leaves(index, width)]


def write(runtime: Runtime, actor: Actor, clock: FakeClock, stamping: Authority, folder: Path) -> Written:
    """Work as the service works, for a year and into the next, and return the bundle of it in `folder`."""
    _grow(runtime, actor, 5)
    audit.freeze_and_reopen(runtime, TENANT, "new_year")  # another log, another key
    with ExitStack() as stack:
        _name_authority(runtime, stamping, stack.enter_context(authority.served(stamping)))
        proven, disclosures = _name_somebody(runtime, actor)
        for size in SIZES[:-1]:
            _grow_to(runtime, actor, size)
            assert audit.stamp(runtime, TENANT)  # the log that was closed is stamped once, too
            clock.advance(2 * HOUR)
        _grow_to(runtime, actor, SIZES[-1])
        stack.enter_context(_witnessed(runtime, actor, folder))
        later = _grow(runtime, actor, 1)
        audit.bundle(runtime, actor, folder / "bundle", proofs=[proven, later])
        with runtime.work(actor) as work:
            (folder / "trust.txt").write_text(audit.trust(work))
    written = Written(folder / "bundle", folder / "trust.txt", stamping.root, -1, disclosures)
    index = next(i for i, one in enumerate(written.leaves) if leaf.read(one)["id"] == proven)
    return dataclasses.replace(written, proven=index)


def flip(path: Path, at: int = 0) -> None:
    """Change one bit of the file."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(bytes(data))


def _grow(runtime: Runtime, actor: Actor, count: int) -> str:
    with runtime.work(actor) as work:
        for number in range(count):
            det = {"from_ms": number, "watermark": True}
            last = audit.record(work, "recording.read", res=[("recording", f"rec_{number:032x}")], det=det)
    audit.sequence(runtime, TENANT)
    audit.publish(runtime, TENANT)
    return last


def _grow_to(runtime: Runtime, actor: Actor, size: int) -> None:
    from governance.audit import queries

    audit.sequence(runtime, TENANT)
    signed = audit.publish(runtime, TENANT)
    with runtime.work(actor) as work:
        latest = signed or queries.latest_checkpoint(work)
    assert latest is not None
    _grow(runtime, actor, size - latest.size)


def _name_somebody(runtime: Runtime, actor: Actor) -> tuple[str, tuple[str, ...]]:
    """Write an entry that names people, and return its id and what opens its commitments."""
    with runtime.work(actor) as work:
        named = {
            "party.name": Personal("Müller, Ana \u2028 \U0001f4de", "par_1"),
            "why.text": Personal('says "no"\n'),
        }
        entry_id = audit.record(work, "recording.read", personal=named)
    with runtime.work(actor) as work:
        found: list[str] = []
        for row, wrapped in seal_queries.sealed(work, entry_id):
            key = seal._unwrap(work, row.key_id, row.subject_ref, wrapped)
            box = AESGCM(key).decrypt(row.nonce, row.box, seal._bound(entry_id, row.subject_ref))
            found += orjson.loads(box)
    return entry_id, tuple(found)


def _name_authority(runtime: Runtime, stamping: Authority, url: str) -> None:
    runtime.settings = dataclasses.replace(runtime.settings, tsa=TimeAuthority(url, stamping.root, HOUR))


@contextmanager
def _witnessed(runtime: Runtime, actor: Actor, folder: Path) -> Iterator[None]:
    """Have a witness of our own served and named in the settings."""
    with runtime.work(actor) as work:
        own = witness.make(folder / "witness", "witness.example/w1", audit.trust(work))
    server: ThreadingHTTPServer = WitnessServer(("127.0.0.1", 0), own, lambda: 1_795_280_000)
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        file = folder / "witnesses"
        file.write_text(f"witness w1 {own.key} http://127.0.0.1:{server.server_address[1]}\nquorum w1\n")
        runtime.settings = dataclasses.replace(runtime.settings, witnesses=file)
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def forged_signature(note: str) -> str:
    """Return the note with one bit of its first signature changed."""
    text, _, block = note.rpartition("\n\n")
    first, *others = block.split("\n")
    dash, name, encoded = first.split(" ")
    blob = bytearray(base64.b64decode(encoded))
    blob[-1] ^= 1
    return text + "\n\n" + "\n".join([f"{dash} {name} {base64.b64encode(blob).decode()}", *others])
