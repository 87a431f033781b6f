from pathlib import Path

from components.image_counts import IMAGE_COUNTS_FILE, image_count_line, read_image_counts


def test_counts_read_back_as_they_were_written(tmp_path: Path) -> None:
    counts = {("train", "rose"): 30, ("test", "tulip \n2"): 1}
    (tmp_path / IMAGE_COUNTS_FILE).write_text("\n".join(map(image_count_line, counts.items())) + "\n")

    assert read_image_counts(tmp_path) == counts
