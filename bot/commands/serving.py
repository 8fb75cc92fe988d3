"""`companion serve` and `companion migrate`."""

import asyncio

from bot.commands.terminal import say, started
from bot.logs import get_log
from bot.private import make_private_folder
from bot.running import run_until_stopped


def serve() -> None:
    """Run the whole companion in this process."""
    from bot.app import App

    settings = started()
    app = App.from_settings(settings)
    if settings.production and settings.web_chat:
        get_log("bot.serving").warning("web.chat-speaks-for-everybody")

    async def start() -> None:
        await app.start()
        if app.link:
            say(f"Open {app.link}")

    asyncio.run(run_until_stopped(start, app.stop, settings.drain_seconds))


def migrate() -> None:
    """Bring the database forward, and say where it stands."""
    from bot.partners import refuse_over
    from bot.store.schema import migrate as bring_forward
    from bot.store.schema import revision_of

    settings = started()
    refuse_over(settings)
    make_private_folder(settings.data_folder)
    bring_forward(settings.database_url)
    say(f"The database stands at revision {revision_of(settings.database_url)}.")
