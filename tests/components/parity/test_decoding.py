"""The Transform graph's decoder and Pillow give the same pixels, and where they do not it is counted."""

import numpy as np
import tiny_exports

from components.parity.decoding import decode_both_ways


def test_both_decoders_agree_on_jpeg_and_png_in_colour_and_grey() -> None:
    images = tiny_exports.draw_images(20)

    decoded = decode_both_ways(images)

    assert decoded.max_diff_levels == 0
    assert decoded.differing_images == 0
    assert [image.shape for image in decoded.graph[:4]] == [(40, 31, 3), (9, 13, 3), (16, 16, 3), (57, 20, 3)]
    assert decoded.graph[0].dtype == decoded.pillow[0].dtype == np.uint8


def test_differing_images_are_counted() -> None:
    images = [tiny_exports.draw_image(seed=1, height=9, width=9), tiny_exports.draw_16_bit_image()]

    decoded = decode_both_ways(images)

    assert decoded.differing_images == 1
    assert decoded.max_diff_levels > 200
