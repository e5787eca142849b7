"""The bundle's own verifier reads JSON with Python's own reader where orjson is not: no leaf may be judged differently."""

from __future__ import annotations

import json

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from auditor.verify import without_orjson
from governance.audit import leaf
from governance.errors import IntegrityError

GOOD = {
    "act": "recording.read", "actor": {"id": "usr_1", "kind": "user"}, "at": "2026-03-02T09:00:00.000000Z", "id": "1",
    "log": "a/b", "out": "success", "pn": {"inst": "n1", "n": 1}, "src": {"svc": "x"}, "v": 1,
}  # fmt: skip

values = st.recursive(
    st.booleans() | st.integers() | st.text() | st.floats() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


def judged(data: bytes) -> object:
    try:
        return leaf.read(data)
    except IntegrityError:
        return "refused"


def both(data: bytes) -> tuple[object, object]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leaf, "orjson", without_orjson())
        ours = judged(data)
    return judged(data), ours


@given(values, values)
def test_every_entry_is_judged_alike(det: object, why: object) -> None:
    entry = {**GOOD, "det": {"x": det}, **({"why": why} if why else {})}
    for ascii_only in (False, True):
        text = json.dumps(entry, sort_keys=True, ensure_ascii=ascii_only, separators=(",", ":"))
        real, ours = both(text.encode("utf-8", errors="surrogatepass"))
        assert real == ours


@given(st.binary(max_size=4), st.integers(0, 400))
@example(b"\xff", 5)
@example(b"NaN", 9)
def test_every_damage_is_judged_alike(damage: bytes, at: int) -> None:
    good = orjson.dumps({**GOOD, "det": {"x": [1, "é", True, {"y": -5}]}}, option=orjson.OPT_SORT_KEYS)
    assert both(good) == (json.loads(good), json.loads(good))
    real, ours = both(good[:at] + damage + good[at + len(damage) :])
    assert real == ours


@pytest.mark.parametrize(
    "text",
    [
        '"\\ud800"',
        "NaN",
        "1e400",
        "-0",
        "1" * 5000,
        "[" * 5000 + "]" * 5000,
        '{"a":1,"a":1}',
        "\u2028",
        "1.0",
    ],
)
def test_what_readers_of_json_quarrel_about_is_refused_by_both(text: str) -> None:
    good = orjson.dumps({**GOOD, "det": {"x": 7}}, option=orjson.OPT_SORT_KEYS).decode()
    assert both(good.replace('"x":7', f'"x":{text}').encode()) == ("refused", "refused")
