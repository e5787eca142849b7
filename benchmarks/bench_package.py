"""How long a package of many recordings takes, and how much memory.

`python -m benchmarks.bench_package [--recordings 1000] [--seconds 60]` puts released recordings into the catalog of the embedded
default, confirms them for one request and makes its package through the same verbs as the service. The limit it is held
against, in the same run, on the same disk and over the same bytes: reading each file from a plain folder, zipping
it and encrypting the archive in chunks, flushed once at its end (`fsync`), which keeps nothing, checks nothing, logs
nothing and cannot be taken up after a crash.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import soundfile

from governance import ids, tenancy
from governance.config import Settings
from governance.recordings import people
from governance.recordings import service as recordings
from governance.recordings.importers import folder
from governance.recordings.interaction import PartyFacts, Role
from governance.recordings.models import RENDITION, Media, Recording
from governance.runtime import Actor, Runtime
from governance.subjects import candidate_queries, package_queries, package_reading, packages
from governance.subjects import service as requests
from governance.subjects.service import Asked, Identifier, Person
from governance.vault import service as vault
from governance.vault.cipher import Encrypter

SAMPLES = Path(folder.__file__).parents[2] / "samples"
SAMPLE = "plain-callback-number"
TEL = "+447700900123"
DPO = Actor(kind="admin", id="cli", tenant=tenancy.DEFAULT, role="dpo")
HOUSE = Actor.system(tenancy.DEFAULT, "svc_bench")
ME = PartyFacts(role=Role.CUSTOMER, tel=TEL, channel=1)
AGENT = PartyFacts(role=Role.AGENT, channel=0)
OTHER = PartyFacts(role=Role.THIRD_PARTY, channel=0)


def main() -> None:
    """Run the benchmark and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recordings", type=int, default=1000)
    parser.add_argument(
        "--seconds", type=int, default=60, help="how long a call is: two channels of 8 kHz mu-law"
    )
    parser.add_argument("--silenced", type=int, default=0, help="per cent with another person in them")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        runtime = Runtime.open(Settings.from_env({"GOVERNANCE_HOME": f"{place}/home"}))
        with runtime.work(HOUSE) as work:
            tenancy.ensure(work, "Benchmark")
        sound, words = _sound(asked.seconds), (SAMPLES / f"{SAMPLE}.transcript.json").read_bytes()
        for number in range(asked.recordings):
            is_shared = number % 100 < asked.silenced
            parties = (OTHER, ME) if is_shared else (AGENT, ME)
            _released(runtime, sound, words, asked.seconds * 1000, parties)
        request_id = _granted(runtime)
        peers = [_peer(Path(place), sound, words, asked.recordings) for _ in range(2)]
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begun = time.perf_counter()
        package = packages.make(runtime, DPO, request_id)
        made = time.perf_counter() - begun
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        read, first = _read(runtime, package.id)
        peers.append(_peer(Path(place), sound, words, asked.recordings))
        limit = sorted(peers)[1]
        mib, many = package.size / 2**20, asked.recordings
        more = f"{(after - before) / 1024:.1f} MiB more than before"
        print(
            f"{many} recordings, {asked.seconds} s and {len(sound) / 1e3:.0f} kB each, {asked.silenced} % silenced"
        )
        print(f"  make   {made:7.2f} s   {many / made:7.0f} recordings/s   {mib / made:6.1f} MiB/s")
        print(
            f"  limit  {limit:7.2f} s   {many / limit:7.0f} recordings/s   {mib / limit:6.1f} MiB/s, zip and encrypt"
        )
        print(f"  ratio  {made / limit:7.2f}")
        print(f"  read   {read:7.2f} s   {mib / read:6.1f} MiB/s, first byte after {first * 1000:.0f} ms")
        print(f"  memory {after / 1024:7.0f} MiB at most, {more}, for a package of {mib:.0f} MiB")
        runtime.close()


def _sound(seconds: int) -> bytes:
    """Return a call of that length: the sample over and over."""
    samples, rate = soundfile.read(SAMPLES / f"{SAMPLE}.wav", dtype="int16", always_2d=True)
    sink = BytesIO()
    whole = np.resize(samples, (seconds * rate, samples.shape[1]))
    soundfile.write(sink, whole, rate, format="WAV", subtype="ULAW")
    return sink.getvalue()


