"""Colours as people choose them, and whether text in them can be read (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

ENOUGH = 4.5


def contrast(one: str, other: str = "#ffffff") -> float:
    """How far two colours (“#1f55c4”) stand apart, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable(colour: str) -> str:
    """The nearest darker shade whose text is read on white, and white on it."""
    share = 100
    while contrast(found := _darker(colour, share)) < ENOUGH:
        share -= 1
    return found


def _darker(colour: str, share: int) -> str:
    return "#" + "".join(f"{part * share // 100:02x}" for part in bytes.fromhex(colour[1:]))


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in bytes.fromhex(colour[1:]))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
