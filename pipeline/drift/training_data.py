"""The statistics of the images that the pushed model was trained on, found by its manifest's lineage."""

from collections.abc import Mapping
from pathlib import Path

from tensorflow_metadata.proto.v0.statistics_pb2 import DatasetFeatureStatisticsList

from components.image_example_gen.splits import TRAIN
from pipeline.errors import PipelineError
from pipeline.lineage import Lineage

_STATISTICS_STEP = "statistics_step"
_STATISTICS_FILE = "FeatureStats.pb"


def training_statistics(made_of: Mapping[str, str], lineage: Lineage) -> DatasetFeatureStatisticsList:
    """Return what StatisticsGen computed of the train split.

    Args:
        made_of: What the manifest of the pushed model says of its lineage.
        lineage: ML Metadata of the root in which it was trained.

    Raises:
        PipelineError: The manifest does not say where they are, or they are gone.
    """
    key = made_of.get(_STATISTICS_STEP)
    if key is None:
        raise PipelineError(
            "the manifest of the pushed model does not name the statistics of its training data: an earlier version of"
            " the pipeline or a cluster made it; train and push once more on this machine"
        )
    finished = lineage.find_finished(key)
    if finished is None:
        raise PipelineError(
            "the statistics of the pushed model's training data are not in this root, or their files are gone; check"
            " --root, or run the pipeline again on the same data"
        )
    return _read(finished.outputs["statistics"] / f"Split-{TRAIN}" / _STATISTICS_FILE)


def _read(path: Path) -> DatasetFeatureStatisticsList:
    try:
        return DatasetFeatureStatisticsList.FromString(path.read_bytes())
    except OSError as error:
        raise PipelineError(f"statistics {path} cannot be read: {error.strerror}") from error
