#!/bin/sh
# What people write by hand: fails unless the build's status is SUCCESS.
#   TOKEN=… by-hand.sh URL
set -eu
status=$(curl --silent --show-error --fail --max-time 30 --header "X-Auth-Token: $TOKEN" "$1" | jq --raw-output .result.status)
echo "status: $status"
[ "$status" = SUCCESS ]
