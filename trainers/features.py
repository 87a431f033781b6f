"""Names of the features of a Tandem example, before and after the Transform graph."""

IMAGE = "image"
"""Encoded JPEG or PNG, bytes."""
LABEL = "label"
"""Class name, UTF-8 bytes."""
HEIGHT = "height"
"""Height of the encoded image, pixels, int64."""
WIDTH = "width"
"""Width of the encoded image, pixels, int64."""
CHANNELS = "channels"
"""Channels of the encoded image (1 grey, 3 RGB, 4 RGBA or CMYK), int64."""
FORMAT = "format"
"""Encoding, `JPEG` or `PNG`, bytes."""
SIZE_BYTES = "size_bytes"
"""Length of the encoded image, bytes, int64."""
BRIGHTNESS = "brightness"
"""Mean of all decoded RGB values, 0 (black) to 1 (white), float32."""

PIXELS = "pixels"
"""Transformed image, float32 [height, width, 3], RGB, normalised; by default zero mean and unit variance."""
LABEL_ID = "label_id"
"""Index of the label in the Transform vocabulary, int64; -1 for a label that the train split does not have."""

LABEL_VOCABULARY = "label"
"""Name of the vocabulary file that Transform writes; line i is the name of class i."""

COLOR_CHANNELS = 3
"""Every image is decoded as RGB: grey is repeated, alpha is dropped."""
