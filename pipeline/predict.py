"""`python -m pipeline.predict`: predict many images with a bundle, on any of Beam's runners."""

import argparse
import sys
from collections.abc import Sequence

from pipeline.command_line import end_on_sigterm, read_words

_EXAMPLES = """\
examples:
  python -m pipeline.predict --model runs/models/digits --input photos/ --output predictions.parquet
  python -m pipeline.predict --model runs/models/digits/3 --input 'data/*.tfrecord.gz' --output predictions.jsonl
  python -m pipeline.predict --model ... --input images.parquet --output predictions.parquet --beam-runner multi_process

The output is a folder of files with a row for each image: id, label, probability, error, model_version.
exit codes: 0 every image has a row, a damaged one with its error; 1 failed, nothing written; 2 usage or input"""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.predict",
        description="Predict many images with a pushed model.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--model", metavar="DIR", help="a bundle, or a folder of versions, of which the newest is taken")
    add(
        "--input",
        metavar="PATH",
        help="image, folder of images, .txt list of paths, TFRecord or Parquet file, folder or glob pattern of such",
    )
    add("--output", metavar="PATH", help="new folder for the rows; its ending chooses .parquet, .jsonl or .tfrecord")
    add("--format", metavar="NAME", help="parquet, jsonl or tfrecord (default: by the ending of the output)")
    add("--backend", metavar="NAME", default="auto", help="auto, onnx or savedmodel (default: auto, which takes onnx)")
    add("--batch-size", metavar="N", default="64", help="images that the model sees at once (default: 64)")
    add("--all-probabilities", action="store_true", help="add a column with the probability of every class")
    add("--image-column", metavar="NAME", default="image", help="feature or column of the image (default: image)")
    add("--id-column", metavar="NAME", help="feature or column of the id (default: file and number of the record)")
    add("--beam-runner", metavar="NAME", help="in_process, multi_process, flink, spark, dataflow, portable")
    add("--beam-workers", metavar="N", help="threads, processes or remote workers (default: the runner's choice)")
    add("--beam-image", metavar="IMAGE", help="container image of remote workers")
    add("--beam-arg", metavar="--A=B", action="append", default=[], help="write --beam-arg=--name=value; repeatable")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    options, unknown, known = read_words(build_parser(), arguments)
    end_on_sigterm()
    from pipeline.bulk_inference.command import run_command

    return run_command(options, unknown_options=unknown, known_options=known)


if __name__ == "__main__":
    sys.exit(main())
