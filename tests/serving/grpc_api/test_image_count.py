import pytest

from serving.errors import TooLargeError
from serving.grpc_api.image_count import check_image_count


def test_the_limit_itself_is_allowed() -> None:
    check_image_count(3, most=3)

    with pytest.raises(TooLargeError, match="holds 4 images, more than 3; send fewer"):
        check_image_count(4, most=3)
