from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from serving.errors import SettingsError
from serving.security.renewal import Renewal


class Words:
    """Reads words from a file; none is a broken rule."""

    name = "words"

    def __init__(self, path: Path) -> None:
        self.paths, self.words = (path,), ""

    def renew(self) -> Mapping[str, object]:
        try:
            words = self.paths[0].read_text()
        except OSError:
            raise SettingsError(["no file"]) from None
        if not words:
            raise SettingsError(["no words"])
        self.words = words
        return {"length": len(words)}


class Watched:
    """The words, what renews them, and what was reported."""

    def __init__(self, path: Path) -> None:
        self.path, self.events = path, list[tuple[str, Any]]()
        self.words = Words(path)
        self.renewal = Renewal([self.words], poll_seconds=0.01, report=lambda *event: self.events.append(event))

    def look(self) -> list[tuple[str, Any]]:
        """Look once; return what is reported."""
        self.events.clear()
        self.renewal.look()
        return list(self.events)


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    (tmp_path / "words").write_text("old")
    made = Watched(tmp_path / "words")
    made.renewal.load()
    return made


def test_what_is_read_first_is_reported_and_the_same_files_are_not_read_again(watched: Watched) -> None:
    assert watched.events == [("words_loaded", {"length": 3})]
    assert watched.look() == []


def test_a_changed_file_is_taken_up(watched: Watched) -> None:
    watched.path.write_text("newer")

    assert watched.look() == [("words_loaded", {"length": 5})]
    assert watched.words.words == "newer"


def test_a_link_that_leads_elsewhere_is_a_change(watched: Watched, tmp_path: Path) -> None:
    (tmp_path / "other").write_text("new")
    watched.path.unlink()
    watched.path.symlink_to("other")

    assert watched.look() == [("words_loaded", {"length": 3})]


def test_a_broken_file_is_reported_once_and_changes_nothing_until_it_is_mended(watched: Watched) -> None:
    watched.path.write_text("")
    assert watched.look() == [("words_refused", {"problems": ("no words",)})]
    assert watched.look() == []
    watched.path.unlink()
    assert watched.look() == [("words_refused", {"problems": ("no file",)})]
    assert watched.look() == []
    assert watched.words.words == "old"

    watched.path.write_text("mended")

    assert watched.look() == [("words_loaded", {"length": 6})]


def test_the_first_reading_raises(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no file"):
        Watched(tmp_path / "absent").renewal.load()


def test_the_thread_looks_until_it_is_stopped_and_outlives_a_fault(watched: Watched) -> None:
    renewed = []

    def fail() -> Mapping[str, object]:
        renewed.append(1)
        if len(renewed) == 1:
            raise ZeroDivisionError("secret")
        watched.renewal._stop.set()
        return {}

    watched.events.clear()
    watched.words.renew = fail  # type: ignore[method-assign]
    watched.path.write_text("changed")
    watched.renewal.start()
    while not watched.events:
        pass
    watched.path.write_text("again")
    watched.renewal._thread.join(30)
    watched.renewal.stop()

    assert watched.events == [("renewal_failed", {"error": "ZeroDivisionError"}), ("words_loaded", {})]


def test_without_parts_there_is_no_thread() -> None:
    renewal = Renewal([], poll_seconds=1, report=print)
    renewal.load()
    renewal.start()

    assert not renewal._thread.is_alive()
    renewal.stop()
