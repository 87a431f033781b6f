import hashlib
import hmac
from pathlib import Path

import pytest

from serving.errors import SettingsError, UnauthenticatedError
from serving.security.tokens import Tokens, read_tokens

FIRST, SECOND = "first-token-0123456789abcdef", "c2Vjb25kLXRva2VuLTAxMjM0NTY3ODk="


def write(folder: Path, text: str) -> Path:
    path = folder / "tokens"
    path.write_text(text)
    return path


def load(folder: Path) -> Tokens:
    tokens = Tokens(write(folder, f"# who: the tests\n\n{FIRST}\r\n  {SECOND}  \n"))
    tokens.renew()
    return tokens


@pytest.mark.parametrize("value", [f"Bearer {FIRST}", f"bearer {SECOND}", f"BEARER  {FIRST} "])
def test_every_token_of_the_file_is_accepted(tmp_path: Path, value: str) -> None:
    load(tmp_path).check(value.encode())


@pytest.mark.parametrize(
    ("value", "is_wrong"),
    [
        (None, False),
        (b"", False),
        (b"Basic " + FIRST.encode(), False),
        (FIRST.encode(), False),
        (b"Bearer", True),
        (b"Bearer ", True),
        (b"Bearer " + FIRST[:-1].encode(), True),
        (b"Bearer " + FIRST.encode() + b"x", True),
        (b"Bearer " + FIRST.upper().encode(), True),
        (b"Bearer # who: the tests", True),
        (b"Bearer \xff\x00", True),
    ],
)
def test_anything_else_is_refused_without_being_repeated(tmp_path: Path, value: bytes | None, is_wrong: bool) -> None:
    with pytest.raises(UnauthenticatedError) as raised:
        load(tmp_path).check(value)

    assert raised.value.is_wrong is is_wrong
    assert FIRST[:-1] not in str(raised.value)


def test_no_token_is_accepted_before_the_file_is_read(tmp_path: Path) -> None:
    with pytest.raises(UnauthenticatedError):
        Tokens(write(tmp_path, FIRST)).check(f"Bearer {FIRST}".encode())


@pytest.mark.parametrize("asked", [FIRST, "no token at all"])
def test_a_token_is_compared_in_constant_time_with_every_other(
    tmp_path: Path, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[bytes, bytes]] = []

    in_constant_time = hmac.compare_digest

    def compare(first: bytes, second: bytes) -> bool:
        compared.append((first, second))
        return in_constant_time(first, second)

    tokens = load(tmp_path)
    monkeypatch.setattr(hmac, "compare_digest", compare)
    try:
        tokens.check(f"Bearer {asked}".encode())
    except UnauthenticatedError:
        assert asked != FIRST

    digests = [hashlib.sha256(each.encode()).digest() for each in (asked, FIRST, SECOND)]
    assert compared == [(digests[0], digests[1]), (digests[0], digests[2])]


def test_tokens_are_not_kept_as_they_are(tmp_path: Path) -> None:
    assert FIRST not in repr(vars(load(tmp_path)))


@pytest.mark.parametrize("text", ["", "# none\n\n", "short\n", "\ufffd" * 30])
def test_a_broken_file_leaves_the_tokens_from_before(tmp_path: Path, text: str) -> None:
    tokens = load(tmp_path)
    write(tmp_path, text)

    with pytest.raises(SettingsError):
        tokens.renew()

    tokens.check(f"Bearer {FIRST}".encode())


def test_all_problems_of_a_file_are_told_by_line_and_none_shows_a_token(tmp_path: Path) -> None:
    path = write(tmp_path, f"{FIRST}\nshort-token\nwith a space 0123456789abcdef\n")

    with pytest.raises(SettingsError) as raised:
        read_tokens(path)

    assert len(raised.value.problems) == 2
    assert f"--token-file {path}, line 2: the token has 11 letters, fewer than 22" in raised.value.problems[0]
    assert "line 3: a token has only letters" in raised.value.problems[1]
    assert "short-token" not in str(raised.value) and "with a space" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [("absent", "No such file or directory"), ("", "Is a directory"), ("large", "more than 1048576")],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "large").write_bytes(b"#" * ((1 << 20) + 1))

    with pytest.raises(SettingsError, match=message):
        read_tokens(tmp_path / name)
