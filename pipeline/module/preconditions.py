"""What must hold of the settings of a run that trains a TFX module, checked at the door."""

from components.image_example_gen.spans.pattern import is_pattern
from pipeline.config import PipelineConfig
from trainers.tfx_module.source import check_module

_RUNNERS = ("local", "beam")


def check_module_run(config: PipelineConfig, runner: str) -> list[str]:
    """Return what is wrong with the module and with the settings around it, as sentences; runs no code of the module.

    Args:
        config: Configuration of a run with `module.source`.
        runner: How it is to run.
    """
    problems = [f"module.source: {problem}" for problem in check_module(str(config.module.source))]
    if not config.module.label_key:
        problems.append("module.label_key is missing: name the feature with the class id, for the evaluation")
    if is_pattern(config.data.path):
        problems.append(
            f"module.source: spans are for folders of images; name a file or folder, not {config.data.path}"
        )
    if runner not in _RUNNERS:
        problems.append(f"module.source works with the runners {' and '.join(_RUNNERS)} only")
    return problems
