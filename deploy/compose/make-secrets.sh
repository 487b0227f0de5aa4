#!/bin/sh
# Writes .env and keys/ beside this file, once: what the parts of this installation know each other by.
set -eu
cd "$(dirname "$0")"
[ ! -e .env ] || { echo ".env is there already" >&2; exit 1; }
umask 077
admin="fsa_$(openssl rand -hex 24)"
cat >.env <<EOF
ADMIN_KEY_HASH=$(printf %s "$admin" | sha256sum | cut -d' ' -f1)
SERVICE_KEY=$(openssl rand -hex 32)
TICKET_KEYS=k1:$(openssl rand -base64 32)
DB_PASSWORD=$(openssl rand -hex 24)
STRIPE_API_KEY=sk_test_$(openssl rand -hex 24)
WEBHOOK_SECRET=whsec_$(openssl rand -hex 24)
EOF
# The waiting room makes the first signing key here, and refuses a folder that is open to anybody else. It runs as who owns it.
mkdir -m 0700 keys
owner="$(id -u):$(id -g)"
if [ "$(id -u)" = 0 ]; then owner=1654:1654; chown "$owner" keys; fi
echo "KEYS_OWNER=$owner" >>.env
echo "The admin key, which is kept nowhere else: $admin"
