#!/usr/bin/env bash
# Build the image, bring the stack up, refresh in it, and read numbers from a dashboard's charts. Ends with the stack
# removed (KEEP=1 leaves it). Needs Docker with Compose.
set -euo pipefail
cd "$(dirname "$0")/.."
export COMPOSE_PROJECT_NAME=${COMPOSE_PROJECT_NAME:-smw-test} AIRFLOW_PORT=${AIRFLOW_PORT:-18080} SUPERSET_PORT=${SUPERSET_PORT:-18088}
say() { printf '\n== %s\n' "$*"; }
finish() { [ "${KEEP:-}" ] || docker compose down --volumes --timeout 20 >/dev/null 2>&1; }
trap finish EXIT
began=$SECONDS
say "building and starting"
scripts/compose-up.sh
docker compose ps
say "refreshing inside the stack ($((SECONDS - began)) s so far)"
docker compose exec -T airflow-scheduler python -m warehouse refresh
say "reading every chart of the dashboard ($((SECONDS - began)) s so far)"
docker compose exec -T superset python -m warehouse charts
say "done after $((SECONDS - began)) s"
