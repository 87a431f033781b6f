import pytest

from trainers.errors import ModelSourceError
from trainers.models.architectures import BUILT_IN_MODELS, SMALLEST_IMAGE_PIXELS, check_image_size


@pytest.mark.parametrize("name", BUILT_IN_MODELS)
def test_the_smallest_size_passes_and_one_pixel_less_is_refused(name: str) -> None:
    smallest = SMALLEST_IMAGE_PIXELS[name]
    check_image_size(name, (smallest, smallest, 3))
    with pytest.raises(ModelSourceError, match=rf"{name}.*{smallest} pixels.*{smallest} x {smallest - 1}"):
        check_image_size(name, (smallest, smallest - 1, 3))
