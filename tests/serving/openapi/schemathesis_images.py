"""Real images for schemathesis, which would else send random bytes and never see an answer 200.

Loaded by schemathesis itself, in a process of its own.
"""

import base64

import schemathesis
from hypothesis import strategies
from tiny_bundles import GREEN, RED, encode

IMAGES = [encode(RED), encode(GREEN, image_format="JPEG", height=20)]
FILES = strategies.sampled_from([*IMAGES, IMAGES[0][:50], b"", b"words"])

schemathesis.openapi.format("byte", FILES.map(lambda file: base64.b64encode(file).decode()))
schemathesis.openapi.format("binary", FILES)
for media_type in ("image/jpeg", "image/png"):
    schemathesis.openapi.media_type(media_type, FILES)
