"""ImageExampleGen: the pipeline's first step."""

from pathlib import Path

import apache_beam as beam
from tfx.dsl.component.experimental.annotations import BeamComponentParameter, OutputArtifact, Parameter
from tfx.dsl.component.experimental.decorators import component
from tfx.types import artifact_utils
from tfx.types.standard_artifacts import Examples

from components.artifacts import Quarantine
from components.image_example_gen.ingest import check_report, describe_rejected, ingest
from components.image_example_gen.listing import list_images
from components.image_example_gen.splits import SPLITS, SplitFractions


@component(use_beam=True)
def ImageExampleGen(
    examples: OutputArtifact[Examples],
    quarantine: OutputArtifact[Quarantine],
    data: Parameter[str],
    spans: Parameter[str],
    data_fingerprint: Parameter[str],
    eval_fraction: Parameter[float],
    test_fraction: Parameter[float],
    max_corrupt_fraction: Parameter[float],
    max_image_pixels: Parameter[int],
    beam_pipeline: BeamComponentParameter[beam.Pipeline] = None,
) -> None:
    """Read the images of `data` and write tf.Examples of three splits.

    `spans` names the spans of a pattern and is empty otherwise; `data_fingerprint` is kept for lineage.
    """
    sources = list_images(data, spans)
    report = ingest(
        beam_pipeline,
        sources,
        examples_dir=Path(examples.uri),
        quarantine_dir=Path(quarantine.uri),
        fractions=SplitFractions(eval=eval_fraction, test=test_fraction),
        max_pixels=max_image_pixels,
    )
    labels = {source.label for source in sources}
    check_report(report, labels=labels, max_corrupt_fraction=max_corrupt_fraction)
    examples.split_names = artifact_utils.encode_split_names(list(SPLITS))
    examples.set_string_custom_property("payload_format", "FORMAT_TF_EXAMPLE")
    examples.set_string_custom_property("file_format", "tfrecords_gzip")
    examples.set_string_custom_property("data_fingerprint", data_fingerprint)
    if spans:
        examples.span = max(source.span or 0 for source in sources)
        examples.set_string_custom_property("spans", spans)
    for split, images in report.split_sizes().items():
        examples.set_int_custom_property(f"{split}_images", images)
    quarantine.set_int_custom_property("images", len(report.rejected))
    quarantine.set_int_custom_property("older_copies", len(report.older_copies))
    quarantine.set_string_custom_property("named", describe_rejected(report.rejected))
