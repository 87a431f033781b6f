"""The SavedModel is asked through the signatures that it has on disk."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
import tiny_exports

from components.errors import GateError
from components.parity.saved_model_answers import SavedModelUnderTest


def test_answers_do_not_depend_on_the_batch_size(keras_bundle_dir: Path) -> None:
    saved_model = SavedModelUnderTest(keras_bundle_dir)
    images = tiny_exports.draw_images(9)

    by_two, labels_by_two = saved_model.predict(images, batch_size=2)
    at_once, labels_at_once = saved_model.predict(images, batch_size=64)

    assert by_two.shape == (9, 3)
    np.testing.assert_allclose(by_two, at_once, atol=1e-6)
    assert labels_by_two == labels_at_once


def test_vocabulary_is_asked_by_name(keras_bundle_dir: Path) -> None:
    assert SavedModelUnderTest(keras_bundle_dir).label_ids(["blue", "mauve", "red"]) == [2, -1, 0]


def test_missing_saved_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(GateError, match=r"there is no saved_model\.pb"):
        SavedModelUnderTest(tmp_path)


def test_saved_model_without_the_signatures_is_refused(tmp_path: Path) -> None:
    tf.saved_model.save(tf.Module(), str(tmp_path))

    with pytest.raises(GateError, match=r"lacks the signatures \['serving_default', 'transform_labels'\]"):
        SavedModelUnderTest(tmp_path)
