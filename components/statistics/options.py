"""Options of StatisticsGen.

Without the hint below, TensorFlow Data Validation would take the encoded images for categories and count the unique
ones and their top values: memory and time in proportion to the whole data set (tfx issue 5777).
"""

from tensorflow_metadata.proto.v0 import schema_pb2

from components.statistics.data_validation import tfdv
from trainers import features


def image_statistics_options() -> tfdv.StatsOptions:
    """Return options that treat the encoded image as bytes and give the scalar facts full statistics."""
    hint = schema_pb2.Schema()
    image = hint.feature.add(name=features.IMAGE, type=schema_pb2.BYTES)
    image.image_domain.SetInParent()
    return tfdv.StatsOptions(schema=hint)
