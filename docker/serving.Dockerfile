# syntax=docker/dockerfile:1
# Answers predictions from the model.onnx of pushed bundles; nothing of TFX, TensorFlow or PyTorch is inside.

# A tag moves with the security fixes of Python and Debian; pass an image by digest to build the same image again.
ARG PYTHON_IMAGE=python:3.13-slim-trixie

FROM ${PYTHON_IMAGE} AS build
WORKDIR /build
COPY requirements/modern.txt requirements/serving.txt requirements/
RUN python -m venv tools \
    && tools/bin/python -m pip install --no-cache-dir --no-deps --constraint requirements/modern.txt uv \
    && tools/bin/uv venv --python "$(command -v python)" /opt/venv
# Wheels alone: there is no compiler here, and no package's build script gets to run.
RUN tools/bin/uv pip install --no-cache --python /opt/venv/bin/python --no-deps --only-binary :all: \
    --compile-bytecode --requirement requirements/serving.txt \
    && rm /opt/venv/.lock
COPY serving app/serving
# Unchecked, since the server cannot write and builders change file times.
RUN python -m compileall -q --invalidation-mode unchecked-hash app

FROM ${PYTHON_IMAGE}
LABEL org.opencontainers.image.title="tandem-serving" \
    org.opencontainers.image.description="Model server for bundles that Tandem pushes" \
    org.opencontainers.image.licenses="Apache-2.0"
# ONNX Runtime's wheels report what they run to its maker unless they are told not to.
ENV ORT_DISABLE_TELEMETRY=1 \
    PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
COPY --from=build /opt/venv /opt/venv
COPY --from=build /build/app /app
WORKDIR /app
# A number, since Kubernetes cannot tell from a name that it is not root.
USER 10001:10001
EXPOSE 8500 8501 8502
STOPSIGNAL SIGTERM
# On the port that has health alone, since the others may ask for TLS and a client's certificate.
# Python and not curl, which the base lacks; http.client and not urllib, which would ask a proxy from the environment.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import sys; from http.client import HTTPConnection; server = HTTPConnection('127.0.0.1', 8502, timeout=4); server.request('GET', '/health/ready'); sys.exit(server.getresponse().status != 200)"]
# Further options follow as the container's command; the last of a repeated one counts.
ENTRYPOINT ["python", "-m", "serving.run", "--host", "0.0.0.0", "--models", "/models", "--health-port", "8502"]
