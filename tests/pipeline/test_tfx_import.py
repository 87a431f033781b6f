import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.tfx_import import loading_tfx

ROOT = Path(__file__).resolve().parents[2]
MODEL_MANAGER = "apache_beam.ml.inference.model_manager"


def test_what_loads_torch_is_absent_while_tfx_is_loaded_and_only_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, MODEL_MANAGER, raising=False)

    with loading_tfx(), pytest.raises(ImportError):
        importlib.import_module(MODEL_MANAGER)

    assert MODEL_MANAGER not in sys.modules


def test_what_is_loaded_already_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, MODEL_MANAGER, sys)

    with loading_tfx():
        assert importlib.import_module(MODEL_MANAGER) is sys

    assert sys.modules[MODEL_MANAGER] is sys


@pytest.mark.nightly
def test_a_worker_loads_tfx_and_no_torch() -> None:
    code = (
        "import sys; from pipeline.tfx_import import loading_tfx\n"
        "with loading_tfx(): import pipeline.runners.step_launcher\n"
        "assert 'tfx.components' in sys.modules\nassert 'torch' not in sys.modules"
    )

    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
