"""Which devices Keras trains on, as TensorFlow's distribution strategies."""

import functools

import tensorflow as tf

from trainers.devices.config import DevicesConfig
from trainers.errors import DeviceError


def choose_strategy(wanted: DevicesConfig) -> tf.distribute.Strategy | None:
    """Return the strategy for the devices asked for; None where TensorFlow puts everything there by itself.

    The way by a TPU has never been tried: none was to be had.

    Raises:
        DeviceError: The machine has no such devices, or not as many.
    """
    if wanted.kind == "tpu":
        return _tpu_strategy()
    gpus = [] if wanted.kind == "cpu" else tf.config.list_logical_devices("GPU")
    if wanted.kind == "gpu" and not gpus:
        raise DeviceError("devices.kind is gpu, but TensorFlow finds none; the log says why. Choose auto or cpu.")
    num_replicas = wanted.num_replicas(len(gpus))
    if num_replicas == 1:
        is_elsewhere = wanted.kind == "cpu" and tf.config.list_physical_devices("GPU")
        return tf.distribute.OneDeviceStrategy("/cpu:0") if is_elsewhere else None
    # Logical CPUs are there for tests: they divide one process's cores, which it uses all by itself otherwise.
    devices = gpus or tf.config.list_logical_devices("CPU")
    if num_replicas > len(devices):
        found = f"{len(gpus)} GPUs" if gpus else "no GPU"
        raise DeviceError(
            f"devices.replicas is {num_replicas}, but TensorFlow finds {found}; lower it. On a CPU one replica has all "
            "cores already."
        )
    return _mirrored_strategy(tuple(device.name for device in devices[:num_replicas]))


@functools.cache
def _mirrored_strategy(devices: tuple[str, ...]) -> tf.distribute.Strategy:
    """Return the one strategy of this process for some devices.

    A second one would number its exchanges from the beginning again, and TensorFlow takes one whose number has been
    used for the earlier one.
    """
    return tf.distribute.MirroredStrategy(devices)


def _tpu_strategy() -> tf.distribute.Strategy:
    try:
        resolver = tf.distribute.cluster_resolver.TPUClusterResolver.connect()
        return tf.distribute.TPUStrategy(resolver)
    except (ValueError, tf.errors.OpError) as error:
        raise DeviceError(f"devices.kind is tpu, but TensorFlow finds none: {str(error).splitlines()[0]}") from error


def device_name(strategy: tf.distribute.Strategy | None = None) -> str:
    """Return `cpu`, `tpu`, or the name of the first GPU that a strategy uses; without one, that is there."""
    gpus = tf.config.list_physical_devices("GPU")
    kind = "GPU" if gpus else "CPU"
    if strategy is not None:
        kind = tf.DeviceSpec.from_string(strategy.extended.worker_devices[0]).device_type
    if kind != "GPU":
        return kind.lower()
    return str(tf.config.experimental.get_device_details(gpus[0]).get("device_name", "gpu"))
