#!/bin/sh
# Starts a Redis as the Sentinels see it: replica of their primary, or primary where nobody knows one and this is number 0.
set -eu
service=flashsale-redis
me="$(hostname).$service"
primary=$(redis-cli -h "$service-sentinel" -p 26379 --no-auth-warning -a "$REDIS_PASSWORD" \
  sentinel get-master-addr-by-name flashsale 2>/dev/null | head -1 || true)
case "$primary" in *"$service"*) ;; *) primary="$service-0.$service" ;; esac

set -- --port 6379 --dir /data --requirepass "$REDIS_PASSWORD" --masterauth "$REDIS_PASSWORD" \
  --appendonly yes --appendfsync everysec --save "" --maxmemory-policy noeviction \
  --replica-announce-ip "$me"
# A primary that has lost both replicas answers no joins: better a minute of 503 than two lines of one sale.
set -- "$@" --min-replicas-to-write 1 --min-replicas-max-lag 10
[ "$primary" = "$me" ] || set -- "$@" --replicaof "$primary" 6379
exec redis-server "$@"
