"""What a training job says about the model it exported; the manifest of the bundle is made from it."""

from importlib import metadata
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from trainers.framework import Framework
from trainers.optimization_config import Precision

CANDIDATE_FILE = "candidate.json"
WITNESS_FILE = "witness.npz"
HISTORY_FILE = "history.json"


class CandidateFacts(BaseModel):
    """Facts of an exported model that its files do not tell."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    framework: Framework
    model: str
    """Where the model comes from, as configured."""
    class_names: tuple[str, ...]
    """In the order of the outputs."""
    image_size_pixels: int
    parameters: int
    """Trained weights and the statistics beside them."""
    device: str
    """Where it was trained: `cpu`, or the name of the GPU."""
    replicas: int = 1
    """On how many such devices, which shared every batch."""
    precision: Precision
    """What training computed in."""
    exports: dict[str, float]
    """Further files of the bundle, and the greatest difference of a probability between each and the trained model."""
    train_seconds: float
    """Time of training, without loading data and without export; see `TrainingHistory.train_seconds`."""
    versions: dict[str, str]
    """Versions of the packages that made it."""

    def write(self, work_dir: Path) -> None:
        """Write `candidate.json` into a job's folder."""
        (work_dir / CANDIDATE_FILE).write_text(self.model_dump_json(indent=2))

    @classmethod
    def read(cls, work_dir: Path) -> "CandidateFacts":
        """Read what `write` wrote."""
        return cls.model_validate_json((work_dir / CANDIDATE_FILE).read_text())


def installed_versions(packages: tuple[str, ...]) -> dict[str, str]:
    """Return the versions of installed packages."""
    return {name: metadata.version(name) for name in packages}
