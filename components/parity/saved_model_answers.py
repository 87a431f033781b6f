"""Ask a SavedModel, loaded from disk, through its own signatures.

Shape letters: N images, K classes.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf

from components.errors import GateError
from components.parity.comparison import Probabilities
from serving.bundle import SAVED_MODEL_FILE
from trainers import features
from trainers.export.saved_model import EXAMPLES, IMAGE_BYTES, LABEL, LABELS_SIGNATURE, PROBABILITIES, SERVING_SIGNATURE


class SavedModelUnderTest:
    """A SavedModel as a server sees it: files and signatures, nothing of the code that wrote them."""

    def __init__(self, directory: Path) -> None:
        """Load the SavedModel in the folder.

        Raises:
            GateError: there is none, or it lacks a signature.
        """
        if not (directory / SAVED_MODEL_FILE).is_file():
            raise GateError(f"{directory}: there is no {SAVED_MODEL_FILE} to compare; export the SavedModel first.")
        # The signatures hold their variables weakly; without the model they would answer with an error.
        self._model = tf.saved_model.load(str(directory))
        missing = {SERVING_SIGNATURE, LABELS_SIGNATURE} - set(self._model.signatures)
        if missing:
            raise GateError(
                f"{directory}: the SavedModel lacks the signatures {sorted(missing)}; export it with write_saved_model."
            )
        self._predict = self._model.signatures[SERVING_SIGNATURE]
        self._transform_labels = self._model.signatures[LABELS_SIGNATURE]

    def predict(self, images: Sequence[bytes], *, batch_size: int) -> tuple[Probabilities, list[str]]:
        """Classify encoded images in batches; return probabilities, float32 [N, K], and the N class names."""
        batches = [images[start : start + batch_size] for start in range(0, len(images), batch_size)]
        answers = [self._predict(**{IMAGE_BYTES: tf.constant(batch)}) for batch in batches]
        labels = np.concatenate([answer[LABEL].numpy() for answer in answers])
        return np.concatenate([answer[PROBABILITIES].numpy() for answer in answers]), [name.decode() for name in labels]

    def label_ids(self, class_names: Sequence[str]) -> list[int]:
        """Look class names up in the vocabulary inside the SavedModel; -1 for a name that it lacks."""
        examples = [_label_example(name) for name in class_names]
        ids: list[int] = self._transform_labels(**{EXAMPLES: tf.constant(examples)})[features.LABEL_ID].numpy().tolist()
        return ids


def _label_example(class_name: str) -> bytes:
    value = tf.train.Feature(bytes_list=tf.train.BytesList(value=[class_name.encode()]))
    encoded: bytes = tf.train.Example(features=tf.train.Features(feature={features.LABEL: value})).SerializeToString()
    return encoded
