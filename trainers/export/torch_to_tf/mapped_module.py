"""A torch model as a TensorFlow module."""

import tensorflow as tf

from trainers.export.torch_to_tf.dtypes import to_tensorflow
from trainers.export.torch_to_tf.layout import Value
from trainers.export.torch_to_tf.plan import Plan, emit
from trainers.export.torch_to_tf.size_check import check_size
from trainers.export.torch_to_tf.weights import WeightStore


class MappedModule(tf.Module):
    """A torch model in evaluation mode, as TensorFlow ops on NHWC images of any batch size.

    Attributes:
        input_shape: H, W, C of the images; None where H or W is free.
        sizes: Which heights and widths it takes where they are free, else None.
        dtype: Their element type, float32 unless the torch model was float64.
        weights: The variables by the name of the torch parameter they hold; batch norms are folded in where possible.
    """

    def __init__(self, plan: Plan) -> None:
        """Create the variables of a plan.

        Raises:
            UnsupportedModelError: A rule's result does not have the shape or type that torch gives.
        """
        super().__init__(name="mapped_module")
        channels, height, width = plan.program.input_shape
        self.input_shape = (height, width, channels)
        self.sizes = plan.sizes
        self.dtype = to_tensorflow(plan.program.dtype)
        self._plan = plan
        self._store = WeightStore()
        # Variables may not be created while a caller traces, so all of them are created here. Tracing does it too, and
        # running the ops would leave two thirds of the weights' size in TensorFlow's hands (ViT-B/16, TensorFlow 2.21).
        with tf.init_scope():
            images = tf.TensorSpec([None, *self.input_shape], self.dtype)
            tf.function(self, autograph=False).get_concrete_function(images)
        self.weights = dict(self._store.variables)

    # There is nothing to convert, and AutoGraph would take a minute to find that out.
    @tf.autograph.experimental.do_not_convert
    def __call__(self, pixels_NHWC: tf.Tensor) -> tf.Tensor:
        """Run the model.

        Args:
            pixels_NHWC: [N, H, W, C] with N >= 1, of the model's element type and what it expects as preprocessing.

        Returns:
            The model's output; with four axes it is in torch's order, N, C, H, W.

        Raises:
            ValueError: Height, width, channels or type differ from what was mapped.
            InvalidArgumentError: Height or width is known only when it runs, and is not one of `sizes`.
        """
        pixels_NHWC = tf.convert_to_tensor(pixels_NHWC)
        if pixels_NHWC.dtype != self.dtype or not pixels_NHWC.shape.is_compatible_with([None, *self.input_shape]):
            raise ValueError(
                f"expected {self.dtype.name} images [N, H, W, C] = [N, {', '.join(map(str, self.input_shape))}], "
                f"got {pixels_NHWC.dtype.name} {pixels_NHWC.shape}"
            )
        pixels_NHWC = tf.ensure_shape(pixels_NHWC, [None, *self.input_shape])
        if self.sizes is not None:
            check_size(pixels_NHWC, self.input_shape, self.sizes)
        return emit(self._plan, Value(pixels_NHWC, channels_last=True), self._store)
