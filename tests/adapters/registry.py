"""Every folder of adapters/ and how the contract suite gets hold of it. A folder that is not here fails."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager

from tests.adapters.harness import Harness
from tests.adapters.web_harness import open_web

PLATFORMS: Mapping[str, Callable[[], AbstractAsyncContextManager[Harness]]] = {
    "web": open_web,
}
