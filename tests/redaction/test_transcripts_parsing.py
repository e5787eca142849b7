"""Files as they should not be: refused with a sentence that holds nothing of them, or read; never a hang, never a leak."""

from __future__ import annotations

import json
import time
from itertools import islice
from typing import Any

import pytest

from governance.errors import GovernanceError, UnsupportedFormatError
from governance.redaction import text, transcripts
from governance.redaction.transcripts import parsing
from tests.redaction import vendors
from tests.redaction.conversation import PAN

SAID = f"my card number is {PAN}"
SENTENCE = {"words": [{"text": word, "start_ms": at * 400, "end_ms": at * 400 + 300} for at, word in enumerate(SAID.split())]}  # fmt: skip


def redacted(data: bytes) -> bytes:
    document = transcripts.read(data)
    return document.redact(text.detect_words(document.words)).dumps()


def with_extra(extra: str) -> bytes:
    """Our own format with one more field, as it stands in the file."""
    return json.dumps(SENTENCE)[:-1].encode() + b', "extra": ' + extra.encode() + b"}"


@pytest.mark.parametrize(
    ("data", "because"),
    [
        (with_extra(f'{{"a": "{PAN}", "a": 1}}'), "names a field twice"),
        (with_extra("NaN"), "NaN"),
        (with_extra("-Infinity"), "Infinity"),
        (with_extra("1e999"), "beyond all bounds"),
        (with_extra("1" * 5_000), "begins like JSON and breaks its rules"),
        (with_extra(f'"{PAN}'), "in line 1"),
        (with_extra(f"'{PAN}'"), "begins like JSON and breaks its rules"),
        (with_extra(r'"\ud83d"'), "halves of characters"),
        (with_extra("[" * 80 + "]" * 80), "nested"),
        (with_extra('{"a":' * 50_000 + "1" + "}" * 50_000), "nested"),
        (f"caf\u00e9 {PAN}".encode("latin-1"), "UTF-8"),
        (f"card {PAN}".encode("utf-16-le"), "zeros"),
        (b"\xff\xfe" + b"\x00\xd8" * 4, "UTF-16"),
        (f"card {PAN}".encode("utf-32"), "zeros"),
        (b"   \n\t ", "empty"),
        (json.dumps({"words": []}).encode(), "No transcript format is recognised"),
        (json.dumps({"words": [{"text": PAN, "start_ms": [1], "end_ms": 2}]}).encode(), "breaks its rules"),
        (json.dumps({"words": [{"text": "a", "start_ms": 1e17, "end_ms": 2e17}]}).encode(), "breaks its rules"),
        (json.dumps({"words": [{"text": PAN * 1_000}]}).encode(), "breaks its rules"),
        (json.dumps({"words": [{"text": "x" * 10_000_000}]}).encode(), "breaks its rules"),
        (b"<?xml version='1.0'?><a>" + PAN.encode() + b"</a>", "No transcript format is recognised"),
    ],
)  # fmt: skip
def test_what_cannot_be_handled_is_refused_and_nothing_of_it_is_said(data: bytes, because: str) -> None:
    with pytest.raises(UnsupportedFormatError, match=because) as caught:
        transcripts.read(data)
    assert PAN[:6] not in str(caught.value)
    assert caught.value.__cause__ is None  # and nothing of it stands in what a log would print
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_file_beyond_the_bound_is_refused_before_it_is_parsed() -> None:
    began = time.process_time()
    with pytest.raises(UnsupportedFormatError, match="32 MiB"):
        transcripts.read(b"[" * (parsing.LARGEST + 1))
    assert time.process_time() - began < 1  # a bound, not a measurement: parsing takes many times as long


