"""Certificates of an authority of the tests' own, as files."""

from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

import trustme

from serving.security.certificates import CertificateFiles

PAST = datetime(2020, 1, 1, tzinfo=timezone.utc)
HOSTS = ("127.0.0.1", "localhost")


def write_pair(
    folder: Path,
    authority: trustme.CA,
    *,
    name: str = "server",
    expires_at: datetime | None = None,
    hosts: Sequence[str] = HOSTS,
) -> tuple[Path, Path]:
    """Write a certificate and its key; return their paths."""
    issued = authority.issue_cert(*hosts, not_after=expires_at)
    folder.mkdir(parents=True, exist_ok=True)
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(str(key))
    return certificate, key


def write_authority(folder: Path, authority: trustme.CA, *, name: str = "authority") -> Path:
    """Write an authority's own certificate; return its path."""
    path = folder / f"{name}.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


def write_files(folder: Path, authority: trustme.CA, *, clients: trustme.CA | None = None) -> CertificateFiles:
    """Write what a server needs; clients' certificates are asked for when their authority is given."""
    certificate, key = write_pair(folder, authority)
    client_authority = None if clients is None else write_authority(folder, clients, name="clients")
    return CertificateFiles(certificate=certificate, key=key, client_authority=client_authority)
