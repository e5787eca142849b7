"""Identifiers of people in one spelling each, so that the same person is found under the same index.

A wrong identifier is refused without being repeated: errors name the kind of identifier and never hold the value.
"""

from __future__ import annotations

import re
import unicodedata
from email.utils import parseaddr

import phonenumbers

from governance.errors import InvalidError

_ADDRESS = re.compile(r"[^\s@<>()\",;:\\]{1,64}@([\w-]{1,63}\.){1,8}[\w-]{2,63}")
LONGEST = 200


def telephone(value: str, region: str = "GB") -> str:
    """Return a telephone number in E.164 (`+447700900123`); one without a country code belongs to `region`.

    A number must be possible, not assigned: recorders carry numbers of ranges that are not in use yet.

    Raises `InvalidError` for what cannot be dialled.
    """
    text = value.strip()
    text = text[4:] if text[:4].lower() == "tel:" else text
    try:
        if len(text) > LONGEST:
            raise InvalidError("a telephone number that cannot be one", "tel")
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise InvalidError("a telephone number that cannot be one", "tel") from None
    if not phonenumbers.is_possible_number(number):
        raise InvalidError("a telephone number that cannot be one", "tel")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def email(value: str) -> str:
    """Return an e-mail address in lower case, without name, brackets, `mailto:` or signs that nobody sees.

    The part before the @ may differ by case in theory (RFC 5321 §2.4); in no contact centre does it, and two
    spellings would be two people.

    Raises `InvalidError` for what is no address.
    """
    text = _seen(value)
    text = text[7:].split("?", 1)[0] if text[:7].lower() == "mailto:" else text
    if "<" in text and len(text) <= LONGEST:
        text = parseaddr(text)[1]
    text = text.lower()
    if len(text) > LONGEST or not _ADDRESS.fullmatch(text):
        raise InvalidError("an e-mail address that cannot be one", "email")
    return text


def customer_number(value: str) -> str:
    """Return a customer number without the space around it and in one form of its signs (NFKC), every dash a hyphen;
    case is kept.

    Raises `InvalidError` for an empty one, one over 200 characters, or one with control characters.
    """
    text = "".join("-" if unicodedata.category(sign) == "Pd" else sign for sign in _seen(value))
    if not text or len(text) > LONGEST or not text.isprintable():
        raise InvalidError("a customer number that cannot be one", "customer_number")
    return text


def _seen(value: str) -> str:
    """Return what somebody sees of `value`, in one form (NFKC): marks of direction and the like come along when it is
    copied, and would make another person of the same.
    """
    seen = "".join(sign for sign in value if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFKC", seen).strip()
