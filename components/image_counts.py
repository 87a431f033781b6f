"""How many images of each class are in each split: `counts.jsonl` beside the examples."""

import json
from collections import Counter
from pathlib import Path

IMAGE_COUNTS_FILE = "counts.jsonl"

ImageCounts = dict[tuple[str, str], int]
"""(split, class name) to number of images; pairs without an image are left out."""


def image_count_line(counted: tuple[tuple[str, str], int]) -> str:
    """Return the line of one split and class, without its end."""
    (split, label), images = counted
    return json.dumps({"split": split, "label": label, "images": images})


def read_image_counts(examples_dir: Path) -> ImageCounts:
    """Read the counts beside the examples."""
    lines = (examples_dir / IMAGE_COUNTS_FILE).read_text().splitlines()
    entries = [json.loads(line) for line in lines]
    return Counter({(entry["split"], entry["label"]): entry["images"] for entry in entries})
