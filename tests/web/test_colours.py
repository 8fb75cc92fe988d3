"""Ink on ground keeps at least 4.5 to 1, edges of controls 3 to 1, light and dark."""

import re
from pathlib import Path

import pytest

import adapters.web

CSS = (Path(adapters.web.__path__[0]) / "page" / "page.css").read_text()
ROOTS = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
SCHEMES = {"light": ROOTS[0], "dark": ROOTS[1]}
TEXTS = [
    *((ink, ground) for ink in ("ink", "soft") for ground in ("paper", "card")),
    *(("ink", ground) for ground in ("tint", "mine", "care-tint")),
    ("soft", "tint"),
    ("accent", "tint"),
    ("accent", "card"),
    ("on-accent", "accent"),
    ("care", "care-tint"),
    ("care", "card"),
    ("danger", "card"),
]


def brightness(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(scheme: str, ink: str, ground: str) -> float:
    colours = dict(re.findall(r"--([\w-]+): (#\w{6});", SCHEMES[scheme]))
    bright, dark = sorted((brightness(colours[ink]), brightness(colours[ground])), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_text_can_be_read(scheme: str) -> None:
    assert [pair for pair in TEXTS if contrast(scheme, *pair) < 4.5] == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_control_can_be_seen(scheme: str) -> None:
    assert [ground for ground in ("paper", "card") if contrast(scheme, "edge", ground) < 3] == []
