"""What Tandem's training loop costs on top of the bare loop of each framework: same model, same images, same epochs.

    python -m benchmarks.input_throughput keras|pytorch [--images 2048] [--size 64] [--rounds 3]
        [--model torchvision:resnet50] [--batch 64] [--precision bfloat16]

The bare loop is `keras.Model.fit` on arrays, or PyTorch's DataLoader over tensors with the few lines around it, on a
GPU with pinned memory and eight workers; both evaluate after each epoch, as Tandem does. Tandem's loop runs three
times: images in memory, in a mapped file, and, to show what augmentation costs, in memory with the policy `trivial`.
What counts is the time from the end of one epoch to the end of the next, so that building and tracing, once in a
training, are left out on both sides. Rounds alternate
between all of them; medians are printed, of the time on the clock and of the CPU time of all threads, which other
programs disturb less.
"""

import argparse
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from trainers.augmentation.config import AugmentationConfig
from trainers.augmentation.draw import ColorRange
from trainers.config import TrainConfig
from trainers.example_split import InMemorySplit, TrainingData
from trainers.optimization_config import OptimizationConfig
from trainers.progress import TrainingProgress

EPOCHS = 4
CLASSES = 5
EVAL_IMAGES = 256
GPU_WORKERS = 8
EpochEnded = Callable[[], None]
Run = Callable[[EpochEnded], None]
"""Trains, and calls after every epoch."""


def draw_data(num_images: int, size_pixels: int, folder: Path | None) -> TrainingData:
    """Return noise with labels; where a folder is given, training pixels lie in a file there."""
    random = np.random.default_rng(0)
    pixels = random.standard_normal((num_images + EVAL_IMAGES, size_pixels, size_pixels, 3), dtype=np.float32)
    pixels = np.clip(pixels, -2, 2)
    labels = random.integers(0, CLASSES, len(pixels))
    labels[:CLASSES] = labels[-CLASSES:] = np.arange(CLASSES)
    train_pixels = pixels[:num_images]
    if folder is not None:
        train_pixels.tofile(folder / "pixels")
        train_pixels = np.asarray(np.memmap(folder / "pixels", np.float32, mode="r", shape=train_pixels.shape))
    return TrainingData(
        train=InMemorySplit(train_pixels, labels[:num_images]),
        eval=InMemorySplit(pixels[num_images:], labels[num_images:]),
        class_names=tuple("abcde"),
        image_shape=(size_pixels, size_pixels, 3),
        color_range=ColorRange(black_C=np.full(3, -2, np.float32), width_C=np.full(3, 4, np.float32)),
    )


def bare_keras(data: TrainingData, config: TrainConfig) -> Run:
    """Return a run of `fit`."""
    import keras

    from trainers.keras_trainer import build

    model = build.build_model(config.model, num_classes=CLASSES, image_shape=data.image_shape, seed=0)
    train, evaluation = data.train, data.eval
    assert isinstance(train, InMemorySplit)
    assert isinstance(evaluation, InMemorySplit)

    model.compile(
        keras.optimizers.AdamW(config.learning_rate, weight_decay=config.weight_decay),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )

    def fit(epoch_ended: EpochEnded) -> None:
        model.fit(
            train.pixels_NHWC,
            train.label_ids_N,
            batch_size=config.batch_size_examples,
            epochs=config.epochs,
            validation_data=(evaluation.pixels_NHWC, evaluation.label_ids_N),
            callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: epoch_ended())],
            verbose=0,
        )

    return fit


