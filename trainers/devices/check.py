"""Whether a framework can train on the devices asked for, as far as the settings tell; no framework is imported."""

from trainers.config import TrainConfig
from trainers.framework import Framework


def check_devices(train: TrainConfig, framework: Framework) -> list[str]:
    """Return what is wrong with the devices on which one framework is to train, as sentences; empty when nothing is.

    What only the machine knows, such as how many GPUs there are, is found out when training begins.
    """
    if train.way != "loop":
        return []  # refused already where the way is checked
    problems = _keras_problems(train) if framework == "keras" else _pytorch_problems(train)
    if train.devices.kind == "cpu" and train.optimization.precision == "float16":
        problems.append(
            "train.optimization.precision 'float16' needs a GPU; choose 'bfloat16' with train.devices.kind 'cpu'."
        )
    return problems


def _pytorch_problems(train: TrainConfig) -> list[str]:
    problems = []
    if train.devices.kind == "tpu":
        problems.append("train.devices.kind 'tpu' trains keras models only; choose --framework keras, or another kind.")
    if train.devices.kind == "cpu" and train.devices.replicas != 1 and train.devices.sync_batch_norm:
        problems.append(
            "train.devices.sync_batch_norm needs GPUs with pytorch; leave it out with train.devices.kind 'cpu'."
        )
    return problems


def _keras_problems(train: TrainConfig) -> list[str]:
    devices, optimization = train.devices, train.optimization
    problems = []
    if devices.kind == "cpu" and devices.replicas != 1:
        problems.append(
            "train.devices.replicas shares a batch among GPUs with keras, whose one process has all cores of the CPU "
            "already; leave it out with train.devices.kind 'cpu'."
        )
    if devices.kind != "cpu" and devices.may_be_several and optimization.precision == "float16":
        problems.append(
            "train.optimization.precision 'float16' works on one device with keras; choose 'bfloat16', or leave out "
            "train.devices.replicas."
        )
    if devices.may_be_several and optimization.compile:
        problems.append(
            "train.optimization.compile works on one device with keras; set it to false, or leave out "
            "train.devices.replicas."
        )
    return problems
