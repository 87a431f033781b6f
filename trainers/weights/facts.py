"""What a file of trained weights says about them, in the header of the safetensors format."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError
from safetensors import SafetensorError, safe_open

from trainers.errors import WeightsError
from trainers.framework import Framework
from trainers.normalization import Normalization

_HEADER_KEY = "tandem"


class WeightsFacts(BaseModel):
    """Where weights come from and what they expect."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    framework: Framework
    model: str
    """The `model` setting that they were trained with."""
    class_names: tuple[str, ...]
    """In the order of the logits."""
    image_size_pixels: int
    """Side of the square that they were trained on, pixels."""
    scale_C: tuple[float, ...]
    """`level * scale + offset` makes the pixels that they were trained on, for each colour."""
    offset_C: tuple[float, ...]

    @property
    def normalization(self) -> Normalization:
        """What the weights expect of their pixels."""
        return Normalization(scale_C=self.scale_C, offset_C=self.offset_C)

    def as_header(self) -> dict[str, str]:
        """Return the metadata to write into a safetensors file."""
        return {_HEADER_KEY: self.model_dump_json()}


def read_facts(path: Path) -> WeightsFacts | None:
    """Return what a safetensors file says; None for one that another program wrote.

    Raises:
        WeightsError: The file cannot be read.
    """
    try:
        with safe_open(path, framework="np") as file:
            header = (file.metadata() or {}).get(_HEADER_KEY)
        return None if header is None else WeightsFacts.model_validate_json(header)
    except (OSError, SafetensorError, ValidationError) as error:
        raise WeightsError(
            f"weights {path} cannot be read as a safetensors file: {str(error).splitlines()[0]}."
        ) from error
