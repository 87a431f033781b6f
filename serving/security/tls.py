"""TLS of both ports, with the newest certificates for every new connection."""

import ssl
from collections.abc import Mapping

from serving.security.certificates import CertificateFiles, Certificates, read_certificates


class Tls:
    """The certificates in use."""

    name = "certificates"

    def __init__(self, files: CertificateFiles) -> None:
        """Take the files; they are read by `renew`."""
        self._files = files
        self.paths = tuple(files.options().values())
        # Replaced as a whole, since another thread renews.
        self._certificates: Certificates | None = None

    @property
    def certificates(self) -> Certificates:
        """The newest that work.

        Raises:
            RuntimeError: They have not been read yet.
        """
        if self._certificates is None:
            raise RuntimeError("the certificates have not been read yet")
        return self._certificates

    @property
    def demands_client_certificates(self) -> bool:
        """Whether this is mutual TLS."""
        return self._files.client_authority is not None

    def renew(self) -> Mapping[str, object]:
        """Read and try the files, and use them for new connections; return facts for the log.

        Raises:
            SettingsError: They break a rule; the certificates from before stay.
        """
        self._certificates = read_certificates(self._files)
        return {
            "expires_at": self._certificates.expires_at.isoformat(),
            "client_certificates": self.demands_client_certificates,
        }

    def make_context(self) -> ssl.SSLContext:
        """Return a context that hands each connection over to the newest one."""
        context = self.certificates.context
        context.sni_callback = self._hand_over
        return context

    def _hand_over(self, connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        # Whole contexts, as one context can get other keys, but never lose an authority again.
        connection.context = self.certificates.context
