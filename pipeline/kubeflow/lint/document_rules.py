"""Rules for the documents themselves: whether the server recognises and takes them."""

from collections.abc import Iterator

from pipeline.kubeflow.lint.package import Package, section
from pipeline.kubeflow.lint.platform_fields import unknown_settings
from pipeline.kubeflow.lint.rule import Rule
from pipeline.kubeflow.names import PIPELINE_NAME, root_problem

_SCHEMA_VERSION = "2.1.0"


def _readable(package: Package) -> Iterator[str]:
    if package.unreadable:
        yield f"the file is not YAML: {package.unreadable}"
    elif not package.spec:
        yield "the file holds no pipeline; compile one with --compile-only"


def _bare_specification(package: Package) -> Iterator[str]:
    if "pipelineSpec" in package.spec:
        yield "this is a PipelineJob around a specification, as TFX writes .json files; compile to .yaml instead"
    elif package.spec and not (section(package.spec, "pipelineInfo") and section(package.spec, "root")):
        yield "the first document lacks pipelineInfo or root, by which the server recognises a pipeline"
    for position, document in enumerate(package.platforms, start=2):
        if "pipelineInfo" in document:
            yield f"document {position} is a second pipeline; write one file for each"


def _known_fields(package: Package) -> Iterator[str]:
    from google.protobuf import json_format
    from kfp.pipeline_spec import pipeline_spec_pb2

    if not package.spec or "pipelineSpec" in package.spec:
        return
    try:
        json_format.ParseDict(package.spec, pipeline_spec_pb2.PipelineSpec())
    except json_format.ParseError as error:
        yield f"the pipeline does not fit the format of Kubeflow Pipelines: {error}"
    deployment = section(package.spec, "deploymentSpec")
    try:
        json_format.ParseDict(deployment, pipeline_spec_pb2.PipelineDeploymentConfig(), ignore_unknown_fields=True)
    except json_format.ParseError as error:
        yield f"deploymentSpec does not fit the format of Kubeflow Pipelines: {error}"


def _schema_version(package: Package) -> Iterator[str]:
    version = package.spec.get("schemaVersion", "")
    if package.spec and version != _SCHEMA_VERSION:
        yield f"schemaVersion is {version!r} but only {_SCHEMA_VERSION!r} is accepted; set use_pipeline_spec_2_1"


def _pipeline_name(package: Package) -> Iterator[str]:
    name = section(package.spec, "pipelineInfo").get("name", "")
    if package.spec and not PIPELINE_NAME.fullmatch(str(name)):
        yield f"pipeline name {name!r} must be 1 to 128 of a-z, 0-9 and '-', the first no '-'"


def _pipeline_root(package: Package) -> Iterator[str]:
    if "defaultPipelineRoot" in package.spec:
        problem = root_problem(str(package.spec["defaultPipelineRoot"]))
        if problem:
            yield problem


def _platform_document(package: Package) -> Iterator[str]:
    from google.protobuf import json_format
    from kfp.pipeline_spec import pipeline_spec_pb2

    for document in package.platforms:
        if "pipelineInfo" in document:
            continue
        try:
            json_format.ParseDict(document, pipeline_spec_pb2.PlatformSpec())
        except json_format.ParseError as error:
            yield f"the platform document does not parse and would be dropped: {error}"
        if "kubernetes" not in section(document, "platforms"):
            yield "the platform document has no key 'kubernetes' below 'platforms' and would be dropped"
    for label, settings in package.pod_settings().items():
        yield from (f"{label}: {problem}" for problem in unknown_settings(settings))


def _one_platform_document(package: Package) -> Iterator[str]:
    if len(package.platforms) > 1:
        yield f"there are {len(package.platforms)} documents after the pipeline; only one platform document is taken"


DOCUMENT_RULES = (
    Rule("readable", "The file is YAML that holds a pipeline.", _readable),
    Rule("bare-specification", "The first document is a PipelineSpec itself, not a wrapper.", _bare_specification),
    Rule("known-fields", "Every field is one of the format's; the server refuses others.", _known_fields),
    Rule("schema-version", "The schema version is 2.1.0; the server refuses others.", _schema_version),
    Rule("pipeline-name", "The pipeline's name has the characters that the server allows.", _pipeline_name),
    Rule("pipeline-root", "The root for artifacts is in gs://, minio:// or s3://.", _pipeline_root),
    Rule("platform-document", "The platform document parses; otherwise it is dropped silently.", _platform_document),
    Rule("one-platform-document", "There is at most one platform document.", _one_platform_document),
)
