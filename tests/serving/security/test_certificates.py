import ssl
from datetime import datetime, timezone
from pathlib import Path

import pytest
import trustme
from certificate_files import PAST, write_files, write_pair
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from serving.errors import SettingsError
from serving.security.certificates import CertificateFiles, read_certificates

AUTHORITY, OTHER = trustme.CA(), trustme.CA()


def problems_of(files: CertificateFiles) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as raised:
        read_certificates(files)
    return raised.value.problems


def test_good_files_give_a_context_for_tls_1_2_and_newer_and_tell_when_they_expire(tmp_path: Path) -> None:
    certificate, key = write_pair(tmp_path, AUTHORITY, expires_at=datetime(2100, 1, 2, tzinfo=timezone.utc))

    read = read_certificates(CertificateFiles(certificate=certificate, key=key, client_authority=None))

    assert read.context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert read.context.verify_mode == ssl.CERT_NONE
    assert read.expires_at == datetime(2100, 1, 2, tzinfo=timezone.utc)
    assert read.contents == {"--tls-cert": certificate.read_bytes(), "--tls-key": key.read_bytes()}


def test_with_an_authority_of_clients_certificates_are_demanded_and_no_session_is_resumed(tmp_path: Path) -> None:
    context = read_certificates(write_files(tmp_path, AUTHORITY, clients=OTHER)).context

    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.num_tickets == 0
    assert context.options & ssl.OP_NO_TICKET


def test_a_certificate_of_an_intermediate_authority_works_with_its_chain(tmp_path: Path) -> None:
    files = write_files(tmp_path, AUTHORITY.create_child_ca())

    assert files.certificate.read_bytes().count(b"BEGIN CERTIFICATE") == 2
    assert read_certificates(files).expires_at > datetime.now(timezone.utc)


def test_all_unreadable_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "words").write_text("words")
    files = CertificateFiles(certificate=tmp_path / "absent", key=tmp_path, client_authority=tmp_path / "words")

    assert problems_of(files) == (
        f"--tls-cert {tmp_path}/absent: No such file or directory",
        f"--tls-key {tmp_path}: Is a directory",
        f"--tls-client-ca {tmp_path}/words holds no certificate in PEM",
    )


def test_a_key_of_another_certificate_and_a_client_authority_that_is_none_are_told_at_once(tmp_path: Path) -> None:
    certificate, _ = write_pair(tmp_path, AUTHORITY)
    leaf, key = write_pair(tmp_path, AUTHORITY, name="other")

    assert problems_of(CertificateFiles(certificate=certificate, key=key, client_authority=leaf)) == (
        f"--tls-key {key} is not the key of the certificate in --tls-cert {certificate}",
        f"--tls-client-ca {leaf} holds no certificate of an authority, so nobody could come in",
    )


def test_an_expired_certificate_is_refused(tmp_path: Path) -> None:
    certificate, key = write_pair(tmp_path, AUTHORITY, expires_at=PAST)

    assert problems_of(CertificateFiles(certificate=certificate, key=key, client_authority=None)) == (
        f"--tls-cert {certificate}: certificate has expired; renew it",
    )


def test_an_encrypted_key_is_refused_and_nobody_is_asked_for_its_password(tmp_path: Path) -> None:
    files = write_files(tmp_path, AUTHORITY)
    key = load_pem_private_key(files.key.read_bytes(), password=None)
    encrypted = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"password"))
    files.key.write_bytes(encrypted)

    assert "is encrypted" in problems_of(files)[0]


@pytest.mark.parametrize("option", ["certificate", "key", "client_authority"])
def test_a_damaged_file_is_refused(tmp_path: Path, option: str) -> None:
    files = write_files(tmp_path, AUTHORITY, clients=OTHER)
    path: Path = getattr(files, option)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines[:2], *lines[3:]]))

    (problem,) = problems_of(files)

    assert str(path) in problem
    assert "cannot be used" in problem