def _released(
    runtime: Runtime, sound: bytes, words: bytes, length_ms: int, parties: tuple[PartyFacts, ...]
) -> None:
    """Put a released recording into the catalog, without the looks that redaction takes."""
    sealed = [_seal(runtime, body) for body in (sound, words)]
    with runtime.work(HOUSE) as work:
        recording_id, media_id = ids.new("rec"), ids.new("med")
        work.session.add(
            Recording(
                id=recording_id, tenant=work.tenant, source="bench", external_id=recording_id, content_sha256="0" * 64,
                state="released", started_at=work.now - timedelta(days=1), created_at=work.now, duration_ms=length_ms,
            )
        )  # fmt: skip
        work.session.flush()
        work.session.add(
            Media(
                id=media_id, tenant=work.tenant, recording_id=recording_id, position=0, kind="voice", container="WAV",
                channel_count=2, duration_ms=length_ms,
            )
        )  # fmt: skip
        work.session.flush()
        recordings.add_rendition(work, recording_id, media_id, RENDITION, sealed[0])
        named: dict[str, Any] = {"format": "governance/words@1", "language": "en", "origin": "bench"}
        recordings.add_transcript(work, recording_id, media_id, 0, RENDITION, sealed[1], **named)
        people.keep(work, recording_id, parties)


def _seal(runtime: Runtime, body: bytes) -> vault.Sealed:
    with vault.seal(runtime, tenancy.DEFAULT) as writer:
        writer.write(body)
    return writer.sealed


def _granted(runtime: Runtime) -> str:
    who = Person(name="Jane Roe", email="jane@example.com", identifiers=(Identifier("tel", TEL),))
    with runtime.work(DPO) as work:
        request_id = requests.open_request(work, Asked(kind="access", channel="by_hand", who=who)).id
    requests.search_candidates(runtime, DPO, request_id)
    after = ""
    while True:
        with runtime.work(DPO) as work:
            found = candidate_queries.candidates(work, request_id, "undecided", after, 200)
            if not found:
                break
            requests.judge(work, [one.id for one in found], "confirmed", "Listened to.")
            after = found[-1].id
    with runtime.work(DPO) as work:
        requests.decide(work, request_id, "granted", "All theirs.")
        assert package_queries.confirmed(work, request_id)
    return request_id


def _peer(place: Path, sound: bytes, words: bytes, count: int) -> float:
    """Return how long the same bytes take to be read, zipped and encrypted, and nothing else."""
    source = place / "plain"
    if not source.exists():
        source.mkdir()
        for number in range(count):
            (source / f"{number}.wav").write_bytes(sound)
            (source / f"{number}.json").write_bytes(words)
    begun = time.perf_counter()
    with (place / "peer.bin").open("wb") as sink:
        encrypter = Encrypter(sink, os.urandom(32), "blob_peer")
        with zipfile.ZipFile(_Unseekable(encrypter), "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]
            for number in range(count):
                for ending in ("wav", "json"):
                    archive.writestr(f"{number}.{ending}", (source / f"{number}.{ending}").read_bytes())
        encrypter.finish()
        sink.flush()
        os.fsync(sink.fileno())
    return time.perf_counter() - begun


class _Unseekable:
    """What a ZIP can be streamed into."""

    def __init__(self, encrypter: Encrypter) -> None:
        self._encrypter = encrypter

    def write(self, portion: bytes) -> int:
        """Encrypt it."""
        self._encrypter.write(bytes(portion))
        return len(portion)

    def flush(self) -> None:
        """Nothing is held back but what the cipher needs."""


def _read(runtime: Runtime, package_id: str) -> tuple[float, float]:
    begun, first, sink = time.perf_counter(), 0.0, BytesIO()
    archive = package_reading.Archive(runtime, tenancy.DEFAULT, package_id)
    for portion in archive.portions(0, archive.size):
        first = first or time.perf_counter() - begun
        sink.write(portion)
    taken = time.perf_counter() - begun
    with zipfile.ZipFile(sink) as opened:
        assert opened.testzip() is None
        assert orjson.loads(opened.read("manifest.json"))["files"]
    return taken, first


if __name__ == "__main__":
    main()
