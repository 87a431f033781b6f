"""The real TensorFlow Data Validation: what schemas say of the classes of a new span."""

import pytest
from tensorflow_metadata.proto.v0.schema_pb2 import Schema

from components.anomaly_gate.anomalies import describe_anomalies
from components.statistics.data_validation import tfdv
from components.statistics.fact_statistics import fact_statistics
from serving.image_facts import ImageFacts

FACTS = ImageFacts(height=8, width=8, channels=1, format="PNG", size_bytes=100, brightness=0.5)


def anomalies(labels: str, schema: Schema) -> list[str]:
    """Return what is wrong with images of these classes by a schema."""
    statistics = fact_statistics((label, FACTS) for label in labels)
    return describe_anomalies({"train": tfdv.validate_statistics(statistics, schema)})


@pytest.fixture(scope="module")
def curated() -> Schema:
    """The schema of a first span, kept and passed on as `data.schema_file`."""
    return tfdv.infer_schema(fact_statistics((label, FACTS) for label in "abcabc"))


def test_a_new_class_is_an_anomaly_by_a_curated_schema(curated: Schema) -> None:
    (found,) = anomalies("abcd", curated)

    assert found.startswith(
        "label in train: Unexpected string values: Examples contain values missing from the schema: d"
    )


def test_a_class_that_is_absent_from_new_images_is_none(curated: Schema) -> None:
    assert anomalies("ab", curated) == []


def test_an_inferred_schema_has_every_class_of_its_images() -> None:
    inferred = tfdv.infer_schema(fact_statistics((label, FACTS) for label in "abcd"))

    assert anomalies("abcd", inferred) == []
