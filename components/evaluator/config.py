"""What TensorFlow Model Analysis computes, on which slices, and the thresholds a candidate has to pass."""

from google.protobuf import wrappers_pb2
from tensorflow_model_analysis.proto import config_pb2

from components import evaluation_keys as keys
from trainers import features


def build_eval_config(*, num_classes: int, min_accuracy: float, max_accuracy_drop: float) -> config_pb2.EvalConfig:
    """Return the configuration of the Evaluator.

    The baseline is asked for its accuracy alone. It may know other classes than the data has: an image of a class that
    it does not know has the label id -1, which no answer of it equals, and figures by class would mix up the columns.

    Args:
        num_classes: Classes K of the data, for precision and recall of each.
        min_accuracy: Accuracy that a candidate must reach, 0 to 1.
        max_accuracy_drop: How far a candidate's accuracy may lie below the pushed model's on the same images, 0 to 1.
    """
    return config_pb2.EvalConfig(
        model_specs=[_model_spec(keys.CANDIDATE), _model_spec(keys.BASELINE, is_baseline=True)],
        slicing_specs=[config_pb2.SlicingSpec(), config_pb2.SlicingSpec(feature_keys=[features.LABEL])],
        metrics_specs=[
            config_pb2.MetricsSpec(metrics=[_accuracy(min_accuracy, max_accuracy_drop)]),
            config_pb2.MetricsSpec(
                model_names=[keys.CANDIDATE],
                metrics=[_metric("SparseCategoricalCrossentropy"), _metric("MultiClassConfusionMatrixPlot")],
            ),
            config_pb2.MetricsSpec(
                model_names=[keys.CANDIDATE],
                metrics=[_metric("Precision", keys.PRECISION), _metric("Recall", keys.RECALL)],
                binarize=config_pb2.BinarizationOptions(class_ids={"values": list(range(num_classes))}),
            ),
        ],
    )


def _model_spec(name: str, *, is_baseline: bool = False) -> config_pb2.ModelSpec:
    return config_pb2.ModelSpec(
        name=name,
        is_baseline=is_baseline,
        signature_name=keys.SIGNATURE,
        preprocessing_function_names=[keys.LABEL_SIGNATURE],
        label_key=features.LABEL_ID,
        prediction_key=keys.PREDICTION,
    )


def _metric(class_name: str, name: str | None = None) -> config_pb2.MetricConfig:
    config = f'"name": "{name}"' if name else ""
    return config_pb2.MetricConfig(class_name=class_name, config=f"{{{config}}}" if config else "")


def _accuracy(min_accuracy: float, max_accuracy_drop: float) -> config_pb2.MetricConfig:
    lowest_change = -max_accuracy_drop - 1e-9  # equal accuracy is not worse, however the last bit rounds
    threshold = config_pb2.MetricThreshold(
        value_threshold=config_pb2.GenericValueThreshold(lower_bound=wrappers_pb2.DoubleValue(value=min_accuracy)),
        change_threshold=config_pb2.GenericChangeThreshold(
            direction=config_pb2.MetricDirection.HIGHER_IS_BETTER,
            absolute=wrappers_pb2.DoubleValue(value=lowest_change),
        ),
    )
    # Said for the overall slice: a plain `threshold` would hold for the slice of every label too.
    overall = config_pb2.PerSliceMetricThreshold(slicing_specs=[config_pb2.SlicingSpec()], threshold=threshold)
    return config_pb2.MetricConfig(class_name="SparseCategoricalAccuracy", per_slice_thresholds=[overall])
