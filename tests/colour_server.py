"""A whole server in this process, without a network: two versions of the flat-colour model, one with evaluation."""

import io
from pathlib import Path
from typing import Any

from tiny_bundles import add_evaluation, write_bundle

from serving.server import ModelServer
from serving.settings import Settings
from serving.web.access_log import Log

SHARPNESS = {1: 1.0, 2: 5.0}


class ColourServer:
    """The server, what it logs, and its folder."""

    def __init__(self, folder: Path, **options: Any) -> None:
        """Take the models folder, and further settings."""
        self.folder = folder
        for number, sharpness in SHARPNESS.items():
            write_bundle(folder / "colours" / str(number), sharpness=sharpness)
        add_evaluation(folder / "colours" / "2")
        (folder / "colours" / "serving.json").write_text('{"versions": "all", "labels": {"stable": 1}}')
        write_bundle(folder / "colours" / "3", answer="Identity")
        self.log = io.BytesIO()
        settings = Settings(models=folder, workers=1, max_request_images=4, max_body_mib=0.01, **options)
        self.server = ModelServer(settings, Log(self.log, clock=lambda: 1.5))
        self.app = self.server.app

    def load(self) -> "ColourServer":
        """Load what the keeper's thread would; the thread itself is not started."""
        self.server.keeper.look()
        return self

    def close(self) -> None:
        self.server.predictor.close()
