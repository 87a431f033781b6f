import pytest

from requirements.interpreters import REPOSITORY
from requirements.packages import PackagesError, pinned_version
from requirements.worlds import MODERN_LIST, OLDER_GLIBC_LIST


def test_the_version_is_read_without_its_marker(tmp_path):
    pinned_list = tmp_path / "list.txt"
    pinned_list.write_text("uvloop==0.21.0\nuv==0.13.9 ; sys_platform == 'linux'\n")

    assert pinned_version(pinned_list, "uv") == "0.13.9"


def test_a_list_without_the_package_is_refused(tmp_path):
    pinned_list = tmp_path / "list.txt"
    pinned_list.write_text("uvloop==0.21.0\n")

    with pytest.raises(PackagesError, match="does not pin uv"):
        pinned_version(pinned_list, "uv")


@pytest.mark.parametrize("list_path", [MODERN_LIST, OLDER_GLIBC_LIST])
def test_every_line_of_a_pinned_list_is_one_exact_version(list_path):
    lines = (REPOSITORY / list_path).read_text().splitlines()
    pins = [line for line in lines if not line.startswith("#")]

    assert len(pins) > 200
    assert [line for line in pins if "==" not in line.split(";")[0] or "://" in line or line.startswith("-")] == []


@pytest.mark.parametrize("list_path", [MODERN_LIST, OLDER_GLIBC_LIST])
def test_both_lists_hold_the_same_frameworks(list_path):
    versions = {name: pinned_version(REPOSITORY / list_path, name) for name in ("tfx", "tensorflow", "torch")}

    assert versions == {"tfx": "1.21.0", "tensorflow": "2.21.0", "torch": "2.14.1"}
