"""What a step did, in a few words for the screen, read from the artifacts it left."""

import json
from collections.abc import Callable
from pathlib import Path

from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import anomalies_pb2, schema_pb2, statistics_pb2
from tfx.types import artifact_utils
from tfx.types.artifact import Artifact

from components.anomaly_gate.anomalies import describe_anomalies
from components.image_example_gen.splits import SPLITS
from pipeline import steps
from pipeline.module import steps as module_steps
from trainers import features
from trainers.tuning.record import read_search

Outputs = dict[str, list[Artifact]]


def describe_outcome(step_id: str, outputs: Outputs) -> str:
    """Return what a step did, e.g. `1,797 images: 1,226 train, 275 eval, 296 test`; empty if nothing."""
    describe = _BY_STEP.get(step_id.partition("_")[0])
    return describe(outputs) if describe else ""


def _examples(outputs: Outputs) -> str:
    (examples,), (quarantine,) = outputs["examples"], outputs["quarantine"]
    sizes = {split: examples.get_int_custom_property(f"{split}_images") for split in SPLITS}
    spans = examples.get_string_custom_property("spans")
    text = f"{sum(sizes.values()):,} images{f' of spans {spans}' if spans else ''}: "
    text += ", ".join(f"{n:,} {split}" for split, n in sizes.items())
    copies = quarantine.get_int_custom_property("older_copies")
    text += f"; {copies:,} left out that a newer span has too" if copies else ""
    rejected = quarantine.get_int_custom_property("images")
    named = quarantine.get_string_custom_property("named")
    return f"{text}; {rejected:,} quarantined: {named}" if rejected else text


def _statistics(outputs: Outputs) -> str:
    uri = artifact_utils.get_split_uri(outputs["statistics"], SPLITS[0])
    content = (Path(uri) / "FeatureStats.pb").read_bytes()
    datasets = statistics_pb2.DatasetFeatureStatisticsList.FromString(content).datasets
    return f"{len(datasets[0].features)} features of {len(SPLITS)} splits"


def _schema(outputs: Outputs) -> str:
    schema = text_format.Parse((_folder(outputs, "schema") / "schema.pbtxt").read_text(), schema_pb2.Schema())
    return f"{len(schema.feature)} features"


def _validation(outputs: Outputs) -> str:
    by_split = {}
    for split in SPLITS:
        uri = artifact_utils.get_split_uri(outputs["anomalies"], split)
        by_split[split] = anomalies_pb2.Anomalies.FromString((Path(uri) / "SchemaDiff.pb").read_bytes())
    errors, warnings = (len(describe_anomalies(by_split, severity=level)) for level in ("error", "warning"))
    return f"{errors} anomalies, {warnings} warnings"


def _transform(outputs: Outputs) -> str:
    assets = _folder(outputs, "transform_graph") / "transform_fn" / "assets" / features.LABEL_VOCABULARY
    return f"{len(assets.read_text().splitlines())} classes"


def _baseline(outputs: Outputs) -> str:
    version = outputs["model"][0].get_string_custom_property("version")
    return f"version {version} is pushed now" if version else "nothing is pushed yet"


def _tuner(outputs: Outputs) -> str:
    return str(read_search(_folder(outputs, "best_hyperparameters")))


def _trainer(outputs: Outputs) -> str:
    history = json.loads((_folder(outputs, "model_run") / "history.json").read_text())
    best = history["epochs"][history["best_epoch"] - 1]
    suggested, initial = history["suggested_learning_rate"], history["initial"]
    number = f"{history['replicas']} x " if history["replicas"] > 1 else ""
    return (
        f"{len(history['epochs'])} epochs on {number}{history['device']}, best {history['best_epoch']}:"
        f" eval accuracy {best['eval_accuracy']:.4f}"
        + (f", {initial['eval_accuracy']:.4f} before the first step" if initial else "")
        + (f"; lr_find suggests train.learning_rate={suggested:.2g}" if suggested else "")
    )


def _parity(outputs: Outputs) -> str:
    outcome: str = outputs["report"][0].get_string_custom_property("outcome")
    return outcome


def _evaluator(outputs: Outputs) -> str:
    passed = outputs["blessing"][0].get_int_custom_property("blessed")
    return "thresholds passed" if passed else "thresholds not passed"


def _champion(outputs: Outputs) -> str:
    champion = outputs["decision"][0].get_string_custom_property("champion")
    return f"{champion} is the champion" if champion else "no candidate is blessed"


def _pusher(outputs: Outputs) -> str:
    pushed = outputs["pushed_model"][0]
    if not pushed.get_int_custom_property("pushed"):
        return "nothing to push"
    version = pushed.get_string_custom_property("pushed_version")
    return (
        f"version {version}" if pushed.get_int_custom_property("is_new") else f"version {version} is this model already"
    )


def _records(outputs: Outputs) -> str:
    return "splits " + ", ".join(artifact_utils.decode_split_names(outputs["examples"][0].split_names))


def _module_transform(outputs: Outputs) -> str:
    path = _folder(outputs, "transform_graph") / "transformed_metadata" / "schema.pbtxt"
    return f"{len(text_format.Parse(path.read_text(), schema_pb2.Schema()).feature)} transformed features"


def _module_pusher(outputs: Outputs) -> str:
    pushed = outputs["pushed_model"][0]
    reasons: str = pushed.get_string_custom_property("decision")
    return _pusher(outputs) if pushed.get_int_custom_property("pushed") else f"nothing to push: {reasons}"


def _folder(outputs: Outputs, name: str) -> Path:
    return Path(outputs[name][0].uri)


_BY_STEP: dict[str, Callable[[Outputs], str]] = {
    steps.EXAMPLES: _examples,
    steps.STATISTICS: _statistics,
    steps.SCHEMA: _schema,
    steps.VALIDATION: _validation,
    steps.ANOMALY_GATE: lambda _: "no anomalies",
    steps.TRANSFORM: _transform,
    steps.BASELINE: _baseline,
    "Tuner": _tuner,
    "Trainer": _trainer,
    "Parity": _parity,
    "Evaluator": _evaluator,
    steps.CHAMPION: _champion,
    steps.PUSHER: _pusher,
    module_steps.RECORDS: _records,
    module_steps.TRANSFORM: _module_transform,
    module_steps.TRAINER: lambda _: "run_fn left a SavedModel",
    module_steps.EVALUATOR: _evaluator,
    module_steps.PUSHER: _module_pusher,
}