@pytest.mark.parametrize("name", vendors.ALL)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16-le", "utf-16-be"])
def test_a_file_is_written_in_the_encoding_it_came_in(name: str, encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    plain = vendors.ALL[name]()
    after = redacted(mark + plain.decode().encode(encoding))
    assert after[len(mark) :].decode(encoding).encode() == redacted(plain)
    assert after.startswith(mark or b"\xef\xbb\xbf")


@pytest.mark.parametrize("name", ["webvtt", "srt", "plain-text"])
def test_line_ends_of_texts_stay_as_they_are(name: str) -> None:
    data = vendors.ALL[name]().replace(b"\n", b"\r\n")
    document = transcripts.read(data)
    assert document.format == name
    assert document.dumps() == data
    assert redacted(data).replace(b"\r\n", b"\n") == redacted(vendors.ALL[name]())


def test_numbers_keep_their_value_and_their_kind() -> None:
    extra = {
        "a": 1.10,
        "big": 2**70,
        "negative": -0.0,
        "whole": 3.0,
        "small": 5e-324,
        "digits": 0.1234567890123456,
        "no": None,
    }
    after = json.loads(redacted(with_extra(json.dumps(extra))))["extra"]
    assert after == extra
    assert [type(value) for value in after.values()] == [type(value) for value in extra.values()]
    assert b'"extra": 1.1' in redacted(with_extra("1.10"))


@pytest.mark.parametrize(
    "odd",
    [
        "[]", "{}", '""', "null", "[[], {}, [[]]]", '{"": {"": ""}}', r'"\u0000\u0007"', '"\u202e"', r'"\ud83d\ude00"',
        '{"start": "soon", "end": {}}', '{"start": true, "end": []}', '[0.1, 0.2, "x"]', '[true, false, "x"]', '"[PAN]"', '"{}"', '"[[["',
        '"{\\"a\\": NaN}"', '"{\\"a\\": 1, \\"a\\": 2}"', r'"{\"a\": \"\\ud800\"}"', '"' + "[" * 3_000 + '"', '"QUJD"', '"===="',
    ],
)  # fmt: skip
def test_odd_things_beside_the_words_are_left_as_they_are(odd: str) -> None:
    after = json.loads(redacted(with_extra(odd)))
    assert after["extra"] == json.loads(odd)
    assert PAN not in json.dumps(after)


def test_a_document_in_a_string_in_a_string_is_opened() -> None:
    inner = json.dumps({"card": PAN, "half": "\ud83d"})
    extra = json.dumps(json.dumps({"deep": json.dumps([inner])}))
    after = redacted(with_extra(extra))
    assert PAN.encode() not in after
    assert json.loads(json.loads(json.loads(json.loads(after)["extra"])["deep"])[0]) == {
        "card": "[PAN]",
        "half": "\ud83d",
    }


def test_a_text_that_begins_with_a_bracket_is_no_broken_json() -> None:
    for said in (
        "[00:01:07] Agent: hello\n",
        "[PAN] is my card\n",
        "[Agent] hello\n",
        "[12.5 --> 14:01] hello\n",
    ):
        assert transcripts.read(said.encode()).format == "plain-text"
    first = redacted(f"{PAN} is my card number\n".encode())
    assert redacted(first) == first


def test_a_long_string_beside_the_words_takes_no_more_than_its_length() -> None:
    extra = json.dumps("lorem ipsum dolor " * 50_000 + PAN)
    after = json.loads(redacted(with_extra(extra)))["extra"]
    assert after.endswith("[PAN]")
    assert len(after) > 50_000


ODD: tuple[Any, ...] = ([], {}, 7, None, "x", [None], {"a": []})


@pytest.mark.parametrize("name", vendors.JSON)
def test_a_field_of_the_wrong_kind_is_a_clear_error_or_no_matter(name: str) -> None:
    """Each value near the top of a sample, one after the other, becomes something else: a list, an object, nothing."""
    tree = _parsed(vendors.ALL[name]())
    for holder, key in islice(_places(tree), 40):
        before = holder[key]
        for other in ODD:
            holder[key] = other
            assert PAN[:6] not in _refusal(json.dumps(tree).encode())
        holder[key] = before


def _refusal(data: bytes) -> str:
    """What is said of a file that is not read; nothing where it is."""
    try:
        transcripts.read(data)
    except GovernanceError as error:
        return str(error)
    return ""


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except json.JSONDecodeError:
        return [json.loads(line) for line in data.splitlines()]


def _places(tree: Any) -> Any:
    level = [tree]
    while level:
        below = []
        for value in level:
            items = value.items() if isinstance(value, dict) else enumerate(value[:2])
            for key, item in items:
                yield value, key
                if isinstance(item, (dict, list)):
                    below.append(item)
        level = below
