"""What a browser loads with the page: held in memory, under addresses that change with their content.

So a browser keeps each file for good, and asks for it again only after an upgrade.
Nothing of anybody is in them.
"""

import hashlib
from http import HTTPStatus
from pathlib import Path

from aiohttp import web

from adapters.web.door import Refused

PAGE = Path(__file__).parent / "page"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_KEPT = "private, max-age=31536000, immutable"


class Files:
    """`version` is of all files together, since scripts name one another; `page` is the page that names it.

    It looks at the folder once: whoever changes a file starts the server again.
    """

    def __init__(self) -> None:
        found = sorted(path for path in PAGE.iterdir() if path.suffix in TYPES)
        self._files = {path.name: (path.read_bytes(), TYPES[path.suffix]) for path in found}
        whole = hashlib.sha256(b"".join(body for body, _ in self._files.values()))
        self.version = whole.hexdigest()[:16]
        page = (PAGE / "page.html").read_text(encoding="utf-8")
        self.page = page.replace('"/chat/', f'"/chat/{self.version}/').encode()

    def response(self, version: str, name: str) -> web.Response:
        """Raises Refused for anything but one of the files.

        A page of another version, as while servers are upgraded one by one, gets the file as it is here, to
        be kept nowhere.
        """
        body, content_type = self._files.get(name, (b"", ""))
        if not content_type:
            raise Refused(HTTPStatus.NOT_FOUND)
        headers = {"Cache-Control": _KEPT} if version == self.version else {}
        return web.Response(body=body, content_type=content_type, charset="utf-8", headers=headers)
