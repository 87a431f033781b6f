"""Names under which the Evaluator asks TensorFlow Model Analysis for figures and Champion finds them."""

ACCURACY = "sparse_categorical_accuracy"
LOSS = "sparse_categorical_crossentropy"
PRECISION, RECALL = "precision", "recall"
CANDIDATE, BASELINE = "candidate", "baseline"

SIGNATURE = "predict_examples"
"""Signature of a bundle's SavedModel that takes serialised tf.Examples."""
LABEL_SIGNATURE = "transform_labels"
"""Signature that gives their label ids."""
PREDICTION = "probabilities"
"""The output that is judged."""
