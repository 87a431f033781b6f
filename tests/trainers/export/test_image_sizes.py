import pytest

from trainers.export.image_sizes import ImageSizes, trial_sizes, with_size


@pytest.mark.parametrize(
    ("sizes", "text"),
    [
        (ImageSizes(divisor=1, least_pixels=17), "all from 17 pixels on"),
        (ImageSizes(divisor=32, least_pixels=64), "multiples of 32 from 64 pixels on"),
    ],
)
def test_sizes_are_said_for_a_message(sizes: ImageSizes, text: str) -> None:
    assert str(sizes) == text


def test_only_multiples_from_the_least_on_are_accepted() -> None:
    sizes = ImageSizes(divisor=4, least_pixels=12)
    assert [pixels for pixels in range(20) if sizes.accept(pixels)] == [12, 16]
    assert ImageSizes(divisor=1, least_pixels=1).are_all
    assert not sizes.are_all


@pytest.mark.parametrize("divisor", [1, 2, 12, 14, 16, 32, 56, 64])
def test_trial_sizes_fit_the_model_and_differ(divisor: int) -> None:
    first, second = trial_sizes(lambda size: all(pixels % divisor == 0 for pixels in size))
    assert len({first, second, first[::-1], second[::-1]}) == 4


def test_trial_sizes_are_odd_too_where_the_model_takes_all() -> None:
    assert {pixels % 2 for size in trial_sizes(lambda _: True) for pixels in size} == {0, 1}


def test_no_trial_sizes_for_a_model_that_takes_one_size() -> None:
    assert trial_sizes(lambda size: size == (64, 64)) is None


def test_size_goes_where_the_shape_is_free() -> None:
    assert with_size((None, None, 3), (6, 5)) == (6, 5, 3)
    assert with_size((7, None, 3), (6, 5)) == (7, 5, 3)
