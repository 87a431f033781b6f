"""The real TensorFlow Model Analysis, with two SavedModels whose classes differ in order and number."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import tensorflow as tf
import tensorflow_model_analysis as tfma

from components import evaluation_keys as keys
from components.champion.results import load_accuracy, load_failures, load_metrics
from components.evaluator.config import build_eval_config
from trainers import features

pytestmark = pytest.mark.slow

IMAGES = [("ant", "ant"), ("ant", "bee"), ("bee", "bee"), ("cat", "cat"), ("cat", "cat")]
"""Class of an image, and the class that a model takes it for if it knows that one."""
EMUS = [("emu", "emu"), ("emu", "emu")]


class Reader(tf.Module):
    """A model that reads in the image what to answer; a class that it does not know it takes for its first one."""

    def __init__(self, class_names: Sequence[str]) -> None:
        super().__init__()
        ids = tf.range(len(class_names), dtype=tf.int64)
        self._num_classes = len(class_names)
        self._table = tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer(tf.constant(list(class_names)), ids), -1
        )

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def predict_examples(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        answers_N = tf.maximum(self._ids(examples, features.IMAGE), 0)
        return {"probabilities": 0.9 * tf.one_hot(answers_N, self._num_classes) + 0.1 / self._num_classes}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def transform_labels(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        return {features.LABEL_ID: self._ids(examples, features.LABEL)}

    def _ids(self, examples: tf.Tensor, feature: str) -> tf.Tensor:
        spec = {feature: tf.io.FixedLenFeature([], tf.string)}
        return self._table.lookup(tf.io.parse_example(examples, spec)[feature])


def save(folder: Path, class_names: Sequence[str]) -> str:
    model = Reader(class_names)
    signatures = {"predict_examples": model.predict_examples, "transform_labels": model.transform_labels}
    tf.saved_model.save(model, str(folder), signatures=signatures)
    return str(folder)


def write_examples(path: Path, images: Sequence[tuple[str, str]]) -> str:
    with tf.io.TFRecordWriter(str(path), options="GZIP") as writer:
        for label, answer in images:
            values = {features.LABEL: label, features.IMAGE: answer}
            encoded = {
                name: tf.train.Feature(bytes_list=tf.train.BytesList(value=[value.encode()]))
                for name, value in values.items()
            }
            writer.write(tf.train.Example(features=tf.train.Features(feature=encoded)).SerializeToString())
    return str(path)


def evaluate(
    folder: Path, images: Sequence[tuple[str, str]], *, candidate: Sequence[str], baseline: Sequence[str]
) -> Path:
    """Run the pipeline's own evaluation, as the Evaluator does."""
    config = tfma.utils.update_eval_config_with_defaults(
        build_eval_config(num_classes=len(candidate), min_accuracy=0.5, max_accuracy_drop=0.0),
        has_baseline=True,
        rubber_stamp=True,
    )
    models = [
        tfma.default_eval_shared_model(save(folder / name, class_names), model_name=name, eval_config=config)
        for name, class_names in ((keys.CANDIDATE, candidate), (keys.BASELINE, baseline))
    ]
    tfma.run_model_analysis(
        eval_shared_model=models,
        eval_config=config,
        data_location=write_examples(folder / "examples.gz", images),
        output_path=str(folder / "evaluation"),
    )
    return folder / "evaluation"


@pytest.mark.parametrize(
    ("images", "candidate", "baseline", "expected"),
    [
        (IMAGES, ("cat", "ant", "bee"), ("ant", "bee", "cat"), (0.8, 0.8)),
        (IMAGES + EMUS, ("cat", "ant", "bee", "emu"), ("ant", "bee", "cat"), (6 / 7, 4 / 7)),
        (IMAGES, ("ant", "bee", "cat"), ("emu", "cat", "bee", "ant"), (0.8, 0.8)),
    ],
    ids=["other order", "the pushed model lacks a class", "the pushed model knows one more"],
)
def test_candidate_and_pushed_model_are_compared_rightly_whatever_their_classes(
    tmp_path: Path,
    images: list[tuple[str, str]],
    candidate: tuple[str, ...],
    baseline: tuple[str, ...],
    expected: tuple[float, float],
) -> None:
    evaluation = evaluate(tmp_path, images, candidate=candidate, baseline=baseline)

    metrics = load_metrics(evaluation, candidate, model_name=keys.CANDIDATE)
    assert metrics is not None
    assert metrics.accuracy == pytest.approx(expected[0])
    assert load_accuracy(evaluation, model_name=keys.BASELINE) == pytest.approx(expected[1])
    assert [metrics.per_class[name]["images"] for name in ("ant", "bee", "cat")] == [2, 1, 2]
    assert metrics.per_class["ant"]["recall"] == 0.5
    assert load_failures(evaluation) == (True, ())
