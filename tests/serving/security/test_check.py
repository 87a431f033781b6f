from pathlib import Path

import pytest
import trustme
from certificate_files import write_files

from serving.security.check import check_security


def test_nothing_given_is_no_problem() -> None:
    assert check_security({}) == []


def test_good_files_are_no_problem(tmp_path: Path) -> None:
    files = write_files(tmp_path, trustme.CA())
    (tmp_path / "tokens").write_text("0123456789abcdef0123456789abcdef")
    paths = {"tls_cert": files.certificate, "tls_key": files.key, "token_file": tmp_path / "tokens"}

    assert check_security(paths) == []


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (["tls_cert"], "--tls-cert needs --tls-key beside it"),
        (["tls_key"], "--tls-key needs --tls-cert beside it"),
        (["tls_client_ca"], "--tls-client-ca needs --tls-cert and --tls-key beside it"),
        (["tls_key", "tls_client_ca"], "--tls-key, --tls-client-ca needs --tls-cert beside it"),
    ],
)
def test_files_that_belong_together_are_asked_for(tmp_path: Path, given: list[str], problem: str) -> None:
    (found,) = check_security({name: tmp_path / name for name in given})

    assert found.startswith(problem)


def test_problems_of_tokens_and_certificates_are_told_together(tmp_path: Path) -> None:
    paths = {name: tmp_path / name for name in ("token_file", "tls_cert", "tls_key")}

    assert check_security(paths) == [
        f"--token-file {tmp_path}/token_file: No such file or directory",
        f"--tls-cert {tmp_path}/tls_cert: No such file or directory",
        f"--tls-key {tmp_path}/tls_key: No such file or directory",
    ]
