# syntax=docker/dockerfile:1
# Runs the pipeline (TFX, TensorFlow, PyTorch): `python -m pipeline.run`, and the steps on Kubeflow Pipelines.

# Debian 13 has glibc 2.41; TFX 1.21 has wheels from 2.39 on. Both images must hold the same Python in the same place:
# the first has the compiler and the headers for pyfarmhash, which has no wheel; the second does not.
ARG BUILD_IMAGE=python:3.13-trixie
ARG PYTHON_IMAGE=python:3.13-slim-trixie

FROM ${BUILD_IMAGE} AS build
WORKDIR /build
COPY pyproject.toml ./
COPY requirements/modern.txt requirements/
RUN python -m venv tools \
    && tools/bin/python -m pip install --no-cache-dir --no-deps --constraint requirements/modern.txt uv \
    && tools/bin/uv venv --python "$(command -v python)" /opt/venv
# The pinned versions of what the pipeline depends on, without the tools for tests that the list also holds.
RUN tools/bin/uv pip install --no-cache --python /opt/venv/bin/python --compile-bytecode \
    --constraint requirements/modern.txt --build-constraint requirements/modern.txt \
    --requirement pyproject.toml --extra kubeflow \
    && rm /opt/venv/.lock
COPY serving app/serving
COPY trainers app/trainers
COPY components app/components
COPY pipeline app/pipeline
# Unchecked, since steps cannot write here and builders change file times.
RUN python -m compileall -q --invalidation-mode unchecked-hash app

FROM ${PYTHON_IMAGE}
LABEL org.opencontainers.image.title="tandem-pipeline" \
    org.opencontainers.image.description="TFX pipeline for image classification with Keras and PyTorch" \
    org.opencontainers.image.licenses="Apache-2.0"
# ONNX Runtime's wheels report what they run to its maker unless they are told not to.
ENV ORT_DISABLE_TELEMETRY=1 \
    PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
# A named user with a home: torch and libraries for remote storage look both up. /app/runs is the default of --root.
RUN useradd --uid 10001 --user-group --create-home tandem \
    && install --directory --owner=10001 --group=10001 /app/runs
COPY --from=build /opt/venv /opt/venv
COPY --from=build /build/app /app
# Steps are started as `python -m ...`, which finds the code in the working folder.
WORKDIR /app
# A number, since Kubernetes cannot tell from a name that it is not root.
USER 10001:10001
CMD ["python", "-m", "pipeline.run", "--help"]
