"""Telephone numbers: kept in E.164, so that they can be dialled and found."""

from __future__ import annotations

import re

import phonenumbers

_NUMBERISH = re.compile(r"^[\s\d+()./-]{4,40}$")


def to_e164(text: str, region: str | None = None) -> str | None:
    """The number in E.164; None when it isn't one. `region` (such as DE) reads numbers without a country code."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def region_of(number: str) -> str | None:
    """The country of an international number, such as DE; None when it tells none."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return None


def spoken(number: str) -> str:
    """“+49 30 555010”: grouped as people read it out; other text stays as it is."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def digits_of(text: str) -> str:
    """The digits of a text that looks like (part of) a number; empty for any other."""
    return re.sub(r"\D", "", text) if _NUMBERISH.match(text) else ""
