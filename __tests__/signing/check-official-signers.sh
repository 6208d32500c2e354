#!/usr/bin/env bash
# Compares the action's signatures of a thousand random requests with those of Huawei's own SDK for Python, which it
# installs into a virtual environment of its own. (The SDK for Node is compared by `npm test`.)
set -euo pipefail
cd "$(dirname "$0")/../.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

if ! python3 -m venv "$folder/venv" 2>"$folder/log"; then
  # Debian has it in a package of its own.
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv
  python3 -m venv --clear "$folder/venv"
fi
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'huaweicloudsdkcore==3.1.219'
node __tests__/signing/print-requests.ts "${1:-1000}" >"$folder/requests"
"$folder/venv/bin/python" __tests__/signing/compare_python.py <"$folder/requests"
