# One image for every service: both locked environments and the project. The command tells which service it is.
ARG BASE=python:3.12-slim-bookworm
FROM ${BASE} AS base
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 UV_PYTHON_DOWNLOADS=never PATH=/app/.venv/bin:$PATH
WORKDIR /app
RUN --mount=type=cache,target=/root/.cache pip install --quiet uv
COPY requirements/core.txt requirements/core.txt
RUN --mount=type=cache,target=/root/.cache uv venv --quiet --python python3.12 .venv \
 && uv pip install --quiet --no-deps --require-hashes --compile-bytecode --python .venv/bin/python -r requirements/core.txt
COPY superset/requirements.txt superset/requirements.txt
RUN --mount=type=cache,target=/root/.cache uv venv --quiet --python python3.12 .venv-superset \
 && uv pip install --quiet --no-deps --require-hashes --compile-bytecode --python .venv-superset/bin/python -r superset/requirements.txt
COPY . .
RUN useradd --create-home --uid 10001 warehouse && mkdir -p /data && chown warehouse /data /app
USER warehouse
ENV WAREHOUSE_HOME=/data WAREHOUSE_BIND=0.0.0.0
