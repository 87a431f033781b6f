"""A package of two tasks that runs in a second: `Make` writes a number into a file, `Take` reads it."""

import copy
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

Documents = list[dict[str, Any]]
WritePackage = Callable[[Documents], Path]

_TYPE = {"schemaTitle": "system.Artifact"}
_MAKE = textwrap.dedent("""\
    import json, pathlib, sys
    executor_input = json.loads(sys.argv[1])
    values = executor_input["inputs"]["parameterValues"]
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir()
    (folder / "empty").mkdir()
    (folder / "number.txt").write_text(str(values["number"]))
    artifact = {"metadata": {"doubled": 2 * values["number"], "names": ["a"], "run": values["run"]}}
    output = {"artifacts": {"number": {"artifacts": [artifact]}}}
    pathlib.Path(executor_input["outputs"]["outputFile"]).write_text(json.dumps(output))
    """)
_TAKE = textwrap.dedent("""\
    import pathlib, sys
    folder = pathlib.Path(sys.argv[1])
    print("tandem outcome: it is", (folder / "number.txt").read_text(), sorted(path.name for path in folder.iterdir()))
    """)
_SAMPLE: Documents = [
    {
        "pipelineInfo": {"name": "sample"},
        "schemaVersion": "2.1.0",
        "sdkVersion": "test",
        "root": {
            "inputDefinitions": {"parameters": {"number": {"parameterType": "NUMBER_INTEGER", "defaultValue": 3}}},
            "dag": {
                "tasks": {
                    "Make": {
                        "taskInfo": {"name": "Make"},
                        "componentRef": {"name": "Make"},
                        "inputs": {
                            "parameters": {
                                "number": {"componentInputParameter": "number"},
                                "run": {"runtimeValue": {"constant": "{{$.pipeline_job_uuid}}"}},
                            }
                        },
                    },
                    "Take": {
                        "taskInfo": {"name": "Take"},
                        "componentRef": {"name": "Take"},
                        "dependentTasks": ["Make"],
                        "inputs": {
                            "artifacts": {
                                "number": {
                                    "taskOutputArtifact": {"producerTask": "Make", "outputArtifactKey": "number"}
                                }
                            }
                        },
                    },
                }
            },
        },
        "components": {
            "Make": {
                "executorLabel": "Make_executor",
                "inputDefinitions": {
                    "parameters": {
                        "number": {"parameterType": "NUMBER_INTEGER"},
                        "run": {"parameterType": "STRING"},
                    }
                },
                "outputDefinitions": {"artifacts": {"number": {"artifactType": _TYPE}}},
            },
            "Take": {
                "executorLabel": "Take_executor",
                "inputDefinitions": {"artifacts": {"number": {"artifactType": _TYPE}}},
            },
        },
        "deploymentSpec": {
            "executors": {
                "Make_executor": {
                    "container": {
                        "image": "sample:1",
                        "command": ["python", "-c", _MAKE],
                        "args": ["{{$}}", "{{$.outputs.artifacts['number'].path}}"],
                        "resources": {"resourceCpuLimit": "500m", "resourceMemoryLimit": "1Gi"},
                    }
                },
                "Take_executor": {
                    "container": {
                        "image": "sample:1",
                        "command": ["python", "-c", _TAKE],
                        "args": ["{{$.inputs.artifacts['number'].path}}"],
                    }
                },
            }
        },
    },
    {
        "platforms": {
            "kubernetes": {
                "deploymentSpec": {
                    "executors": {
                        "Take_executor": {
                            "pvcMount": [
                                {"mountPath": "/models", "pvcNameParameter": {"runtimeValue": {"constant": "models"}}}
                            ]
                        }
                    }
                }
            }
        }
    },
]


@pytest.fixture
def sample() -> Documents:
    """The documents of a package that breaks no rule, to be changed at will."""
    return copy.deepcopy(_SAMPLE)


@pytest.fixture
def write_package(tmp_path: Path) -> WritePackage:
    """Write documents as a package and return its path."""

    def write(documents: Documents) -> Path:
        path = tmp_path / "sample.yaml"
        path.write_text(yaml.safe_dump_all(documents))
        return path

    return write
