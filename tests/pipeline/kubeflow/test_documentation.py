"""The manifests in the documentation are valid for Kubernetes."""

import re
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

PAGE = Path(__file__).parents[3] / "docs" / "kubeflow.md"
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)
MANIFESTS = [
    manifest for block in BLOCKS for manifest in yaml.safe_load_all(block) if manifest and "apiVersion" in manifest
]


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda manifest: manifest["kind"])
def test_a_manifest_in_the_documentation_is_valid(manifest: dict[str, Any]) -> None:
    kubernetes_validate.validate(manifest, "1.34", strict=True)


def test_there_is_a_claim_for_the_default_volume() -> None:
    assert [manifest["metadata"]["name"] for manifest in MANIFESTS] == ["tandem-models"]


def test_settings_in_the_documentation_are_accepted() -> None:
    from pipeline.config import PipelineConfig

    settings = [content for block in BLOCKS for content in yaml.safe_load_all(block) if "kubeflow" in content]

    assert settings
    for content in settings:
        PipelineConfig.model_validate(content)
