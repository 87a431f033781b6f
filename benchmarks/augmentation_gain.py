"""Whether augmentation helps: a model trained on few photos, with and without it.

    python -m benchmarks.augmentation_gain PHOTOS [--framework pytorch] [--epochs 15] [--policy none seed ...]

PHOTOS has a folder of JPEG files for each class. A share of the photos is trained on, so that a model learns them by
heart; what counts is how it does on the others, and how far that lies from how it does on its own.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from trainers.augmentation.config import AugmentationConfig
from trainers.augmentation.draw import ColorRange
from trainers.config import TrainConfig
from trainers.evaluation import evaluate
from trainers.example_split import InMemorySplit, TrainingData


def load_photos(folder: Path, *, size_pixels: int, train_images: int, eval_images: int) -> TrainingData:
    """Return standardised photos, chosen and divided by chance."""
    names = sorted(path.name for path in folder.iterdir() if path.is_dir())
    files = [(path, index) for index, name in enumerate(names) for path in sorted((folder / name).glob("*.jpg"))]
    chosen = np.random.default_rng(0).permutation(len(files))[: train_images + eval_images]
    images = [Image.open(files[number][0]).convert("RGB").resize((size_pixels, size_pixels)) for number in chosen]
    levels = np.stack([np.asarray(image, np.float32) for image in images]) / 255
    labels = np.array([files[number][1] for number in chosen], np.int64)
    mean, deviation = levels[:train_images].mean(axis=(0, 1, 2)), levels[:train_images].std(axis=(0, 1, 2))
    pixels = (levels - mean) / deviation
    return TrainingData(
        train=InMemorySplit(pixels[:train_images], labels[:train_images]),
        eval=InMemorySplit(pixels[train_images:], labels[train_images:]),
        class_names=tuple(names),
        image_shape=(size_pixels, size_pixels, 3),
        color_range=ColorRange(black_C=-mean / deviation, width_C=1 / deviation),
    )


def main() -> None:
    """Train once for each policy and print how it went."""
    parser = argparse.ArgumentParser()
    parser.add_argument("photos", type=Path)
    parser.add_argument("--framework", choices=["keras", "pytorch"], default="pytorch")
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--train-images", type=int, default=1000)
    parser.add_argument("--eval-images", type=int, default=1000)
    parser.add_argument("--policy", nargs="+", default=["none", "flip_crop", "seed", "trivial"])
    options = parser.parse_args()
    data = load_photos(
        options.photos,
        size_pixels=options.size,
        train_images=options.train_images,
        eval_images=options.eval_images,
    )
    for policy in options.policy:
        augmentation = AugmentationConfig.model_validate({"policy": policy})
        config = TrainConfig(epochs=options.epochs, augmentation=augmentation)
        sys.stdout.write(f"{policy:<12}{train(options.framework, data, config)}\n")
        sys.stdout.flush()


def train(framework: str, data: TrainingData, config: TrainConfig) -> str:
    """Train a model and return the figures of its last epoch in one line; training photos count undistorted."""
    if framework == "keras":
        from trainers.keras_trainer import build, predict
        from trainers.keras_trainer import train as side
    else:
        from trainers.torch_trainer import build, predict
        from trainers.torch_trainer import train as side

    model = build.build_model(
        config.model, num_classes=data.num_classes, image_shape=data.image_shape, seed=config.seed
    )
    with tempfile.TemporaryDirectory() as folder:
        history = side.train(model, data, config, work_dir=Path(folder), report=lambda _: None)

    def on(split: InMemorySplit) -> str:
        def logits_of(pixels: np.ndarray) -> np.ndarray:
            return predict.predict_logits(model, pixels, batch_size_examples=len(pixels))

        found = evaluate(logits_of, split, batch_size_examples=256)
        return f"accuracy {found.accuracy:.3f} loss {found.loss:.3f}"

    assert isinstance(data.train, InMemorySplit)
    assert isinstance(data.eval, InMemorySplit)
    last = history.epochs[-1]
    return (
        f"best epoch {history.best_epoch:>2}: own photos {on(data.train)}, other photos {on(data.eval)}; "
        f"last epoch: other photos accuracy {last.eval_accuracy:.3f} loss {last.eval_loss:.3f}; "
        f"{history.train_seconds:.0f} s"
    )


if __name__ == "__main__":
    main()
