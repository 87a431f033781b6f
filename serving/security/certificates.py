"""Certificates for TLS, read from files in PEM and tried before they are used."""

import contextlib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from serving.errors import SettingsError

_HANDSHAKE_STEPS = 5
"""More than any handshake within memory takes."""


@dataclass(frozen=True, kw_only=True)
class CertificateFiles:
    """Where the certificates are."""

    certificate: Path
    """The server's, with the intermediate ones behind it."""
    key: Path
    """Its private key, not encrypted."""
    client_authority: Path | None
    """Authorities of the clients' certificates; None when clients need none."""

    def options(self) -> dict[str, Path]:
        """Return the files that there are, by option."""
        files = {"--tls-cert": self.certificate, "--tls-key": self.key, "--tls-client-ca": self.client_authority}
        return {option: path for option, path in files.items() if path is not None}


@dataclass(frozen=True, kw_only=True)
class Certificates:
    """Certificates that work."""

    contents: dict[str, bytes]
    """PEM by option."""
    context: ssl.SSLContext
    """For the server's side."""
    expires_at: datetime


def read_certificates(files: CertificateFiles) -> Certificates:
    """Read the files and try them.

    Raises:
        SettingsError: With every problem.
    """
    contents = _read(files)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    problems: list[str] = []
    try:
        expires_at = _load(context, files)
    except SettingsError as error:
        problems += error.problems
    # Also when that has failed, so that all is told at once; and after it, as the trial brings no certificate.
    problems += _demand_certificates(context, files.client_authority)
    if not problems and _read(files) != contents:
        problems = [f"{', '.join(contents)} changed while they were read"]
    if problems:
        raise SettingsError(problems)
    return Certificates(contents=contents, context=context, expires_at=expires_at)


def _read(files: CertificateFiles) -> dict[str, bytes]:
    contents: dict[str, bytes] = {}
    problems = []
    for option, path in files.options().items():
        try:
            contents[option] = path.read_bytes()
        except OSError as error:
            problems.append(f"{option} {path}: {error.strerror or error}")
            continue
        if rule := _judge(contents[option], is_key=option == "--tls-key"):
            problems.append(f"{option} {path} {rule}")
    if problems:
        raise SettingsError(problems)
    return contents


def _judge(content: bytes, *, is_key: bool) -> str:
    """Return the rule that a file breaks, or nothing."""
    if not is_key:
        return "" if b"-----BEGIN CERTIFICATE-----" in content else "holds no certificate in PEM"
    if b"ENCRYPTED" in content:
        return "is encrypted, and nobody is there to type its password; give the key without one"
    return "" if b"PRIVATE KEY-----" in content else "holds no private key in PEM"


def _load(context: ssl.SSLContext, files: CertificateFiles) -> datetime:
    """Load the server's certificate and try it; return when it expires."""
    try:
        context.load_cert_chain(files.certificate, files.key)
        return _shake_hands(context, trusted=files.certificate)
    except ssl.SSLCertVerificationError as error:
        rule = f"--tls-cert {files.certificate}: {error.verify_message}; renew it"
    except ssl.SSLError as error:
        rule = f"--tls-cert {files.certificate} and --tls-key {files.key} cannot be used: {_explain(error)}"
        if error.reason == "KEY_VALUES_MISMATCH":
            rule = f"--tls-key {files.key} is not the key of the certificate in --tls-cert {files.certificate}"
    raise SettingsError([rule])


def _shake_hands(context: ssl.SSLContext, *, trusted: Path) -> datetime:
    """Connect, within memory, a client that trusts this certificate alone; return when it expires.

    The standard library tells the dates of a certificate to who is connected with its owner, and to nobody else.
    """
    client_context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client_context.check_hostname = False
    client_context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    client_context.load_verify_locations(trusted)
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server)
    server = context.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(_HANDSHAKE_STEPS):
        for side in (client, server):
            with contextlib.suppress(ssl.SSLWantReadError):
                side.do_handshake()
    return _expiry(client.getpeercert())


def _demand_certificates(context: ssl.SSLContext, authority: Path | None) -> list[str]:
    """Let in only clients with a certificate of the authority; return what is wrong with it."""
    if authority is None:
        return []
    try:
        context.load_verify_locations(authority)
    except ssl.SSLError as error:
        return [f"--tls-client-ca {authority} cannot be used: {_explain(error)}"]
    expiries = [_expiry(certificate) for certificate in context.get_ca_certs()]
    if not expiries:
        return [f"--tls-client-ca {authority} holds no certificate of an authority, so nobody could come in"]
    if max(expiries) < datetime.now(timezone.utc):
        return [f"--tls-client-ca {authority}: every certificate in it has expired; renew it"]
    context.verify_mode = ssl.CERT_REQUIRED
    # Who resumes a session shows no certificate, also when its authority is no longer accepted. This ends it for TLS
    # 1.3; sessions of 1.2 are remembered all the same, and looked at when they come again.
    context.options |= ssl.OP_NO_TICKET
    context.num_tickets = 0
    return []


def _expiry(certificate: Mapping[str, object] | None) -> datetime:
    text = (certificate or {})["notAfter"]
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(text)), timezone.utc)


def _explain(error: ssl.SSLError) -> str:
    return (error.reason or str(error)).replace("_", " ").lower()
