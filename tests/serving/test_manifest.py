"""A manifest refuses content that contradicts itself."""

import pytest
from pydantic import ValidationError

from serving.manifest import FileRecord, ImageSpec, Manifest, ParityFigures


def test_parity_cannot_pass_with_reasons_against_it() -> None:
    with pytest.raises(ValidationError, match="passed is True but there are 1 reasons"):
        ParityFigures(limit=1e-4, images=64, reasons=("SavedModel differs.",), passed=True)


def test_parity_cannot_fail_without_a_reason() -> None:
    with pytest.raises(ValidationError, match="passed is False but there are 0 reasons"):
        ParityFigures(limit=1e-4, images=64, reasons=(), passed=False)


@pytest.mark.parametrize("difference", [float("nan"), float("inf"), -1.0])
def test_difference_must_be_a_finite_distance(difference: float) -> None:
    with pytest.raises(ValidationError, match="onnx_max_abs_diff"):
        ParityFigures(limit=1e-4, images=64, onnx_max_abs_diff=difference, reasons=(), passed=True)


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../up", "a/../b", "a//b", "./a", "a\\b"])
def test_file_path_must_be_plain_and_inside_the_bundle(path: str) -> None:
    with pytest.raises(ValidationError, match="not a plain relative path"):
        Manifest.model_validate({"files": {path: {"sha256": "0" * 64, "size_bytes": 0}}})


def test_file_record_needs_a_whole_checksum() -> None:
    with pytest.raises(ValidationError, match="sha256"):
        FileRecord(sha256="abc", size_bytes=1)


def test_misspelt_field_is_refused() -> None:
    with pytest.raises(ValidationError, match="size_pixel\n"):
        ImageSpec.model_validate({"size_pixel": 96})


def test_values_cannot_be_changed() -> None:
    image = ImageSpec(size_pixels=96)

    with pytest.raises(ValidationError, match="frozen"):
        image.size_pixels = 128
