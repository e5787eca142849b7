"""Card data in talk: which digits of the stream are card data, surely or by suspicion.

A complete number (a brand's beginning and length, and the check digit) is found whatever is said around it. In talk
about a card, what only resembles one (mis-heard, cut short, not yet complete) is treated as one: a masked word can be
explained, a card number left in a recording cannot. Numbers split by a turn, read back, or said twice are put together. What
the rules leave open, or are not sure of, is weighed by all that stands around it.
"""

from __future__ import annotations

from governance.redaction.spans import Span
from governance.redaction.talk import Talk
from governance.redaction.weighing import Weighed


def find(talk: Talk, *, parts_too: bool = False) -> list[Span]:
    """Return the card data of a conversation, in order: numbers, security codes, expiry dates and PINs.

    `parts_too` adds the parts of a number that may be shown: its last four digits, its BIN.
    """
    if not talk.groups:
        return []
    read = by_rules(talk, parts_too=parts_too)
    read.weigh()
    return list(read.told())


def by_rules(talk: Talk, *, parts_too: bool = False) -> Weighed:
    """Return the reading of a conversation as far as the rules go: what the weights are learnt from."""
    read = Weighed(talk, parts_too=parts_too)
    for region in read.regions():
        read.complete(region)
    for region in read.regions():
        read.unnamed(region)
    read.interrupted()
    for index in range(len(talk.groups)):
        read.decide(index)
    read.echoes()
    read.between()
    read.dates()
    return read
