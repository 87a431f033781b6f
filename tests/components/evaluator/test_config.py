from components.evaluator.config import build_eval_config


def thresholds(**changes: float) -> tuple[float, float]:
    settings = {"min_accuracy": 0.9, "max_accuracy_drop": 0.0, **changes}
    config = build_eval_config(num_classes=3, **settings)
    (per_slice,) = config.metrics_specs[0].metrics[0].per_slice_thresholds
    assert [list(spec.feature_keys) for spec in per_slice.slicing_specs] == [[]]
    threshold = per_slice.threshold
    return threshold.value_threshold.lower_bound.value, threshold.change_threshold.absolute.value


def test_the_thresholds_hold_for_all_images_and_not_for_each_class() -> None:
    config = build_eval_config(num_classes=3, min_accuracy=0.9, max_accuracy_drop=0.0)

    assert not any(metric.HasField("threshold") for spec in config.metrics_specs for metric in spec.metrics)
    assert thresholds() == (0.9, -1e-9)


def test_an_allowed_drop_widens_the_comparison() -> None:
    assert thresholds(max_accuracy_drop=0.02)[1] == -0.02 - 1e-9


def test_figures_are_sliced_by_label_and_given_for_each_class() -> None:
    config = build_eval_config(num_classes=3, min_accuracy=0.9, max_accuracy_drop=0.0)

    assert [list(spec.feature_keys) for spec in config.slicing_specs] == [[], ["label"]]
    assert list(config.metrics_specs[2].binarize.class_ids.values) == [0, 1, 2]
    assert [list(spec.model_names) for spec in config.metrics_specs] == [[], ["candidate"], ["candidate"]]
    assert [(spec.name, spec.is_baseline) for spec in config.model_specs] == [("candidate", False), ("baseline", True)]
