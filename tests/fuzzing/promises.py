"""What holds for every file whatever is in it: refused without a word of it, or redacted with nothing left."""

from __future__ import annotations

import re

from governance.errors import GovernanceError
from governance.redaction import text, transcripts
from governance.redaction.transcripts import walk
from tests.redaction.conversation import PAN

_PLANTED = re.compile(rf"(?<![\w.,/:$£€¥+-]){PAN}(?![\w,/:%-]|\.\d)")
"""The card as a number of its own. Inside a word, a longer number, an amount or a date it is whatever that is."""


class BrokenPromiseError(AssertionError):
    """A file for which something did not hold."""


def keep(data: bytes) -> bool:
    """Read and redact a file, and return whether it was read.

    Raises `BrokenPromiseError` where an error tells of the file, the answer is of another format, or the planted card is left;
    and whatever else leaves the reader, which is the same thing.
    """
    try:
        document = transcripts.read(data)
        found = text.detect_words(document.words, "en")
        answer = document.redact(found, None, "en").dumps()
    except GovernanceError as error:
        if PAN[:6] in str(error) or PAN[:6] in repr(error.__cause__):
            raise BrokenPromiseError("an error tells of the file") from None
        return False
    if answer.strip():
        again = transcripts.read(answer)
        if again.format != document.format:
            raise BrokenPromiseError(f"{document.format} became {again.format}")
        for _, leaf in walk.leaves(again.tree):
            if isinstance(leaf, str) and _PLANTED.search(leaf):
                raise BrokenPromiseError("the planted card is left in a string")
            if leaf == int(PAN) and not isinstance(leaf, (str, bool)):
                raise BrokenPromiseError("the planted card is left as a number")
    return True
