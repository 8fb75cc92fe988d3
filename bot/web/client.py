"""The one way out: every client of the companion speaks through a session made here."""

import ssl

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from cryptography.x509 import Certificate, load_pem_x509_certificates

from bot.errors import OperatorError
from bot.settings import Settings

_TIMEOUT = ClientTimeout(total=20.0, sock_connect=5.0)


def client_session(settings: Settings) -> ClientSession:
    """A session that goes through the proxy and trusts the further authority, where they are set.

    Without a proxy of our own the system's `https_proxy` and `no_proxy` hold. Cookies are never kept.
    To be closed by its owner. Raises OperatorError where the authority's file cannot be used.
    """
    return ClientSession(
        connector=TCPConnector(ssl=trusted(settings)),
        proxy=settings.https_proxy or None,
        trust_env=not settings.https_proxy,
        timeout=_TIMEOUT,
        cookie_jar=DummyCookieJar(),
    )


def trusted(settings: Settings) -> ssl.SSLContext:
    """The authorities that outgoing connections trust: the system's, and the further file."""
    context = ssl.create_default_context()
    if settings.extra_ca_file is not None:
        try:
            context.load_verify_locations(cafile=settings.extra_ca_file)
        except OSError:  # ssl.SSLError is one
            raise OperatorError(
                f"{settings.extra_ca_file} holds no certificate authority in PEM form.",
                hint="Correct COMPANION_EXTRA_CA_FILE.",
            ) from None
    return context


def authorities(settings: Settings) -> list[Certificate]:
    """Those of the further file; none where none is set. Raises OperatorError as `trusted` does."""
    trusted(settings)
    file = settings.extra_ca_file
    return load_pem_x509_certificates(file.read_bytes()) if file else []
