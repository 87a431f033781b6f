from collections.abc import Iterator

import pytest
from colour_server import ColourServer
from listening_app import listening


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a real server with versions 1 and 2 of the colour model."""
    colours = ColourServer(tmp_path_factory.mktemp("models")).load()
    with listening(colours.app) as address:
        yield address
    colours.close()
