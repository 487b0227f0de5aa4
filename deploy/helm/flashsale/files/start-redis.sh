#!/bin/sh
# Starts a Redis as the Sentinels see it: replica of their primary, or primary where nobody knows one and this is number 0.
set -eu
service=flashsale-redis
me="$(hostname).$service"
primary=$(REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli -h "$service-sentinel" -p 26379 \
  sentinel get-master-addr-by-name flashsale 2>/dev/null | head -1 || true)
case "$primary" in *"$service"*) ;; *) primary="$service-0.$service" ;; esac

# A file, as everyone on the node can read a command line. maxmemory is some 60 % of the container's limit: the rest is for
# rewriting the append-only file and for the replicas' buffers. Full, Redis refuses joins; without it the kernel ends it.
# A primary that has lost both replicas answers no joins: better a minute of 503 than two lines of one sale.
umask 077
cat >/data/redis.conf <<EOF
port 6379
dir /data
requirepass $REDIS_PASSWORD
masterauth $REDIS_PASSWORD
appendonly yes
appendfsync everysec
save ""
maxmemory 1200mb
maxmemory-policy noeviction
replica-announce-ip $me
min-replicas-to-write 1
min-replicas-max-lag 10
EOF
[ "$primary" = "$me" ] || echo "replicaof $primary 6379" >>/data/redis.conf
exec redis-server /data/redis.conf
