import io
from pathlib import Path

import apache_beam as beam
import numpy as np
import pytest
import tensorflow as tf
from apache_beam.options.pipeline_options import PipelineOptions
from PIL import Image

from components.errors import DataError
from components.image_example_gen.ingest import IngestReport, check_report, ingest
from components.image_example_gen.sources import ImageSource
from components.image_example_gen.splits import SPLITS, SplitFractions

FRACTIONS = SplitFractions(eval=0.25, test=0.25)


def png(level: int) -> bytes:
    encoded = io.BytesIO()
    Image.fromarray(np.full((4, 6), level, np.uint8)).save(encoded, format="PNG")
    return encoded.getvalue()


def run(sources: list[ImageSource], folder: Path) -> IngestReport:
    options = PipelineOptions(["--runner=DirectRunner", "--direct_running_mode=in_memory", "--direct_num_workers=1"])
    return ingest(
        beam.Pipeline(options=options),
        sources,
        examples_dir=folder / "examples",
        quarantine_dir=folder / "quarantine",
        fractions=FRACTIONS,
        max_pixels=1000,
    )


def read_examples(folder: Path, split: str) -> list[tf.train.Example]:
    files = sorted(str(path) for path in (folder / "examples" / f"Split-{split}").glob("*.gz"))
    dataset = tf.data.TFRecordDataset(files, compression_type="GZIP")
    return [tf.train.Example.FromString(record) for record in dataset.as_numpy_iterator()]


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> tuple[IngestReport, Path]:
    folder = tmp_path_factory.mktemp("ingested")
    sources = [
        ImageSource(name=f"{level}", label="dark" if level < 30 else "light", content=png(level)) for level in range(60)
    ]
    sources += [ImageSource(name="copy of 7", label="dark", content=png(7))]
    sources += [ImageSource(name="bad.jpg", label="dark", content=b"text")]
    sources += [ImageSource(name="gone.png", label="light", path=str(folder / "gone.png"))]
    return run(sources, folder), folder


def test_every_usable_image_is_in_exactly_one_split(ingested: tuple[IngestReport, Path]) -> None:
    report, folder = ingested
    sizes = {split: len(read_examples(folder, split)) for split in SPLITS}

    assert sizes == report.split_sizes()
    assert sum(sizes.values()) == 61
    assert min(sizes.values()) > 0


def test_a_copy_lands_beside_its_original(ingested: tuple[IngestReport, Path]) -> None:
    _, folder = ingested
    with_seven = [
        split
        for split in SPLITS
        for example in read_examples(folder, split)
        if example.features.feature["image"].bytes_list.value[0] == png(7)
    ]

    assert len(with_seven) == 2
    assert len(set(with_seven)) == 1


def test_an_example_carries_the_image_its_label_and_its_facts(ingested: tuple[IngestReport, Path]) -> None:
    _, folder = ingested
    example = read_examples(folder, "train")[0].features.feature

    assert example["height"].int64_list.value == [4]
    assert example["width"].int64_list.value == [6]
    assert example["channels"].int64_list.value == [1]
    assert example["format"].bytes_list.value == [b"PNG"]
    assert example["size_bytes"].int64_list.value == [len(example["image"].bytes_list.value[0])]
    assert example["label"].bytes_list.value[0] in (b"dark", b"light")
    assert 0 <= example["brightness"].float_list.value[0] <= 1


def test_unusable_images_are_quarantined_by_name_and_rule(ingested: tuple[IngestReport, Path]) -> None:
    report, folder = ingested

    assert [(entry["path"], entry["rule"]) for entry in report.rejected] == [
        ("bad.jpg", "not_an_image"),
        ("gone.png", "unreadable"),
    ]
    assert len((folder / "quarantine" / "quarantine.jsonl").read_text().splitlines()) == 2


def spans_of(levels: dict[int, dict[str, list[int]]]) -> list[ImageSource]:
    """Return images by span, class and grey level; the same level is the same image."""
    return [
        ImageSource(name=f"s{span}/{label}/{level}", label=label, content=png(level), span=span)
        for span, classes in levels.items()
        for label, greys in classes.items()
        for level in greys
    ]


def labels_by_split(folder: Path) -> dict[bytes, tuple[str, bytes]]:
    """Return image to its split and class; the same image twice is an error."""
    found: dict[bytes, tuple[str, bytes]] = {}
    for split in SPLITS:
        for example in read_examples(folder, split):
            image = example.features.feature["image"].bytes_list.value[0]
            assert image not in found
            found[image] = (split, example.features.feature["label"].bytes_list.value[0])
    return found


def test_a_new_span_moves_no_image_to_another_split(tmp_path: Path) -> None:
    first = {1: {"dark": list(range(40)), "light": list(range(200, 240))}}
    run(spans_of(first), tmp_path / "one")
    run(spans_of({**first, 2: {"dark": list(range(40, 80))}}), tmp_path / "two")

    one, two = labels_by_split(tmp_path / "one"), labels_by_split(tmp_path / "two")

    assert len(one) == 80
    assert len(two) == 120
    assert {image: two[image] for image in one} == one


def test_of_equal_images_in_two_spans_the_newest_counts_with_its_class(tmp_path: Path) -> None:
    report = run(spans_of({1: {"dark": [1, 2, 3], "light": [200]}, 2: {"light": [2, 3], "dark": [4]}}), tmp_path)

    assert {image: label for image, (_, label) in labels_by_split(tmp_path).items()} == {
        png(1): b"dark",
        png(2): b"light",
        png(3): b"light",
        png(4): b"dark",
        png(200): b"light",
    }
    assert report.older_copies == (
        {"path": "s1/dark/2", "kept": "s2/light/2"},
        {"path": "s1/dark/3", "kept": "s2/light/3"},
    )
    assert sum(report.split_sizes().values()) == 5


def test_a_file_of_a_span_that_cannot_be_read_is_quarantined(tmp_path: Path) -> None:
    gone = ImageSource(name="s2/dark/gone", label="dark", path=str(tmp_path / "gone"), span=2)

    report = run([*spans_of({1: {"dark": [1]}}), gone], tmp_path)

    assert [entry["path"] for entry in report.rejected] == ["s2/dark/gone"]


def test_too_many_unusable_images_stop_the_run_and_are_named(ingested: tuple[IngestReport, Path]) -> None:
    report, _ = ingested

    with pytest.raises(DataError, match=r"2 of 63 images are unusable.*max_corrupt_fraction = 0\.01.*bad\.jpg"):
        check_report(report, labels=["dark", "light"], max_corrupt_fraction=0.01)
    check_report(report, labels=["dark", "light"], max_corrupt_fraction=0.05)


def test_a_class_without_training_images_and_an_empty_split_are_both_reported() -> None:
    report = IngestReport(counts={("train", "rose"): 3, ("eval", "tulip"): 1}, rejected=())

    with pytest.raises(DataError) as raised:
        check_report(report, labels=["rose", "tulip"], max_corrupt_fraction=0.01)

    assert "the test split has no image" in str(raised.value)
    assert "class 'tulip' has no image in the train split" in str(raised.value)
