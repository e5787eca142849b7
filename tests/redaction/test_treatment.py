"""Which stretches a block has to look at."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from governance.redaction.treatment import Stretch, Stretches, plan
from tests.redaction import sounds

SPANS = st.lists(st.tuples(st.integers(-50, 900), st.integers(1, 90), st.sampled_from([None, 0, 1])))


@given(spans=SPANS, first=st.integers(0, 8000), length=st.integers(1, 2000))
def test_a_block_finds_just_the_stretches_it_has_a_part_of(
    spans: list[tuple[int, int, int | None]], first: int, length: int
) -> None:
    planned = plan([sounds.span(at, at + long, where) for at, long, where in spans], 8000, 2, 8000)
    expected = [one for one in planned if one.start < first + length and one.end > first]
    assert list(Stretches(planned).within(first, first + length)) == expected


def test_where_nothing_was_cut_a_block_finds_nothing() -> None:
    assert list(Stretches([]).within(0, 1000)) == []
    assert list(Stretches([Stretch(10, 20, 0)]).within(20, 30)) == []
