"""The letters: what is shipped works in every language, what is no template stops the start, and no value is ever read as one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance import policy
from governance.errors import InvalidError, PolicyError
from governance.policy import letters
from governance.policy.letters import CODE_HERE, KINDS, SEVERAL_LINES, Template

HERE = Path(__file__).parent
SHIPPED = HERE.parents[1] / "policies"
BUSTED = sorted((HERE / "letters").glob("busted_*.txt"))
WORKING = sorted((HERE / "letters").glob("working_*.txt"))


def placed(path: Path, folder: Path) -> Path:
    """Put an example where it belongs; its name ends in the kind of letter that it is."""
    kind = next(kind for kind in sorted(KINDS, key=len, reverse=True) if path.stem.endswith(f"__{kind}"))
    target = folder / "en" / f"{kind}.txt"
    target.parent.mkdir(parents=True)
    shutil.copyfile(path, target)
    return target


def test_every_shipped_language_has_every_letter() -> None:
    shipped = policy.load(SHIPPED).default.letters
    assert shipped.languages == ("en", "de")
    for language in shipped.languages:
        for kind in KINDS:
            template, used = shipped.template(kind, language)
            assert used == language, kind
            assert "$name" in template.body


@pytest.mark.parametrize("path", WORKING, ids=lambda path: path.stem)
def test_a_working_letter_is_read(path: Path, tmp_path: Path) -> None:
    assert letters.read(placed(path, tmp_path)).body


@pytest.mark.parametrize("path", BUSTED, ids=lambda path: path.stem)
def test_a_busted_letter_stops_the_start_and_says_where(path: Path, tmp_path: Path) -> None:
    expected, _, text = path.read_text(encoding="utf-8").partition("\n")
    target = placed(path, tmp_path)
    target.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError, match=expected):
        letters.read(target)


def test_there_are_letters_of_both_kinds() -> None:
    assert len(WORKING) >= 2
    assert len(BUSTED) >= 8


def test_a_letter_that_the_law_asks_for_may_not_be_missing(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "p")
    (tmp_path / "p/letters/en/refusal.txt").unlink()
    with pytest.raises(PolicyError, match="letters/en has no refusal"):
        policy.load(tmp_path / "p")
    with pytest.raises(PolicyError, match="no letter"):
        letters.read(tmp_path / "p/letters/en/reply.txt")


def test_a_tenant_replaces_single_letters_and_they_are_part_of_the_digest(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "p")
    own = tmp_path / "p/tenants/north/letters/fr"
    own.mkdir(parents=True)
    (own / "objection_upheld.txt").write_text("Subject: $number\n\n$name\n\n$purposes\n", encoding="utf-8")
    found = policy.load(tmp_path / "p")
    theirs = found.for_tenant("north").letters
    assert theirs.template("objection_upheld", "fr-CA")[1] == "fr"
    assert theirs.template("refusal", "fr")[1] == "en"
    assert "fr" not in found.default.letters.languages
    assert found.for_tenant("north").digest != found.default.digest
    (tmp_path / "p/tenants/north/letters/README.md").write_text("Why we write French.")
    (tmp_path / "p/tenants/north/letters/stray.txt").write_text("x")
    with pytest.raises(PolicyError, match="is no language"):
        policy.load(tmp_path / "p")


def values(**known: str) -> dict[str, str]:
    every = {name for kind in KINDS.values() for name in kind.known}
    return dict.fromkeys(every, "x") | known


@pytest.mark.parametrize(
    "name",
    [
        "{{7*7}}",
        "$due",
        "$code",
        "${due}",
        "{{ cycler.__init__.__globals__ }}",
        "%(due)s",
        "{0.__class__}",
        "$$",
    ],
)
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_requester_called_like_a_template_reads_their_own_name(name: str, language: str) -> None:
    """CVE-2024-45053: a template engine that reads what a stranger wrote."""
    shipped = policy.load(SHIPPED).default.letters
    for kind in KINDS:
        subject, body = shipped.template(kind, language)[0].fill(values(name=name, due="1 May"))
        assert name in body, kind
        assert body.count(CODE_HERE) == int("code" in KINDS[kind].must)
        assert CODE_HERE not in subject


HEADER = "Jane\r\nBcc: everybody@example.com\r\n\r\n<p>mine"


def test_nobody_adds_a_header_to_a_mail_by_their_name() -> None:
    template = Template(subject="To $name about $reasons", body="$name\n$reasons\n")
    subject, body = template.fill({"name": HEADER, "reasons": HEADER})
    assert "\n" not in subject
    assert "\r" not in subject + body
    assert body.splitlines()[0] == "Jane Bcc: everybody@example.com <p>mine"
    assert body.splitlines()[1:3] == ["Jane", "Bcc: everybody@example.com"], "reasons may have several lines"


def test_the_place_of_the_code_cannot_be_forged() -> None:
    subject, body = Template(subject="$name", body="$name $code\n").fill({"name": f"A {CODE_HERE} B"})
    assert subject == "A [code] B"
    assert body.count(CODE_HERE) == 1


def test_a_value_that_is_missing_is_no_empty_place() -> None:
    with pytest.raises(InvalidError, match="due"):
        Template(subject="x", body="$due\n").fill({})


@given(st.text(max_size=200), st.sampled_from(sorted(SEVERAL_LINES)))
def test_whatever_a_value_holds_it_stands_there_once_and_as_text(value: str, broken: str) -> None:
    template = Template(subject="A $name Z", body=f"A $name Z\n--\n${broken}\n--\n")
    subject, body = template.fill({"name": value, broken: value})
    own = letters.clean(value)
    assert subject == f"A {own} Z"
    assert body == f"A {own} Z\n--\n{letters.clean(value, several_lines=True)}\n--\n"
    assert not any(sign in subject for sign in "\r\n\0\u2028\u202e")


@given(st.text(alphabet="$name{}d ue⟦⟧\n", max_size=60))
def test_a_file_is_read_as_a_letter_or_refused_and_nothing_else(text: str) -> None:
    kind = KINDS["objection_upheld"]
    try:
        used = set(letters._places(text, "here", kind)) if "\n" not in text else set()
    except PolicyError:
        return
    assert used <= kind.known
