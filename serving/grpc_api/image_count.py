"""The limit of images in a request, kept before their number takes any memory."""

from serving.errors import TooLargeError


def check_image_count(images: int, *, most: int) -> None:
    """Refuse too many images.

    Raises:
        TooLargeError: They are more than `most`.
    """
    if images > most:
        raise TooLargeError(f"The request holds {images} images, more than {most}; send fewer")
