"""`python -m pipeline.run`: run the pipeline on some images and push the better model."""

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from pipeline.command_line import end_on_sigterm, place_settings, read_words
from pipeline.presets import PRESETS

RUNNERS = ("local", "beam", "kubeflow")
_FRAMEWORKS = {"both": ("keras", "pytorch"), "keras": ("keras",), "pytorch": ("pytorch",)}
_EXAMPLES = """\
examples:
  python -m pipeline.run                                   both frameworks on handwritten digits
  python -m pipeline.run --data photos/ --preset quick     a folder with one folder of images for each class
  python -m pipeline.run --data 'data/span-{SPAN}/' --set data.spans=3   the three newest of numbered folders
  python -m pipeline.run --framework pytorch --model torchvision:resnet18 --set train.epochs=5
  python -m pipeline.run --framework keras --model my/model.py:build_model
  python -m pipeline.run --tune 12                         search learning rate and weight decay before training
  python -m pipeline.run --set train.epochs=5 --dry-run    what would be executed, what is cached, and why
  python -m pipeline.run --resume                          go on with the last run of the root
  python -m pipeline.run --runner beam --beam-runner multi_process
  python -m pipeline.run --runner kubeflow --compile-only digits.yaml

exit codes: 0 pushed, or nothing had changed; 1 failed; 2 usage, configuration or data; 3 not blessed"""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.run",
        description="Validate images, train Keras and PyTorch, compare both on the same gates, push the better.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--runner", default="local", metavar="NAME", help=f"how to run: {', '.join(RUNNERS)} (default: local)")
    add("--framework", metavar="NAME", help="keras, pytorch or both (default: both)")
    add("--data", metavar="digits|PATH", help="digits, a folder of class folders of JPEG/PNG, or 'data/span-{SPAN}'")
    add(
        "--model",
        metavar="NAME|MODULE",
        action="append",
        default=[],
        help="cnn, resnet, torchvision:NAME or path/or.module:function; keras=... and pytorch=... set one side only",
    )
    add("--root", metavar="DIR", help="folder of artifacts, metadata, logs and reports (default: runs)")
    add("--push-dir", metavar="DIR", help="folder that models are pushed to (default: models in the root)")
    add("--model-name", metavar="NAME", help="name under which the model is pushed (default: that of the data)")
    add("--config", metavar="FILE", help="YAML file of settings")
    add(
        "--set",
        metavar="A.B=C",
        action="append",
        default=[],
        dest="assignments",
        help="one setting, e.g. train.epochs=5",
    )
    add("--preset", metavar="NAME", help=f"starting point: {', '.join(PRESETS)} (default: by the data)")
    add(
        "--tune",
        metavar="TRIALS",
        type=_positive,
        nargs="?",
        const=0,
        help="search good settings first, in so many trials for each framework (default: tune.trials)",
    )
    _add_steps(parser.add_argument_group("which steps, with the runners local and beam"))
    _add_runners(parser.add_argument_group("where they run"))
    return parser


def _add_steps(group: "argparse._ArgumentGroup") -> None:
    add = group.add_argument
    add("--from", metavar="STEP", dest="start", help="execute this step and what depends on it, cached or not")
    add("--until", metavar="STEP", help="stop after this step")
    add("--only", metavar="STEP", help="execute this step alone, cached or not")
    add(
        "--resume", metavar="RUN", nargs="?", const="last", help="go on with a failed or killed run (default: the last)"
    )
    add("--dry-run", action="store_true", help="show what would be executed, what is cached and why; run nothing")
    add("--explain-cache", metavar="STEP", help="say which file, setting or image makes a step run again; run nothing")


def _add_runners(group: "argparse._ArgumentGroup") -> None:
    add = group.add_argument
    add("--jobs", type=_positive, metavar="N", help="steps at the same time (default: by cores and memory)")
    add("--beam-runner", metavar="NAME", help="in_process, multi_process, flink, spark, dataflow or portable")
    add(
        "--beam-arg", metavar="ARG", action="append", default=[], help="one option for Beam, e.g. --beam-arg=--region=x"
    )
    add("--compile-only", metavar="FILE", help="kubeflow: write the package (.yaml) and check it; run nothing")
    add("--submit", metavar="HOST", help="kubeflow: upload, run and follow, e.g. http://localhost:8080")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    options, unknown, known = read_words(build_parser(), arguments)
    end_on_sigterm()
    from pipeline.command import run_command

    return run_command(options, unknown_options=unknown, known_options=known)


def nested_options(options: argparse.Namespace) -> dict[str, Any]:
    """Return the options that were given as nested settings."""
    settings = place_settings(options)
    if options.framework in _FRAMEWORKS:
        settings["frameworks"] = _FRAMEWORKS[options.framework]
    if options.tune is not None:
        settings["tune"] = {"enabled": True, **({"trials": options.tune} if options.tune else {})}
    if options.jobs is not None:
        settings["local"] = {"jobs": options.jobs}
    beam: dict[str, Any] = {"args": tuple(options.beam_arg)} if options.beam_arg else {}
    if options.beam_runner is not None or options.runner == "beam":
        beam["runner"] = options.beam_runner or "multi_process"
    if beam:
        settings["beam"] = beam
    for model in options.model:
        framework, equals, source = model.partition("=")
        if equals and framework in _FRAMEWORKS["both"]:
            settings.setdefault("models", {})[framework] = source
        else:
            settings.setdefault("train", {})["model"] = model
    return settings


if __name__ == "__main__":
    sys.exit(main())
