"""What the end-to-end tests share: real scans in class folders."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits


@pytest.fixture(scope="session")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """300 scans of three digits in class folders, one of them damaged."""
    folder = tmp_path_factory.mktemp("data") / "three-digits"
    digits = load_digits(n_class=3)
    for index, (scan, target) in enumerate(zip(digits.images[:300], digits.target[:300], strict=True)):
        path = folder / f"digit-{target}" / f"{index:04}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray((scan * 15).astype(np.uint8)).save(path)
    first = folder / "digit-0" / "0000.png"
    (folder / "digit-0" / "cut.png").write_bytes(first.read_bytes()[:40])
    return folder
