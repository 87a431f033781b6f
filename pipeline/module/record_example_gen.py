"""TFX's own ExampleGen for records, which divides them by their content."""

from pathlib import Path

from tfx.components.example_gen.csv_example_gen.component import CsvExampleGen
from tfx.components.example_gen.import_example_gen.component import ImportExampleGen
from tfx.dsl.components.base.base_node import BaseNode
from tfx.proto import example_gen_pb2

from components.image_example_gen.splits import EVAL, TEST, TRAIN

_BUCKETS = 1000
"""Parts into which records fall by their content; fractions are rounded to them."""
_GENERATORS = {"csv": CsvExampleGen, "tfrecord": ImportExampleGen}


def record_example_gen(
    *, data: str, data_fingerprint: str, kind: str, eval_fraction: float, test_fraction: float
) -> BaseNode:
    """Return the component.

    Args:
        data: File of records, or folder of such files.
        data_fingerprint: Of the records; TFX takes its own, this one is in the key of the step.
        kind: `csv` or `tfrecord`.
        eval_fraction: Share of the records that goes to the eval split, 0 to 1.
        test_fraction: Share that goes to the test split, 0 to 1.
    """
    path = Path(data)
    folder, pattern = (path, "*") if path.is_dir() else (path.parent, path.name)
    buckets = {
        split: max(1, round(_BUCKETS * fraction)) for split, fraction in ((EVAL, eval_fraction), (TEST, test_fraction))
    }
    sizes = {TRAIN: _BUCKETS - sum(buckets.values()), **buckets}
    splits = [example_gen_pb2.SplitConfig.Split(name=name, hash_buckets=size) for name, size in sizes.items()]
    return _GENERATORS[kind](
        input_base=str(folder),
        input_config=example_gen_pb2.Input(splits=[example_gen_pb2.Input.Split(name="all", pattern=pattern)]),
        output_config=example_gen_pb2.Output(split_config=example_gen_pb2.SplitConfig(splits=splits)),
    )
