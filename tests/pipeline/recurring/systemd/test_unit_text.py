"""Values of unit files, in which some letters have a meaning."""

import pytest

from pipeline.recurring.systemd.unit_text import command_value, list_value, path_value


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["/srv/data", "/srv/models"], "/srv/data /srv/models"),
        (["/srv/my data"], '"/srv/my data"'),
        (["/srv/50%"], "/srv/50%%"),
        (['/srv/"x"'], '"/srv/\\"x\\""'),
        (["/srv/$HOME"], "/srv/$HOME"),
    ],
)
def test_words_of_a_list(words: list[str], text: str) -> None:
    assert list_value(words) == text


def test_a_command_replaces_no_variables() -> None:
    assert command_value(["/bin/x", "$HOME", "a b"]) == '/bin/x $$HOME "a b"'


def test_a_single_path_is_not_quoted() -> None:
    assert path_value("/srv/my data/50%") == "/srv/my data/50%%"
