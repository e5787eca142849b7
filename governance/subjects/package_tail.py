"""The last stretch of a package: letter, information, lists and manifest, and the archive's end.

It can be made again without the others: when somebody changes the letter before it goes, only this stretch is new.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson

from governance.access import service as access
from governance.errors import ConflictError
from governance.policy import Policies
from governance.recordings import queries as catalog
from governance.retention import service as retention
from governance.runtime import Actor, Runtime, Work
from governance.subjects import acts, letter_words, letters, package_pages, package_queries, queries, sealing
from governance.subjects.letters import Shown
from governance.subjects.models import SubjectRequest
from governance.subjects.package_archive import File, Stretch
from governance.subjects.package_models import DISCARDED, INCLUDED, MAKING, READY, Package, PackagePart
from governance.vault import service as vault
from governance.vault.service import Sealed

FORMAT = "governance/package@1"
_COLUMNS = ("recording", "what", "stream", "channel", "start_ms", "end_ms", "code", "rule", "because")


@dataclass(frozen=True)
class _Known:
    """All that the last stretch is written from."""

    package: Package
    number: str
    policies: Policies
    letter: Shown
    rows: list[dict[str, Any]]
    withheld: list[dict[str, Any]]
    placed: list[tuple[File, int]]
    size: int


def finish(runtime: Runtime, house: Actor, package_id: str) -> None:
    """Write the last stretch and make the package ready to be fetched, with the letters that tell the person.

    Nothing becomes ready that changed while this was written: then the next run begins it anew.
    """
    with runtime.work(house) as work:
        known = _gather(work, package_id)
    if known is None:
        return
    with vault.seal(runtime, house.tenant) as sink:
        manifest = _write(Stretch(sink, known.package.ordered_at), known)
    with runtime.work(house) as work:
        is_kept = _keep(work, known, sink.sealed, manifest)
    if not is_kept:
        vault.discard(runtime, sink.sealed)


def drop(work: Work, package: Package, because: str) -> None:
    """Destroy the key of the last stretch, without which the others are no archive. For the house."""
    if package.blob_id is not None:
        vault.shred(
            work, access.house_grant(work, "request:manage", package.id, because=because), package.blob_id
        )
        package.blob_id = None
        work.session.add(package)


def _gather(work: Work, package_id: str) -> _Known | None:
    package = package_queries.package(work, package_id, lock=True)
    request = queries.request(work, package.request_id)
    if package.state != MAKING or request is None:
        return None
    parts = package_queries.parts(work, package.id)
    kept_until = retention.kept_until(work, [part.recording_id for part in parts])
    rows, withheld, placed, at = [], [], [], 0
    for part in parts:
        facts = orjson.loads(sealing.unseal(work, part.id, "facts", part.facts_sealed) or "{}")
        files = [File(**one) for one in facts.get("files", ())]
        row = catalog.recording(work, part.recording_id)
        rows.append(
            {
                "number": part.position,
                "started_at": row.started_at if row else None,
                "duration_ms": row.duration_ms if row else None,
                "files": [one.name for one in files],
                "code": part.code,
                "kept_until": kept_until.get(part.recording_id) if part.code is None else None,
            }
        )
        withheld += [{"recording": part.position, **one} for one in facts.get("withheld", ())]
        placed += [(one, at) for one in files]
        at += part.size
    letter = _letter(work, request, package, parts)
    return _Known(package, request.number, work.policies, letter, rows, withheld, placed, at)


def _letter(work: Work, request: SubjectRequest, package: Package, parts: Sequence[PackagePart]) -> Shown:
    """Return the letter that lies in the package: the one that somebody may have changed, or a new one."""
    for one in reversed(package_queries.letters(work, request.id)):
        if one.package_id == package.id and one.kind == "access_answer" and one.state != DISCARDED:
            return letters.show(work, one)
    facts = {
        "recordings": counted(parts, package.language),
        "withheld": told_withheld(parts, package.language),
    }
    made = letters.prepare(
        work, request.id, "access_answer", package.language, facts=facts, package_id=package.id
    )
    return letters.show(work, made)


def counted(parts: Sequence[PackagePart], language: str) -> str:
    """Return how many of the recordings are in the package, as a sentence."""
    included = sum(part.state == INCLUDED for part in parts)
    if included < len(parts):
        return letter_words.sentence("some_left_out", language, included=included, all=len(parts))
    return letter_words.sentence(
        "one_included" if included == 1 else "all_included", language, included=included
    )


def told_withheld(parts: Sequence[PackagePart], language: str) -> str:
    """Return how much was withheld, as a sentence."""
    places = sum(part.withheld for part in parts)
    return letter_words.sentence("withheld" if places else "nothing_withheld", language, withheld=places)


def _write(stretch: Stretch, known: _Known) -> str:
    """Write the files and the end; return the SHA-256 of the manifest, hexadecimal."""
    package, language, told = known.package, known.package.language, known.policies.disclosure
    for one in known.withheld:
        one["because"] = package_pages.because(told, one["code"], language)
    information = package_pages.information(known.policies, language)
    table = [
        {**row, "started_at": _iso(row["started_at"]), "kept_until": _iso(row["kept_until"])}
        for row in known.rows
    ]
    for name, text in (
        ("letter.html", package_pages.letter(known.letter.subject, known.letter.body, language)),
        ("information.html", package_pages.information_page(information, language)),
        ("information.json", _json(information)),
        ("recordings.html", package_pages.recordings(known.rows, language)),
        ("recordings.json", _json(table)),
        ("withheld.csv", _csv(known.withheld)),
        ("withheld.json", _json(known.withheld)),
    ):
        stretch.add(name, io.BytesIO(text.encode()))
    files = [*(one for one, _ in known.placed), *stretch.files]
    manifest = {
        "format": FORMAT,
        "package": package.id,
        "request": known.number,
        "ordered_at": _iso(package.ordered_at),
        "policy": package.policy_digest,
        "files": [{"name": one.name, "bytes": one.bytes, "sha256": one.sha256} for one in files],
    }
    made = stretch.add("manifest.json", io.BytesIO(_json(manifest).encode()))
    here = [(one, known.size) for one in stretch.files]
    stretch.end([*known.placed, *here], known.size)
    return made.sha256


def _keep(work: Work, known: _Known, sealed: Sealed, manifest: str) -> bool:
    package = package_queries.package(work, known.package.id, lock=True)
    request = queries.request(work, package.request_id)
    if package.state != MAKING or request is None:
        return False
    if letters_changed(work, package, known.letter):
        return False
    drop(work, package, "A newer last stretch takes its place.")
    blob = vault.keep(work, sealed, package.id, is_text=True)
    parts = package_queries.parts(work, package.id)
    package.state, package.blob_id, package.size = READY, blob.id, known.size + sealed.bytes
    package.manifest_sha256, package.made_at = manifest, work.now
    package.expires_at = work.now + timedelta(days=work.policies.subjects.package_days)
    work.session.add(package)
    work.session.flush()
    included = sum(part.state == INCLUDED for part in parts)
    acts.record(
        work, "request.package.made", request,
        det={"recordings": included, "left_out": len(parts) - included, "bytes": package.size,
             "withheld": sum(part.withheld for part in parts), "manifest_sha256": manifest},
        res=[("package", package.id)],
    )  # fmt: skip
    _tell(work, request, package)
    return True


def letters_changed(work: Work, package: Package, written: Shown) -> bool:
    """Return whether somebody has changed the package's letter since it was read."""
    return all(
        letters.show(work, one) != written
        for one in package_queries.letters(work, package.request_id)
        if one.package_id == package.id and one.kind == "access_answer" and one.state != DISCARDED
    )


def tell_again(work: Work, package_id: str) -> None:
    """Prepare the letters with link and code anew: for somebody who has lost them, or has to fetch once more.

    Raises `DeniedError`, `NotFoundError`, and `ConflictError` where there is nothing to fetch.
    """
    acts.allow(work, "request:manage")
    package = package_queries.package(work, package_id, lock=True)
    request = queries.request(work, package.request_id)
    if request is None or package.state != READY:
        raise ConflictError("The package cannot be fetched: it is still being made, or its time is over.")
    _tell(work, request, package)


def _tell(work: Work, request: SubjectRequest, package: Package) -> None:
    """Prepare the letters that bring link and code, apart from one another."""
    assert package.expires_at is not None
    day = acts.calendar(work, request).day_of(package.expires_at)
    facts = {
        "expires": letter_words.day(day, package.language),
        "link": f"{work.runtime.settings.public_url}/fetch/{package.id}",
        "manifest": package.manifest_sha256 or "",
        "fetches": str(work.policies.disclosure.package.fetches),
    }
    for kind in ("package_ready", "package_code"):
        letters.prepare(work, request.id, kind, package.language, facts=facts, package_id=package.id)


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def _csv(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _iso(at: Any) -> str | None:
    return at.isoformat() if at is not None else None