def bare_torch(data: TrainingData, config: TrainConfig) -> Run:
    """Return a run of a loop over DataLoaders."""
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    from trainers.torch_trainer import build
    from trainers.torch_trainer.device import choose_device
    from trainers.torch_trainer.precision import autocast

    device = choose_device()
    on_gpu = device.type == "cuda"
    model = build.build_model(config.model, num_classes=CLASSES, image_shape=data.image_shape, seed=0)
    model = model.to(device=device, memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(
        model.parameters(), config.learning_rate, weight_decay=config.weight_decay, fused=True
    )

    def loader(split: Any, shuffle: bool) -> Any:
        pixels = torch.from_numpy(split.pixels_NHWC).permute(0, 3, 1, 2)
        return DataLoader(
            TensorDataset(pixels, torch.from_numpy(split.label_ids_N)),
            config.batch_size_examples,
            shuffle=shuffle,
            pin_memory=on_gpu,
            num_workers=GPU_WORKERS if on_gpu else 0,
            persistent_workers=on_gpu,
        )

    def batches(loader: Any) -> Any:
        for pixels, labels in loader:
            placed = pixels.to(device, memory_format=torch.channels_last, non_blocking=True)
            yield placed, labels.to(device, non_blocking=True)

    def logits_of(pixels: Any) -> Any:
        with autocast(config.optimization.precision, device):
            return model(pixels).float()

    train, evaluation = loader(data.train, True), loader(data.eval, False)

    def fit(epoch_ended: EpochEnded) -> None:
        for _ in range(config.epochs):
            model.train()
            loss_sum = torch.zeros((), device=device)
            num_correct = torch.zeros((), dtype=torch.int64, device=device)
            for pixels, labels in batches(train):
                logits = logits_of(pixels)
                loss = torch.nn.functional.cross_entropy(logits, labels)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                loss_sum += loss.detach() * len(labels)
                num_correct += (logits.argmax(dim=1) == labels).sum()
            model.eval()
            with torch.no_grad():
                for pixels, labels in batches(evaluation):
                    num_correct += (model(pixels).argmax(dim=1) == labels).sum()
            num_correct.item()  # waits for the device
            epoch_ended()

    return fit


def tandem(framework: str, data: TrainingData, config: TrainConfig, waits: list[float]) -> Run:
    """Return a run of Tandem's loop, which notes the share of time that it waited for input."""
    if framework == "keras":
        from trainers.keras_trainer import build, train
    else:
        from trainers.torch_trainer import build, train

    model = build.build_model(config.model, num_classes=CLASSES, image_shape=data.image_shape, seed=0)

    def fit(epoch_ended: EpochEnded) -> None:
        def report(progress: TrainingProgress) -> None:
            if progress.eval_loss is not None:
                epoch_ended()

        with tempfile.TemporaryDirectory() as folder:
            history = train.train(model, data, config, work_dir=Path(folder), report=report)
        waits.extend(record.input_wait_fraction for record in history.epochs)

    return fit


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("framework", choices=["keras", "pytorch"])
    parser.add_argument("--images", type=int, default=2048)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--model", default="cnn")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--precision", default="float32", choices=["float32", "bfloat16"])
    options = parser.parse_args()
    optimization = OptimizationConfig(precision=options.precision)
    config = TrainConfig(
        model=options.model, epochs=EPOCHS, batch_size_examples=options.batch, optimization=optimization
    )
    trivial = config.model_copy(update={"augmentation": AugmentationConfig(policy="trivial")})
    waits: dict[str, list[float]] = {"memory": [], "file": [], "trivial": []}
    with tempfile.TemporaryDirectory() as folder:
        in_memory = draw_data(options.images, options.size, None)
        in_file = draw_data(options.images, options.size, Path(folder))
        bare = bare_keras if options.framework == "keras" else bare_torch
        runs = {
            "bare": bare(in_memory, config),
            "memory": tandem(options.framework, in_memory, config, waits["memory"]),
            "file": tandem(options.framework, in_file, config, waits["file"]),
            "trivial": tandem(options.framework, in_memory, trivial, waits["trivial"]),
        }
        seconds: dict[str, list[float]] = {name: [] for name in runs}
        cpu_seconds: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(options.rounds):
            for name, run in runs.items():
                stamps: list[tuple[float, float]] = []
                run(lambda stamps=stamps: stamps.append((time.perf_counter(), time.process_time())))
                for before, after in itertools.pairwise(stamps):
                    seconds[name].append(after[0] - before[0])
                    cpu_seconds[name].append(after[1] - before[1])
    medians = {name: statistics.median(of_run) for name, of_run in seconds.items()}
    cpu_medians = {name: statistics.median(of_run) for name, of_run in cpu_seconds.items()}
    for name, median in medians.items():
        waited = f", waits for input {statistics.median(waits[name]):.1%} of the time" if name in waits else ""
        ratio, cpu_ratio = median / medians["bare"], cpu_medians[name] / cpu_medians["bare"]
        sys.stdout.write(
            f"{options.framework} {name:<8} {median:6.3f} s, {options.images / median:6.0f} images/s, "
            f"{ratio:.2f} x bare; CPU {cpu_medians[name]:6.3f} s, {cpu_ratio:.2f} x bare{waited}\n"
        )


if __name__ == "__main__":
    main()
