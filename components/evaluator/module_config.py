"""What TensorFlow Model Analysis computes of the model that a TFX module trained."""

from google.protobuf import wrappers_pb2
from tensorflow_model_analysis.proto import config_pb2

SERVING_SIGNATURE = "serving_default"
"""Serialised tf.Examples to predictions; every TFX module's SavedModel has it."""


def build_module_eval_config(*, label_key: str, label_signature: str, min_accuracy: float) -> config_pb2.EvalConfig:
    """Return the configuration of the Evaluator.

    Args:
        label_key: Feature with the class id.
        label_signature: Signature that transforms the label; empty where the examples have it as it is.
        min_accuracy: Accuracy that the model must reach on the test split, 0 to 1.
    """
    threshold = config_pb2.MetricThreshold(
        value_threshold=config_pb2.GenericValueThreshold(lower_bound=wrappers_pb2.DoubleValue(value=min_accuracy))
    )
    accuracy = config_pb2.MetricConfig(class_name="SparseCategoricalAccuracy", threshold=threshold)
    model = config_pb2.ModelSpec(
        signature_name=SERVING_SIGNATURE,
        label_key=label_key,
        preprocessing_function_names=[label_signature] if label_signature else [],
    )
    return config_pb2.EvalConfig(
        model_specs=[model],
        slicing_specs=[config_pb2.SlicingSpec()],
        metrics_specs=[config_pb2.MetricsSpec(metrics=[accuracy, config_pb2.MetricConfig(class_name="ExampleCount")])],
    )
