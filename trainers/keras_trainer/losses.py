"""The loss of each example of a batch.

Shape letters: B examples of the batch, K classes.
"""

import tensorflow as tf


def mixed_losses(
    logits_BK: tf.Tensor,
    label_ids_B: tf.Tensor,
    partner_ids_B: tf.Tensor,
    shares_B: tf.Tensor,
    *,
    class_weights_K: tf.Tensor,
    label_smoothing: float,
) -> tf.Tensor:
    """Return the loss of each example, float32 [B], with smoothing, class weights and its share of each class in it."""
    own_B, partners_B = (
        _losses(logits_BK, ids_B, label_smoothing) * tf.gather(class_weights_K, ids_B)
        for ids_B in (label_ids_B, partner_ids_B)
    )
    return shares_B * own_B + (1 - shares_B) * partners_B


def _losses(logits_BK: tf.Tensor, label_ids_B: tf.Tensor, label_smoothing: float) -> tf.Tensor:
    if not label_smoothing:
        return tf.nn.sparse_softmax_cross_entropy_with_logits(label_ids_B, logits_BK)
    num_classes = tf.shape(logits_BK)[1]
    spread = label_smoothing / tf.cast(num_classes, tf.float32)
    targets_BK = tf.one_hot(label_ids_B, num_classes) * (1 - label_smoothing) + spread
    return tf.nn.softmax_cross_entropy_with_logits(targets_BK, logits_BK)
