"""Where a `companion serve` of a test listens: on ports of its own choice at first, and then on the same."""

import re

from tests.stub_platform.process import ask

_LISTENING = re.compile(r"web\.listening .*public=(\S+) internal=(\S+)\n")


class Ports:
    """`public` and `internal` are the URLs of its listeners, "" until it has said them."""

    def __init__(self) -> None:
        self.public, self.internal = "", ""

    def settings(self) -> dict[str, str]:
        """The environment that names them to its next start."""
        named = {"COMPANION_PORT": self.public, "COMPANION_INTERNAL_PORT": self.internal}
        return {name: url.rpartition(":")[2] or "0" for name, url in named.items()}

    def are_in(self, output: str) -> bool:
        """Whether it has said in this where it listens."""
        said = _LISTENING.search(output)
        if said is not None:
            self.public, self.internal = (f"http://{address}" for address in said.groups())
        return said is not None

    def are_ready(self) -> bool:
        """Whether the internal listener calls it ready."""
        try:
            ask(f"{self.internal}/readyz", seconds=5)
        except (OSError, ValueError):
            return False
        return True
