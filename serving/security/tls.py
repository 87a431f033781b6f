"""TLS of both ports, with the newest certificates for every new connection."""

import ssl
import time
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
        self._renewed_at = 0.0

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
        is_first, self._certificates = self._certificates is None, read_certificates(self._files)
        # Behind the change, so that no session from before is younger.
        self._renewed_at = 0.0 if is_first else time.time()
        return {
            "expires_at": self._certificates.expires_at.isoformat(),
            "client_certificates": self.demands_client_certificates,
        }

    def make_context(self) -> ssl.SSLContext:
        """Return a context that hands each connection over to the newest one."""
        context = self.certificates.context
        context.sni_callback = self._hand_over
        return context

    def _hand_over(self, connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> int | None:
        """Return an alert to end the handshake, or None to go on."""
        if self.demands_client_certificates and connection.session_reused and self._is_old(connection.session):
            return ssl.ALERT_DESCRIPTION_HANDSHAKE_FAILURE
        # Whole contexts, as one context can get other keys, but never lose an authority again.
        connection.context = self.certificates.context
        return None

    def _is_old(self, session: ssl.SSLSession | None) -> bool:
        """Whether a session may be of an authority no longer accepted: who resumes one shows no certificate."""
        return session is None or session.time <= self._renewed_at
