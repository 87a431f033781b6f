"""Bulk inference against a plain loop: the same images, the same ONNX file, each a whole process from the shell.

The images are scikit-learn's digits as PNG files of 32 x 32, repeated, in TFRecord files; one is damaged. Also
checked: every image has exactly one row. Also shown: memory at a quarter, at half and at the end.
`make bench`, or `python -m pytest benchmarks/bench_bulk_inference.py -m "" --benchmark-only -s`;
TANDEM_BENCH_IMAGES sets the number of images, TANDEM_BENCH_MODEL a bundle to take instead.
"""

import io
import os
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
IMAGES = int(os.environ.get("TANDEM_BENCH_IMAGES", "20000"))
FILES = 20
DAMAGED = 777
ROUNDS = 3
_MEDIANS: dict[str, float] = {}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the images; each file holds the same number."""
    import apache_beam as beam
    import numpy as np
    from apache_beam.options.pipeline_options import PipelineOptions
    from PIL import Image
    from sklearn.datasets import load_digits

    from pipeline.beam.arguments import beam_arguments
    from pipeline.beam.config import BeamConfig
    from pipeline.bulk_inference.tf_example import encode_example

    pictures = []
    for scan in load_digits().images:
        encoded = io.BytesIO()
        Image.fromarray((scan * 15.9375).astype(np.uint8)).resize((32, 32)).save(encoded, "PNG")
        pictures.append(encoded.getvalue())

    def example(index: int) -> bytes:
        picture = pictures[index % len(pictures)]
        return encode_example({"image": [picture[:60] if index == DAMAGED else picture], "key": [str(index).encode()]})

    folder = tmp_path_factory.mktemp("images")
    with beam.Pipeline(options=PipelineOptions(beam_arguments(BeamConfig()))) as pipeline:
        examples = pipeline | beam.Create(range(IMAGES)) | beam.Map(example)
        _ = examples | beam.io.WriteToTFRecord(str(folder / "digits.tfrecord"), num_shards=FILES)
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the bundle of the environment, or push one that a run on digits trained for one epoch."""
    given = os.environ.get("TANDEM_BENCH_MODEL")
    if given:
        return Path(given)
    root = tmp_path_factory.mktemp("runs")
    arguments = ["--root", str(root), "--framework", "keras", "--set", "train.epochs=1"]
    run("-m", "pipeline.run", *arguments, "--set", "evaluation.min_accuracy=0")
    return root / "models" / "digits"


def run(*arguments: str) -> list[tuple[float, int]]:
    """Run Python and return (seconds since the start, resident bytes) of the process, ten times a second."""
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, text=True, stderr=subprocess.PIPE)
    memory: list[tuple[float, int]] = []
    watcher = threading.Thread(target=watch, args=(process, memory))
    watcher.start()
    _, errors = process.communicate()
    watcher.join()
    assert process.returncode == 0, errors[-2000:]
    return memory


def watch(process: "subprocess.Popen[str]", memory: list[tuple[float, int]]) -> None:
    started = time.monotonic()
    while process.poll() is None:
        try:
            pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
        except (OSError, IndexError):
            return
        memory.append((time.monotonic() - started, pages * os.sysconf("SC_PAGE_SIZE")))
        time.sleep(0.1)


@pytest.fixture
def measured(benchmark: Any, request: pytest.FixtureRequest) -> Any:
    yield benchmark
    _MEDIANS[request.node.name] = statistics.median(benchmark.stats.stats.data)


@pytest.mark.timeout(3600)
def test_plain_loop(measured: Any, inputs: Path, model: Path) -> None:
    measured.pedantic(run, args=("-c", _PLAIN_LOOP, str(model), str(inputs)), rounds=ROUNDS)


@pytest.mark.timeout(3600)
def test_bulk_inference(measured: Any, inputs: Path, model: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    from pyarrow import dataset

    outputs: list[Path] = []
    memory: list[tuple[float, int]] = []

    def once() -> None:
        outputs.append(tmp_path_factory.mktemp("rows") / "rows.parquet")
        arguments = ("--model", str(model), "--input", str(inputs), "--output", str(outputs[-1]), "--id-column", "key")
        memory[:] = run("-m", "pipeline.predict", *arguments)

    measured.pedantic(once, rounds=ROUNDS)

    rows = dataset.dataset(outputs[-1]).to_table().to_pylist()
    assert sorted(int(row["id"]) for row in rows) == list(range(IMAGES))
    assert [row["id"] for row in rows if row["error"]] == [str(DAMAGED)]
    report_memory(memory)


def report_memory(memory: list[tuple[float, int]]) -> None:
    seconds = memory[-1][0]
    quarter, half, end = (
        min(memory, key=lambda sample: abs(sample[0] - seconds * part))[1] / 2**20 for part in (0.25, 0.5, 0.98)
    )
    sys.stdout.write(f"\nresident at 25 %: {quarter:.0f} MiB, 50 %: {half:.0f} MiB, 100 %: {end:.0f} MiB\n")


@pytest.fixture(scope="module", autouse=True)
def show_ratio() -> Any:
    yield
    if len(_MEDIANS) == 2:
        plain, bulk = _MEDIANS["test_plain_loop"], _MEDIANS["test_bulk_inference"]
        sys.stdout.write(
            f"\n{IMAGES:,} images: bulk {IMAGES / bulk:,.0f} images/s / plain {IMAGES / plain:,.0f} images/s,"
            f" time ratio {bulk / plain:.2f}\n"
        )


_PLAIN_LOOP = """
import io, struct, sys
from pathlib import Path
import numpy as np, onnxruntime
from PIL import Image
from pipeline.bulk_inference.tf_example import read_features

folder = Path(sys.argv[1])
if not (folder / "model.onnx").exists():
    folder = max(folder.glob("[0-9]*"), key=lambda version: int(version.name))
session = onnxruntime.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])
answers, batch = [], []

def answer():
    answers.extend(session.run(["probabilities"], {"image": np.stack(batch)})[0].argmax(1))
    batch.clear()

for path in sorted(Path(sys.argv[2]).iterdir()):
    with path.open("rb") as file:
        while header := file.read(12):
            record = file.read(struct.unpack("<QI", header)[0])
            file.read(4)
            try:
                batch.append(np.asarray(Image.open(io.BytesIO(read_features(record)["image"])).convert("RGB")))
            except (OSError, SyntaxError):
                continue
            if len(batch) == 64:
                answer()
if batch:
    answer()
"""
