import pytest
import tensorflow as tf

from trainers.errors import DeviceError
from trainers.keras_trainer.compilation import as_graph

_SPEC = [tf.TensorSpec([None], tf.float32)]


@pytest.mark.parametrize("xla", [False, True])
def test_a_graph_takes_batches_of_any_size(xla: bool) -> None:
    total = tf.Variable(0.0)
    graph = as_graph(lambda values: total.assign_add(tf.reduce_sum(values)), _SPEC, xla=xla)
    graph(tf.ones(3))
    graph(tf.ones(2))
    assert total.numpy() == 5.0


def _print(values: tf.Tensor) -> None:
    tf.print(tf.strings.as_string(values))


def test_what_xla_cannot_compile_is_named() -> None:
    graph = as_graph(_print, _SPEC, xla=True)
    with pytest.raises(DeviceError, match=r"XLA cannot compile this model: .*AsString.*set optimization.compile=false"):
        graph(tf.ones(3))
