"""Where images come from: a folder of class folders, or scikit-learn's handwritten digits."""

import hashlib
import io
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

DIGITS = "digits"
"""The name that stands for scikit-learn's built-in scans instead of a folder."""

IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png"})
MIN_CLASSES = 2
"""Classes that a model needs at least."""


@dataclass(frozen=True)
class ImageSource:
    """One image before it is read.

    Attributes:
        name: Path relative to the data folder, or the index of a digit; it names the image in messages.
        label: Class name.
        path: File to read; None when `content` holds the bytes already.
        content: Encoded image, if it does not come from a file.
        span: Number of its span; None where the data has none.
    """

    name: str
    label: str
    path: str | None = None
    content: bytes | None = None
    span: int | None = None

    def read(self) -> bytes:
        """Return the encoded image; raises OSError when its file cannot be read."""
        if self.content is not None:
            return self.content
        return Path(str(self.path)).read_bytes()


@dataclass(frozen=True)
class FolderScan:
    """What a data folder holds, found without opening an image.

    Attributes:
        images: Image files, sorted by class and name.
        problems: Broken rules, a sentence each; empty when the folder can be used.
    """

    images: tuple[ImageSource, ...] = ()
    problems: tuple[str, ...] = field(default=())

    @property
    def labels(self) -> tuple[str, ...]:
        """Class names, sorted."""
        return tuple(sorted({image.label for image in self.images}))


def scan_folder(folder: Path, *, min_classes: int = MIN_CLASSES) -> FolderScan:
    """List the images of a folder of class folders and check its layout.

    Hidden files, files outside class folders and files of other kinds (by suffix) are left aside.

    Args:
        folder: The folder.
        min_classes: Class folders that it must hold at least.
    """
    if not folder.exists():
        return FolderScan(problems=(f"data folder {folder} does not exist; --data takes 'digits' or a folder",))
    if not folder.is_dir():
        return FolderScan(
            problems=(f"data path {folder} is not a folder; put each class's images in a folder of its own",)
        )
    try:
        classes = sorted(
            entry.name for entry in os.scandir(folder) if entry.is_dir() and not entry.name.startswith(".")
        )
    except OSError as error:
        return FolderScan(problems=(f"data folder {folder} cannot be listed: {error.strerror}",))
    images: list[ImageSource] = []
    problems: list[str] = []
    if len(classes) < min_classes:
        found = f"only one, {classes[0]!r}" if classes else "none"
        folders = f"{min_classes} class folders" if min_classes > 1 else "1 class folder"
        problems.append(f"data folder {folder} needs at least {folders} but has {found}")
    for label in classes:
        try:
            of_class = list(_images_of_class(folder, label))
        except OSError as error:
            problems.append(f"class folder {folder / label} cannot be listed: {error.strerror}")
            continue
        if not of_class:
            problems.append(f"class folder {folder / label} holds no .jpg, .jpeg or .png file; fill it or remove it")
        images.extend(of_class)
    return FolderScan(images=tuple(images), problems=tuple(problems))


def _images_of_class(folder: Path, label: str) -> Iterator[ImageSource]:
    for parent, subfolders, files in os.walk(folder / label, onerror=_raise):
        subfolders.sort()
        for name in sorted(files):
            if not name.startswith(".") and Path(name).suffix.lower() in IMAGE_SUFFIXES:
                path = Path(parent) / name
                yield ImageSource(name=str(path.relative_to(folder)), label=label, path=str(path))


def _raise(error: OSError) -> None:
    raise error


def digit_images() -> tuple[ImageSource, ...]:
    """Return scikit-learn's 1,797 8x8 scans as grey PNG files in memory, labels "0" to "9"."""
    import numpy as np
    from PIL import Image
    from sklearn.datasets import load_digits

    digits = load_digits()
    brightest = 16
    images = []
    for index, (scan, target) in enumerate(zip(digits.images, digits.target, strict=True)):
        encoded = io.BytesIO()
        grey = np.rint(scan * (255 / brightest)).astype(np.uint8)
        Image.fromarray(grey).save(encoded, format="PNG")
        images.append(ImageSource(name=f"digits[{index}]", label=str(target), content=encoded.getvalue()))
    return tuple(images)


def image_stamps(images: Iterable[ImageSource]) -> dict[str, str]:
    """Return image name to size and modification time; images in memory, which never change, have none.

    Content is not read, so that a large folder costs little.
    """
    return {image.name: _stamp(image.path) for image in images if image.path is not None}


def fingerprint(data: str, stamps: Mapping[str, str]) -> str:
    """Return a hash that changes when an image is added, removed, renamed or rewritten.

    Args:
        data: `digits`, the folder or the pattern.
        stamps: What `image_stamps` returned for its images.
    """
    digest = hashlib.sha256(data.encode())
    for name, stamp in stamps.items():
        digest.update(f"{name}\0{stamp}\n".encode())
    return digest.hexdigest()


def _stamp(path: str) -> str:
    try:
        status = os.stat(path)
    except OSError as error:
        return f"unreadable {error.errno}"
    return f"{status.st_size} {status.st_mtime_ns}"
