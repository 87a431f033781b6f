import pytest

from trainers.normalization import FIXED_NORMALIZATIONS, IMAGENET, Normalization


def test_white_and_black_become_what_the_mean_and_deviation_say() -> None:
    assert 255 * IMAGENET.scale_C[0] + IMAGENET.offset_C[0] == pytest.approx((1 - 0.485) / 0.229)
    assert IMAGENET.offset_C[2] == pytest.approx(-0.406 / 0.225)


def test_one_normalisation_is_turned_into_another() -> None:
    given, wanted = FIXED_NORMALIZATIONS["symmetric"], IMAGENET
    conversion = wanted.after(given)
    assert conversion is not None
    for level in (0, 100, 255):
        pixel = level * given.scale_C[1] + given.offset_C[1]
        expected = level * wanted.scale_C[1] + wanted.offset_C[1]
        assert pixel * conversion.scale_C[1] + conversion.offset_C[1] == pytest.approx(expected)


def test_equal_normalisations_need_no_conversion() -> None:
    nearly = Normalization(scale_C=tuple(s * (1 + 1e-7) for s in IMAGENET.scale_C), offset_C=IMAGENET.offset_C)
    assert IMAGENET.after(nearly) is None
