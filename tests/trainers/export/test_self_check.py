import numpy as np
import pytest

from trainers.export.errors import ModelExportError
from trainers.export.self_check import check_equal, photo_like_images, relative_difference


def double(images_NHWC: np.ndarray) -> np.ndarray:
    return images_NHWC.mean((1, 2)) * 2


def test_equal_functions_pass_at_two_batch_sizes_and_two_kinds_of_images() -> None:
    check = check_equal(double, double, image_shape_HWC=(6, 5, 3), tolerance=0.0, what="the file")

    assert check.greatest == 0
    assert list(check.differences) == [
        "noise, batch of 1",
        "photo-like, batch of 1",
        "noise, batch of 3",
        "photo-like, batch of 3",
    ]


def test_free_height_and_width_are_checked_at_each_of_the_sizes_given() -> None:
    def wrong(images_NHWC: np.ndarray) -> np.ndarray:
        return double(images_NHWC) * (1.01 if images_NHWC.shape[1:3] == (9, 4) else 1)

    sizes, shape = [(6, 5), (9, 4)], (None, None, 3)
    check = check_equal(double, double, image_shape_HWC=shape, tolerance=0.0, what="the file", sizes=sizes)

    assert len(check.differences) == 8
    assert "photo-like, batch of 3, 9 x 4 pixels" in check.differences
    with pytest.raises(ModelExportError, match=r"differs .* 9 x 4 pixels\), above 0.0001"):
        check_equal(double, wrong, image_shape_HWC=shape, tolerance=1e-4, what="the file", sizes=sizes)


def test_wrong_function_is_refused_with_the_case_and_the_difference() -> None:
    def wrong(images_NHWC: np.ndarray) -> np.ndarray:
        return double(images_NHWC) * (1.01 if len(images_NHWC) > 1 else 1)

    with pytest.raises(ModelExportError, match=r"the file differs from the model by .* \(.*batch of 3\), above 0.0001"):
        check_equal(double, wrong, image_shape_HWC=(6, 5, 3), tolerance=1e-4, what="the file")


def test_model_that_differs_from_itself_is_told_as_such() -> None:
    generator = np.random.default_rng(0)

    def drawing(images_NHWC: np.ndarray) -> np.ndarray:
        return double(images_NHWC) + generator.normal()

    with pytest.raises(ModelExportError, match="different numbers each time for the same images"):
        check_equal(drawing, double, image_shape_HWC=(6, 5, 3), tolerance=1e-4, what="the file")


def test_nan_of_the_export_alone_is_refused() -> None:
    with pytest.raises(ModelExportError, match="differs from the model by nan"):
        check_equal(double, lambda x: double(x) * np.nan, image_shape_HWC=(6, 5, 3), tolerance=1e-4, what="the file")


def test_other_shape_is_refused() -> None:
    with pytest.raises(ModelExportError, match=r"gives the shape \(1, 2\) where the model gives \(1, 3\)"):
        check_equal(double, lambda x: double(x)[:, :2], image_shape_HWC=(6, 5, 3), tolerance=1e-4, what="the file")


def test_outputs_that_hardly_vary_are_measured_by_their_size() -> None:
    expected = np.full((2, 3), 100.0)
    assert relative_difference(expected + 0.01, expected) == pytest.approx(1e-3)


def test_photo_like_images_are_smooth_and_standardised() -> None:
    images_NHWC = photo_like_images(np.random.default_rng(1), (4, 32, 24, 3))

    assert images_NHWC.dtype == np.float32
    assert images_NHWC.std() == pytest.approx(1, abs=0.2)
    assert np.abs(np.diff(images_NHWC, axis=1)).mean() < 0.7 * np.abs(images_NHWC - images_NHWC[::-1]).mean()
