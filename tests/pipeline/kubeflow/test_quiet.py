import os

import pytest

from pipeline.kubeflow.quiet import quiet_standard_error


def test_what_native_code_writes_is_held_back(capfd: pytest.CaptureFixture[str]) -> None:
    with quiet_standard_error():
        os.write(2, b"no GPU\n")
    os.write(2, b"after\n")

    assert capfd.readouterr().err == "after\n"


def test_it_is_shown_when_the_block_fails(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError, match="failed"), quiet_standard_error():
        os.write(2, b"the reason\n")
        raise RuntimeError("failed")

    assert capfd.readouterr().err == "the reason\n"
