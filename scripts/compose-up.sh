#!/usr/bin/env bash
# Bring the stack of docker-compose.yml up; the database password is generated once into .env (ignored by git).
set -euo pipefail
cd "$(dirname "$0")/.."
if ! grep -qs '^POSTGRES_PASSWORD=' .env; then
  (umask 077; printf 'POSTGRES_PASSWORD=%s\n' "$(head -c 24 /dev/urandom | base64 | tr -d '/+=')" >>.env)
fi
docker compose up --build --detach --wait --wait-timeout "${COMPOSE_WAIT_SECONDS:-600}" "$@"
