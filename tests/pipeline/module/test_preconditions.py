from pipeline.module.preconditions import check_module_run
from pipeline.settings import load_config

_PENGUINS = {"source": "tfx.examples.penguin.penguin_utils_keras", "label_key": "species"}


def test_tfx_own_module_with_a_label_is_fine() -> None:
    assert check_module_run(load_config(options={"module": _PENGUINS}), "local") == []


def test_everything_that_is_wrong_is_told_at_once() -> None:
    config = load_config(options={"module": {"source": "tfx.examples.penguins"}})
    module, label, runner = check_module_run(config, "kubeflow")
    assert module.startswith("module.source: module tfx.examples.penguins is not found")
    assert "module.label_key is missing" in label
    assert "runners local and beam only" in runner
