import pytest

from requirements.worlds import MODERN_LIST, OLDER_GLIBC_LIST, Refusal, World, choose_world

DEBIAN_13 = ("Linux", "x86_64", "glibc", (2, 41))
UBUNTU_24_04 = ("Linux", "x86_64", "glibc", (2, 39))
DEBIAN_12 = ("Linux", "x86_64", "glibc", (2, 36))
UBUNTU_22_04 = ("Linux", "x86_64", "glibc", (2, 35))
CENTOS_7 = ("Linux", "x86_64", "glibc", (2, 17))
ALPINE = ("Linux", "x86_64", "musl", ())
LINUX_ON_ARM = ("Linux", "aarch64", "glibc", (2, 41))
MACOS_14_ON_ARM = ("Darwin", "arm64", "macos", (14, 5))
MACOS_13_ON_ARM = ("Darwin", "arm64", "macos", (13, 6))
MACOS_ON_INTEL = ("Darwin", "x86_64", "macos", (14, 5))
WINDOWS = ("Windows", "AMD64", "Windows", ())


@pytest.mark.parametrize("python", [(3, 10, 0), (3, 11, 7), (3, 12, 1), (3, 13, 5)])
@pytest.mark.parametrize("system", [DEBIAN_13, UBUNTU_24_04, MACOS_14_ON_ARM])
def test_systems_with_all_wheels_get_the_modern_list(python, system):
    verdict = choose_world(python, *system)

    assert isinstance(verdict, World)
    assert verdict.list_path == MODERN_LIST


@pytest.mark.parametrize("python", [(3, 10, 13), (3, 11, 7)])
@pytest.mark.parametrize("system", [DEBIAN_12, UBUNTU_22_04])
def test_older_glibc_gets_its_own_list(python, system):
    verdict = choose_world(python, *system)

    assert isinstance(verdict, World)
    assert verdict.list_path == OLDER_GLIBC_LIST


@pytest.mark.parametrize(
    ("python", "system", "obstacle"),
    [
        ((3, 12, 1), DEBIAN_12, "Python 3.12 cannot be used with glibc 2.36"),
        ((3, 13, 0), UBUNTU_22_04, "Python 3.13 cannot be used with glibc 2.35"),
        ((3, 9, 18), DEBIAN_13, "Python 3.9 is not supported"),
        ((3, 6, 15), DEBIAN_12, "Python 3.6 is not supported"),
        ((3, 14, 0), DEBIAN_13, "Python 3.14 is not supported"),
        ((3, 11, 7), CENTOS_7, "glibc 2.17 is too old"),
        ((3, 11, 7), ("Linux", "x86_64", "glibc", ()), "glibc of an unknown version is too old"),
        ((3, 11, 7), ALPINE, "Linux with musl is not supported"),
        ((3, 11, 7), LINUX_ON_ARM, "Linux on aarch64 is not supported"),
        ((3, 11, 7), MACOS_ON_INTEL, "macOS on x86_64 is not supported"),
        ((3, 11, 7), MACOS_13_ON_ARM, "macOS 13.6 is not supported"),
        ((3, 11, 7), WINDOWS, "Windows is not supported"),
    ],
)
def test_other_systems_are_refused_in_one_sentence_that_names_the_obstacle(python, system, obstacle):
    verdict = choose_world(python, *system)

    assert isinstance(verdict, Refusal)
    assert verdict.reason.startswith(obstacle)
    assert verdict.reason.endswith(".")
    assert ". " not in verdict.reason


def test_an_unsupported_python_is_named_before_anything_else():
    verdict = choose_world((3, 9, 18), *ALPINE)

    assert verdict.reason.startswith("Python 3.9")
