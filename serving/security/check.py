"""Tells at the door what is wrong with the files that decide who may ask."""

from collections.abc import Mapping
from pathlib import Path

from serving.errors import SettingsError
from serving.security.certificates import CertificateFiles, read_certificates
from serving.security.tokens import read_tokens


def check_security(paths: Mapping[str, Path]) -> list[str]:
    """Return every problem.

    Args:
        paths: Those of token_file, tls_cert, tls_key and tls_client_ca that are given.
    """
    problems: list[str] = []
    try:
        if "token_file" in paths:
            read_tokens(paths["token_file"])
    except SettingsError as error:
        problems += error.problems
    try:
        problems += _check_tls(paths)
    except SettingsError as error:
        problems += error.problems
    return problems


def _check_tls(paths: Mapping[str, Path]) -> list[str]:
    given = [name for name in ("tls_cert", "tls_key", "tls_client_ca") if name in paths]
    missing = [f"--{name.replace('_', '-')}" for name in ("tls_cert", "tls_key") if name not in paths]
    if given and missing:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        return [f"{options} needs {' and '.join(missing)} beside it: a certificate and its key"]
    if given:
        files = CertificateFiles(
            certificate=paths["tls_cert"], key=paths["tls_key"], client_authority=paths.get("tls_client_ca")
        )
        read_certificates(files)
    return []
