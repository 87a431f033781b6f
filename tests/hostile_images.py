"""Image files that somebody could send on purpose, each with whether it can be classified."""

import io
import random
import struct
import zlib
from collections.abc import Mapping

from PIL import Image
from tiny_bundles import GREEN, RED, encode

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
END = b"\0\0\0\0IEND\xaeB`\x82"
MAX_MEGAPIXELS = 1.0
"""What the server under test is told; `too_large` images are a little over it, so that decoding them would be cheap."""


def chunk(kind: bytes, data: bytes) -> bytes:
    """Write a chunk of a PNG file, with its checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write_png(
    *, width: int, height: int, depth: int = 8, colour_type: int = 2, levels: bytes = b"", before: bytes = b""
) -> bytes:
    """Write a PNG file that may promise other sizes than it has; `before` are chunks in front of the pixels."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    return PNG_MAGIC + chunk(b"IHDR", header) + before + chunk(b"IDAT", zlib.compress(levels)) + END


def write_jpeg_header(*, width: int, height: int, components: int = 3, precision: int = 8) -> bytes:
    """Write the head of a JPEG file without pixels."""
    frame = struct.pack(">BHHB", precision, height, width, components) + b"".join(
        bytes([number + 1, 0x11, 0]) for number in range(components)
    )
    return b"\xff\xd8\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame + b"\xff\xd9"


def save(image: Image.Image, image_format: str, **options: object) -> bytes:
    encoded = io.BytesIO()
    image.save(encoded, image_format, **options)
    return encoded.getvalue()


def insert_into_jpeg(marker: int, data: bytes) -> bytes:
    """Write a JPEG file with a segment behind its start."""
    jpeg = encode(RED, image_format="JPEG", height=8, width=8)
    return jpeg[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data + jpeg[2:]


def make_usable() -> dict[str, bytes]:
    """Return odd files that are a JPEG or PNG of 8 bits all the same."""
    red, green = (Image.new("RGB", (9, 7), colour) for colour in (RED, GREEN))
    png, jpeg = encode(RED), encode(RED, image_format="JPEG", height=8, width=8)
    return {
        "cmyk": save(red.convert("CMYK"), "JPEG"),
        "grey_jpeg": save(red.convert("L"), "JPEG"),
        "progressive": save(red, "JPEG", progressive=True),
        "mpo": save(red, "MPO", save_all=True, append_images=[green]),
        "animated_png": save(red, "PNG", save_all=True, append_images=[green]),
        "one_bit": save(red.convert("1"), "PNG"),
        "palette": save(red.convert("P"), "PNG", transparency=0),
        "alpha": save(red.convert("RGBA"), "PNG"),
        "grey_alpha": save(red.convert("LA"), "PNG"),
        "one_pixel": save(red.crop((0, 0, 1, 1)), "PNG"),
        "wide": save(red.resize((5000, 1)), "PNG"),
        "jpeg_and_zip": jpeg + b"PK\x03\x04" + bytes(100),
        "png_and_page": png + b"<script>alert(1)</script>",
        "script_in_comment": insert_into_jpeg(0xFE, b"<?php system($_GET['c']); ?>"),
        "damaged_exif": insert_into_jpeg(0xE1, b"Exif\0\0MM\0*\xff\xff\xff\xff" + bytes(30)),
        "many_texts": write_png(
            width=1, height=1, levels=bytes(4), before=chunk(b"tEXt", b"Comment\0" + b"x" * 30) * 2000
        ),
    }


def make_unusable() -> dict[str, bytes]:
    """Return files that are to be refused."""
    png, jpeg = encode(RED), encode(RED, image_format="JPEG", height=40, width=40)
    flat = Image.new("RGB", (8, 8), RED)
    bomb = zlib.compress(bytes(20 << 20))
    return {
        "empty": b"",
        "one_byte": b"\xff",
        "png_magic": PNG_MAGIC,
        "jpeg_magic": b"\xff\xd8\xff",
        "words": b"no image",
        "truncated_png": png[:-30],
        "truncated_jpeg": jpeg[:-100],
        "wrong_checksum": png[:30] + b"\0\0\0\0" + png[34:],
        "no_pixels": PNG_MAGIC + chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)) + END,
        "no_header": PNG_MAGIC + chunk(b"IDAT", zlib.compress(bytes(100))) + END,
        "too_few_pixels": write_png(width=500, height=500, levels=bytes(100)),
        "zero_width": write_png(width=0, height=5),
        "largest_png": write_png(width=2**31 - 1, height=2**31 - 1, levels=bytes(10)),
        "negative_png": write_png(width=2**32 - 1, height=2**32 - 1, levels=bytes(10)),
        "largest_jpeg": write_jpeg_header(width=65535, height=65535),
        "zero_jpeg": write_jpeg_header(width=0, height=0),
        "deep_jpeg": write_jpeg_header(width=8, height=8, precision=12),
        "many_components": write_jpeg_header(width=8, height=8, components=200),
        "too_large": save(Image.new("L", (1100, 1000)), "PNG"),
        "bomb": write_png(width=30_000, height=30_000, depth=1, colour_type=0, levels=bytes(3751) * 4000),
        "bomb_in_text": write_png(width=1, height=1, levels=bytes(4), before=chunk(b"zTXt", b"a\0\0" + bomb)),
        "deep_grey": write_png(width=2, height=2, depth=16, colour_type=0, levels=bytes(10)),
        "deep_colour": write_png(width=2, height=2, depth=16, colour_type=2, levels=bytes(26)),
        "wrong_depth": write_png(width=2, height=2, depth=3, levels=bytes(14)),
        "wrong_colour_type": write_png(width=2, height=2, colour_type=5, levels=bytes(14)),
        "gif": save(flat.convert("P"), "GIF"),
        "animated_gif": save(flat, "GIF", save_all=True, append_images=[Image.new("RGB", (8, 8), GREEN)]),
        "gif_and_jpeg": b"GIF89a" + jpeg,
        "bmp": save(flat, "BMP"),
        "tiff": save(flat, "TIFF"),
        "webp": save(flat, "WEBP"),
        "icon": save(flat, "ICO"),
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
        "pdf": b"%PDF-1.7\n" + bytes(50),
        "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\n(/etc/passwd) (r) file\n",
        "zip": b"PK\x03\x04" + bytes(60),
    }


def damage_image(chance: random.Random, images: Mapping[str, bytes]) -> bytes:
    """Return one of the images with a few bytes changed, doubled or left out."""
    changed = bytearray(chance.choice(list(images.values())))
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(changed) + 1)
        changed[place : place + chance.randrange(4)] = chance.choice([b"", chance.randbytes(2), b"\xff\xff\xff\xff"])
    return bytes(changed)
