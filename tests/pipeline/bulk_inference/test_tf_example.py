import pytest

from pipeline.bulk_inference.tf_example import encode_example, read_features


def test_what_is_encoded_is_read_back() -> None:
    serialised = encode_example({"image": [b"\x89PNG"], "key": [b"a/1.png"], "probability": [0.25], "none": []})

    assert read_features(serialised) == {"image": b"\x89PNG", "key": b"a/1.png", "probability": None, "none": None}


@pytest.mark.slow
def test_the_bytes_are_those_of_tensorflow() -> None:
    import tensorflow as tf

    ours = encode_example({"label": [b"cat"], "probabilities": [0.25, 0.75]})
    theirs = tf.train.Example()
    theirs.features.feature["label"].bytes_list.value.append(b"cat")
    theirs.features.feature["probabilities"].float_list.value.extend([0.25, 0.75])
    theirs.features.feature["size"].int64_list.value.append(3)

    assert tf.train.Example.FromString(ours).features.feature["probabilities"].float_list.value == [0.25, 0.75]
    assert read_features(theirs.SerializeToString()) == {"label": b"cat", "probabilities": None, "size": None}


def test_bytes_that_are_no_example_are_refused() -> None:
    with pytest.raises(ValueError, match=r"not a tf\.Example"):
        read_features(b"\x0agarbage")
