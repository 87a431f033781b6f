from pathlib import Path

import pytest
import trustme
from certificate_files import write_files

from serving.security.exposure import advise
from serving.security.guards import Guards
from serving.settings import Settings

AUTHORITY = trustme.CA()


def make_guards(folder: Path, *, tokens: bool, tls: bool, clients: bool = False) -> Guards:
    (folder / "tokens").write_text("0123456789abcdef0123456789abcdef")
    files = write_files(folder, AUTHORITY, clients=AUTHORITY if clients else None)
    settings = Settings(
        models=folder,
        token_file=folder / "tokens" if tokens else None,
        tls_cert=files.certificate if tls else None,
        tls_key=files.key if tls else None,
        tls_client_ca=files.client_authority,
    )
    return Guards(settings, report=lambda event, facts: None)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1"])
def test_on_this_machine_nothing_is_advised(tmp_path: Path, address: str) -> None:
    assert advise(address, make_guards(tmp_path, tokens=False, tls=False)) == ""


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "10.1.2.3", "fe80::1%eth0"])  # noqa: S104
@pytest.mark.parametrize(
    ("options", "advice"),
    [
        ({"tokens": False, "tls": False}, "Give --token-file with --tls-cert and --tls-key"),
        ({"tokens": True, "tls": False}, "in the clear. Give --tls-cert and --tls-key"),
        ({"tokens": False, "tls": True}, "Give --token-file or --tls-client-ca"),
        ({"tokens": False, "tls": True, "clients": True}, ""),
        ({"tokens": True, "tls": True}, ""),
    ],
)
def test_on_a_network_what_is_missing_is_advised(
    tmp_path: Path, address: str, options: dict[str, bool], advice: str
) -> None:
    given = advise(address, make_guards(tmp_path, **options))

    assert advice in given
    assert bool(advice) == bool(given)
