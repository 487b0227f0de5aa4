#!/bin/sh
# Sentinel writes what it learns into its configuration file; it is made once.
set -eu
service=flashsale-redis
file=/data/sentinel.conf
[ -f $file ] || cat >$file <<EOF
port 26379
dir /data
requirepass $REDIS_PASSWORD
sentinel resolve-hostnames yes
sentinel announce-hostnames yes
sentinel announce-ip $(hostname).$service
sentinel monitor flashsale $service-0.$service 6379 2
sentinel auth-pass flashsale $REDIS_PASSWORD
sentinel sentinel-pass $REDIS_PASSWORD
sentinel down-after-milliseconds flashsale 3000
sentinel failover-timeout flashsale 15000
sentinel parallel-syncs flashsale 1
EOF
exec redis-sentinel $file
