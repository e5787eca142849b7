"""The check of a proof in a real browser: what holds is proved, what was changed is refused and named, and it says what Python says."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.audit import merkle, note, policyfile, proof
from governance.audit import service as audit
from governance.audit.checkpoint import Checkpoint
from governance.audit.note import COSIGNATURE, ED25519, VerifierKey
from governance.audit.policyfile import Group, TrustPolicy
from governance.audit.proof import TlogProof
from governance.console import assets, verifier
from governance.errors import IntegrityError, InvalidError
from tests.console.browser import DARK, LIGHT, PHONE, chromium, complaints, fits, violations
from tests.console.conftest import RELEASED, House
from tests.console.test_browser import served, session

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.peer("chromium")

ORIGIN = "log.example/2026"
SAW_AT = 1_790_000_000


@dataclass(frozen=True)
class Signer:
    """A key and the name it signs under."""

    secret: Ed25519PrivateKey
    key: VerifierKey

    @classmethod
    def make(cls, name: str, kind: int = ED25519) -> Signer:
        secret = Ed25519PrivateKey.generate()
        return cls(secret, VerifierKey(name, kind, secret.public_key().public_bytes_raw()))

    def line(self, text: str) -> str:
        if self.key.kind == COSIGNATURE:
            stamp = SAW_AT.to_bytes(8, "big")
            return str(
                note.signature(self.key, stamp + self.secret.sign(note.cosigned_message(text, SAW_AT)))
            )
        return str(note.signature(self.key, self.secret.sign(text.encode())))


LOG, STRANGER = Signer.make(ORIGIN), Signer.make(ORIGIN)
WITNESSES = tuple(Signer.make(f"witness.example/{at}", COSIGNATURE) for at in range(3))
PLAIN = TrustPolicy((LOG.key,))
WITNESSED = TrustPolicy(
    (LOG.key,),
    {f"w{at}": one.key for at, one in enumerate(WITNESSES)},
    {"two": Group(2, ("w0", "w1", "w2"))},
    "two",
)


def proven(index: int, size: int, *, cosigned: int = 0) -> tuple[bytes, TlogProof]:
    """Return a leaf of a tree of `size` and its proof under a checkpoint that the log and some witnesses signed."""
    leaves = [f'{{"act":"recording.playback","no":{at}}}'.encode() for at in range(size)]
    hashes = [merkle.leaf_hash(one) for one in leaves]
    steps = merkle.inclusion(
        index, size, lambda height, at: merkle.root_of(hashes[at << height :][: 1 << height])
    )
    text = Checkpoint(ORIGIN, size, merkle.root_of(hashes)).body
    lines = "".join(one.line(text) for one in (LOG, *WITNESSES[:cosigned]))
    return leaves[index], TlogProof(index, tuple(steps), f"{text}\n{lines}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """The file as somebody saved it."""
    path = tmp_path / verifier.NAME
    path.write_text(verifier.document(), encoding="utf-8")
    return path


@pytest.fixture
def page(browser: Browser, saved: Path) -> Iterator[Page]:
    """The saved file, opened without any server."""
    context = LIGHT.context(browser, offline=True)
    opened = context.new_page()
    heard = complaints(opened)
    opened.goto(saved.as_uri())
    yield opened
    assert heard == []
    context.close()


def bring(page: Page, leaf: bytes, proof_text: str, trust: str = "") -> tuple[str, dict[str, str]]:
    """Give the page its files by hand and return its verdict and what it says of each part."""
    page.set_input_files(
        "#verify-leaf-file", {"name": "entry.json", "mimeType": "application/json", "buffer": leaf}
    )
    page.set_input_files(
        "#verify-proof-file",
        {"name": "e.tlog-proof", "mimeType": "text/plain", "buffer": proof_text.encode()},
    )
    page.fill("#verify-trust", trust)
    return press(page)


def press(page: Page) -> tuple[str, dict[str, str]]:
    page.click("#verify-start")
    page.wait_for_selector("#verify-result.good, #verify-result.warn, #verify-result.bad")
    lines = page.locator("#verify-checks li").all_inner_texts()
    parts = dict(line.split(": ", 1) for line in lines)
    return page.inner_text("#verify-result"), parts


def changed(text: str) -> str:
    """Return base64 of one bit less."""
    raw = bytearray(base64.b64decode(text))
    raw[-1] ^= 1
    return base64.b64encode(bytes(raw)).decode()


def test_a_true_proof_is_proved_under_a_trust_file_and_its_origin_unproven_without_one(page: Page) -> None:
    for index, size in ((0, 1), (0, 2), (6, 7), (11, 13), (63, 64), (64, 65)):
        leaf, held = proven(index, size)
        verdict, parts = bring(page, leaf, str(held), str(PLAIN))
        assert verdict.startswith("Proved"), parts
        assert all(part.startswith("✓") for part in parts)
        verdict, parts = bring(page, leaf, str(held))
        assert verdict == "Consistent in itself, origin unproven."
        assert "no trust file" in parts["– Signature"]
        # A verifier key alone is trust enough, and the leaf may travel inside the proof.
        verdict, _ = bring(page, leaf, str(replace(held, extra=leaf)), f"  {LOG.key}\n")
        assert verdict.startswith("Proved")


LEAF, HELD = proven(6, 13, cosigned=2)
TEXT, TRUST = str(HELD), str(WITNESSED)
FIRST = base64.b64encode(HELD.hashes[0]).decode()
BODY = HELD.checkpoint.split("\n\n")[0] + "\n"
ROOT = BODY.split("\n")[2]
SIGNED, COSIGNED, _ = (line.split(" ")[2] for line in TEXT.split("\n") if line.startswith("\u2014 "))
# What is changed: where, from what, to what; and which part is named, how.
CHANGES = {
    "leaf": ("leaf", "playback", "exported", "Entry", "does not lead to the root"),
    "hash": ("proof", FIRST, changed(FIRST), "Entry", "does not lead to the root"),
    "index": ("proof", "index 6\n", "index 4\n", "Entry", "does not lead to the root"),
    "index beyond the tree": ("proof", "index 6\n", "index 13\n", "Path", "the tree has 13 entries only"),
    "a hash too many": ("proof", "index 6\n", f"index 6\n{FIRST}\n", "Path", "more hashes"),
    "a hash too few": ("proof", f"{FIRST}\n", "", "Path", "fewer hashes"),
    "root": ("proof", ROOT, changed(ROOT), "Signature", f"the signature of {ORIGIN} does not hold"),
    "size": ("proof", "\n13\n", "\n14\n", "Signature", f"the signature of {ORIGIN} does not hold"),
    "signature": ("proof", SIGNED, changed(SIGNED), "Signature", f"the signature of {ORIGIN} does not hold"),
    "other key": ("trust", str(LOG.key), str(STRANGER.key), "Signature", "no key that your trust file names"),
    "signed anew": ("proof", LOG.line(BODY), STRANGER.line(BODY), "Signature", "no key that your trust file"),
    "other log": ("trust", str(LOG.key), str(Signer.make("log.example/2025").key), "Signature", "knows no log"),
    "cosignature": ("proof", COSIGNED, changed(COSIGNED), "Witnesses", "witness.example/0 does not hold"),
    "a witness too few": ("proof", WITNESSES[1].line(BODY), "", "Witnesses", "fewer witnesses"),
    "a number with a nought": ("proof", "index 6\n", "index 06\n", "Proof file", "not a plain number"),
    "another spelling": ("proof", FIRST, FIRST.replace("=", " ="), "Proof file", "one form"),
    "trust file": ("trust", LOG.key.id.hex(), "00000000", "Trust file", "the id of a verifier key"),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_what_was_changed_is_refused_and_named(page: Page, what: str) -> None:
    verdict, parts = bring(page, LEAF, TEXT, TRUST)
    assert verdict.startswith("Proved"), parts
    where, before, after, part, says = CHANGES[what]
    files = {"leaf": LEAF.decode(), "proof": TEXT, "trust": TRUST}
    assert before in files[where]
    files[where] = files[where].replace(before, after, 1)
    verdict, parts = bring(page, files["leaf"].encode(), files["proof"], files["trust"])
    assert verdict.startswith("Refused")
    assert says in parts[f"✗ {part}"], parts
    # What was changed after it was signed is told from what was never under the signature.
    if what in ("leaf", "hash", "index"):
        assert "has signed this checkpoint" in parts["✓ Signature"]
    if what == "signature":
        assert "lead to the root" in parts["✓ Entry"]


def test_at_thousands_of_changed_bytes_the_browser_says_what_python_says(page: Page) -> None:
    """One bit somewhere in the leaf, the proof or the trust file: two implementations, one verdict."""
    chance = random.Random(20261201)
    agreed = {True: 0, False: 0}
    for _ in range(60):
        size = chance.randint(1, 40)
        leaf, held = proven(chance.randrange(size), size, cosigned=chance.randint(0, 3))
        policy = chance.choice((PLAIN, WITNESSED))
        asked = [(leaf, str(held).encode(), str(policy).encode())]
        for _ in range(40):
            parts = list(asked[0])
            which = chance.randrange(3)
            at = chance.randrange(len(parts[which]))
            one = bytearray(parts[which])
            one[at] ^= 1 << chance.randrange(7)
            parts[which] = bytes(one)
            asked.append((parts[0], parts[1], parts[2]))
        asked = [each for each in asked if is_text(each[1]) and is_text(each[2])]
        said: list[str] = page.evaluate(
            "async all => Promise.all(all.map(async ([leaf, proof, trust]) => (await Proof.judge("
            "Uint8Array.from(atob(leaf), one => one.charCodeAt(0)), proof, trust)).verdict))",
            [[base64.b64encode(a).decode(), b.decode(), c.decode()] for a, b, c in asked],
        )
        for (leaf, text, trust), verdict in zip(asked, said, strict=True):
            holds = holds_here(leaf, text.decode(), trust.decode())
            assert (verdict == "proved") == holds, (verdict, text, trust)
            agreed[holds] += 1
    assert agreed[True] > 60
    assert agreed[False] > 1500


def is_text(raw: bytes) -> bool:
    try:
        return bool(raw.decode())
    except UnicodeDecodeError:
        return False


def holds_here(leaf: bytes, text: str, trust: str) -> bool:
    try:
        proof.parse(text).verify(leaf, policyfile.parse(trust))
    except (IntegrityError, InvalidError):
        return False
    return True


def test_a_browser_that_cannot_check_signatures_or_answers_them_wrongly_proves_nothing(
    browser: Browser, saved: Path
) -> None:
    leaf, held = proven(3, 9)
    for without in (
        "SubtleCrypto.prototype.importKey = async () => { throw new DOMException('', 'NotSupportedError') }",
        "SubtleCrypto.prototype.verify = async () => true",
        "SubtleCrypto.prototype.verify = async () => false",
    ):
        context = LIGHT.context(browser)
        context.add_init_script(without)
        page = context.new_page()
        page.goto(saved.as_uri())
        verdict, parts = bring(page, leaf, str(held), str(PLAIN))
        assert verdict == "Consistent in itself, origin unproven.", without
        assert "cannot check Ed25519" in parts["– Signature"]
        context.close()
    context = LIGHT.context(browser)
    context.add_init_script("Object.defineProperty(globalThis, 'crypto', { value: undefined })")
    page = context.new_page()
    page.goto(saved.as_uri())
    assert "nothing was verified" in page.inner_text("#verify-result")
    assert page.locator("#verify-start").is_hidden()
    context.close()


def test_the_saved_file_can_send_nothing_has_no_barrier_and_forgets_what_it_was_given(
    browser: Browser, saved: Path, page: Page
) -> None:
    leaf, held = proven(3, 9)
    assert bring(page, leaf, str(held), str(PLAIN))[0].startswith("Proved")
    # Another file, another question: the old answer is not left standing beside it.
    page.fill("#verify-trust", "")
    assert page.inner_text("#verify-result") == ""
    assert page.locator("#verify-checks li").count() == 0
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    page.reload()
    assert page.input_value("#verify-trust") == ""
    page.click("#verify-start")
    page.wait_for_selector("#verify-result.bad")
    assert "Choose the entry" in page.inner_text("#verify-result")
    bring(page, leaf, str(held))
    page.set_input_files(
        "#verify-trust-file", {"name": "trust.txt", "mimeType": "text/plain", "buffer": str(PLAIN).encode()}
    )
    for _ in range(100):
        if page.input_value("#verify-trust") == str(PLAIN):
            break
        page.wait_for_timeout(20)
    assert press(page)[0].startswith("Proved")
    for look in (LIGHT, DARK, PHONE):
        context = look.context(browser)
        seen = context.new_page()
        seen.goto(saved.as_uri())
        bring(seen, leaf, str(held), str(PLAIN))
        assert violations(seen) == []
        assert fits(seen)
        refused = seen.evaluate(
            "new Promise(done => { addEventListener('securitypolicyviolation', e => done(e.effectiveDirective));"
            " fetch('http://127.0.0.1:9/').catch(() => {}) })"
        )
        assert refused == "connect-src"
        context.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_page_of_an_entry_proves_it_under_the_visitors_own_trust_file(
    house: House, browser: Browser
) -> None:
    house.take_in(RELEASED)
    audit.sequence(house.runtime, "default")
    audit.publish(house.runtime, "default")
    with house.runtime.work(house.house, write=False) as work:
        trust = audit.trust(work)
    with served(house) as url:
        context = DARK.context(browser)
        context.add_cookies([session(house, url, "ciso")])  # type: ignore[list-item]
        page = context.new_page()
        heard = complaints(page)
        sent: list[Any] = []
        page.goto(f"{url}/log?act=recording.redacted")
        page.locator(".entries a").first.click()
        page.wait_for_selector("#verify-start")
        page.on("request", lambda request: sent.append(request))  # noqa: PLW0108 - it refuses a method of a list
        assert press(page)[0] == "Consistent in itself, origin unproven."
        page.fill("#verify-trust", trust)
        verdict, parts = press(page)
        assert verdict.startswith("Proved"), parts
        assert page.locator(".path li").count() == page.locator(".path li.holds").count() > 2
        page.fill("#verify-trust", str(TrustPolicy((LOG.key,))))
        verdict, parts = press(page)
        assert verdict.startswith("Refused")
        assert "knows no log called" in parts["✗ Signature"]
        assert sent == [], "what a visitor trusts is told to nobody"
        # The page shows hashes beside those that were computed: which of them was changed, is marked.
        page.fill("#verify-trust", trust)
        page.locator(".path li").nth(1).evaluate("step => { step.dataset.expected = '0'.repeat(64) }")
        assert press(page)[0].startswith("Refused")
        assert page.locator(".path li.fails").count() == 1
        assert violations(page) == []
        assert heard == []
        with page.expect_download() as saving:
            page.locator("summary", has_text="Without trusting").click()
            page.click("a[href='/log/verifier']")
        assert saving.value.suggested_filename == verifier.NAME
        assert Path(saving.value.path()).read_text(encoding="utf-8") == verifier.document()
        context.close()


def test_the_file_is_not_for_everybody_and_never_a_page_of_ours(house: House) -> None:
    answer = house.person("ciso").client.get("/log/verifier")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    house.person("agent").get("/log/verifier", 403)
    assert assets.text("proof.js") in answer.text
    assert "unsafe" not in answer.text
