"""ImageEvaluator: the stock Evaluator, told that a baseline marked as absent is no baseline.

A pipeline cannot hand over "no artifact" (and Kubeflow Pipelines has no way to express it at all), so Baseline always
hands over one and marks it.
"""

from typing import Any

from tfx.components import Evaluator
from tfx.components.evaluator.executor import Executor
from tfx.dsl.components.base import executor_spec
from tfx.types.artifact import Artifact
from tfx.types.standard_component_specs import BASELINE_MODEL_KEY

from components.artifacts import ABSENT


class BaselineAwareExecutor(Executor):
    """The stock executor; it applies TFMA's rule for a first model when nothing has been pushed."""

    def Do(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Evaluate the candidate and, if there is one, the baseline on the same examples."""
        present = [model for model in input_dict[BASELINE_MODEL_KEY] if not model.get_int_custom_property(ABSENT)]
        super().Do({**input_dict, BASELINE_MODEL_KEY: present}, output_dict, exec_properties)


class ImageEvaluator(Evaluator):
    """Evaluator with the executor above; its arguments are the stock ones."""

    EXECUTOR_SPEC = executor_spec.BeamExecutorSpec(BaselineAwareExecutor)
