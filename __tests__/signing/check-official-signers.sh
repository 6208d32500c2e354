#!/usr/bin/env bash
# Compares the action's signatures of a thousand random requests with those of Huawei's own SDK for Python. (The SDK for Node is
# compared by `npm test`.)
set -euo pipefail
cd "$(dirname "$0")/../.."

node __tests__/signing/print-requests.ts "${1:-1000}" |
  tools/sdk/with-sdk python -B __tests__/signing/compare_python.py
