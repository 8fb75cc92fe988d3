"""`python -m bot` is `companion`."""

from bot.cli import main

main()
