"""`companion settings`."""

import sys

from bot.commands.terminal import show_table, started
from bot.settings_page import page, rows


def show() -> None:
    """What holds now, and where it comes from."""
    show_table(("variable", "value", "from"), rows(started()), empty="")


def docs() -> None:
    """The page as it stands in docs/settings.md."""
    sys.stdout.write(page())
