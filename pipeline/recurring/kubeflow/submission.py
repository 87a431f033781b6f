"""What `pipeline.run --runner kubeflow --submit` would run, under the same checks."""

import argparse
from dataclasses import replace

from pipeline.door import Order, check_everything
from pipeline.kubeflow.preconditions import for_cluster
from pipeline.run import build_parser

_PASSED_ON = ("config", "preset", "data", "root", "push_dir", "model_name")


def check_submission(options: argparse.Namespace) -> Order:
    """Return what would be submitted.

    Raises:
        UsageError: With everything that is wrong with settings, models and data, or that cannot work in pods.
    """
    words = ["--runner", "kubeflow", "--submit", str(options.host)]
    for name in _PASSED_ON:
        if getattr(options, name) is not None:
            words.append(f"--{name.replace('_', '-')}={getattr(options, name)}")
    words += [f"--set={assignment}" for assignment in options.assignments]
    order = check_everything(build_parser().parse_args(words), (), ())
    return replace(order, config=for_cluster(order.config))
