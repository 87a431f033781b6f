"""Fixtures for tests of the server: a real export, built once."""

from pathlib import Path

import pytest
from tiny_bundles import make_draft


@pytest.fixture(scope="session")
def real_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with version 1 of `digits`, exported from PyTorch, its transform graph with it.

    Its weights are not learnt, which makes its answers no less exact.
    """
    import tiny_exports

    from serving.bundle import seal

    place: Path = tmp_path_factory.mktemp("exports")
    graph = tiny_exports.build_transform_graph(place / "graph")
    folder = tiny_exports.write_torch_bundle_files(
        place / "models" / "digits" / "1", tiny_exports.build_torch_module(), graph
    )
    seal(folder, make_draft(size_pixels=tiny_exports.IMAGE_SIZE_PIXELS))
    return place / "models"
