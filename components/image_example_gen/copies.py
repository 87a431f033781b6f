"""One of several equal images: where the same bytes are in more than one span, those of the newest count.

So an image that was delivered again with a corrected class has that class, and nothing counts twice. Copies within one
span, or in data without spans, are left as they are: nothing says which is meant.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput

from components.image_example_gen.sources import ImageSource

OLDER_COPIES = "older_copies"


class _DigestFn(beam.DoFn):
    """Key an ImageSource by its content, or by its name where the file cannot be read."""

    def process(self, source: ImageSource) -> Iterator[tuple[bytes, ImageSource]]:
        """Yield the pair."""
        try:
            digest = hashlib.sha256(source.read()).digest()
        except OSError:
            digest = source.name.encode()
        yield digest, source


class _KeepNewestFn(beam.DoFn):
    """Yield the images of the newest span among equal ones, and a line about each of the others."""

    def process(self, equal: tuple[bytes, Iterable[ImageSource]]) -> Iterator[Any]:
        """Take all images of one content; yields ImageSources, and lines to an output of their own."""
        images = sorted(equal[1], key=lambda image: (image.span or 0, image.name))
        newest = images[-1]
        for image in images:
            if image.span == newest.span:
                yield image
            else:
                yield TaggedOutput(OLDER_COPIES, json.dumps({"path": image.name, "kept": newest.name}))


def keep_newest(sources: beam.PCollection) -> tuple[beam.PCollection, beam.PCollection]:
    """Return the images that count, and a JSON line `{path, kept}` for each that a newer span has as well."""
    chosen = (
        sources
        | "Digest" >> beam.ParDo(_DigestFn())
        | "Equal" >> beam.GroupByKey()
        | "KeepNewest" >> beam.ParDo(_KeepNewestFn()).with_outputs(OLDER_COPIES, main="kept")
    )
    return chosen["kept"], chosen[OLDER_COPIES]
