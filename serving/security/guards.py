"""The tokens and the TLS that the settings ask for."""

from serving.security.certificates import CertificateFiles
from serving.security.renewal import Renewable, Renewal, Report
from serving.security.tls import Tls
from serving.security.tokens import Tokens
from serving.settings import Settings


class Guards:
    """What stands before the server.

    Attributes:
        tokens: Tokens that requests need; None when they need none.
        tls: The certificates; None without TLS.
        renewal: Takes up changed files once it is started.
    """

    def __init__(self, settings: Settings, *, report: Report) -> None:
        """Read the files.

        Args:
            settings: With the files, if any.
            report: Writes an event to the log.

        Raises:
            SettingsError: They break a rule.
        """
        self.tokens = Tokens(settings.token_file) if settings.token_file is not None else None
        self.tls = _make_tls(settings)
        parts: list[Renewable] = [part for part in (self.tokens, self.tls) if part is not None]
        self.renewal = Renewal(parts, poll_seconds=settings.poll_seconds, report=report)
        self.renewal.load()


def _make_tls(settings: Settings) -> Tls | None:
    if settings.tls_cert is None or settings.tls_key is None:
        return None
    return Tls(
        CertificateFiles(certificate=settings.tls_cert, key=settings.tls_key, client_authority=settings.tls_client_ca)
    )
