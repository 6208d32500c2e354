"""Signs the requests on stdin with Huawei's own SDK for Python, and compares the signatures with the action's.

Each line is a JSON object of __tests__/signing/print-requests.ts. The last line says "N passed, N failed".
"""

import json
import sys

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer


def official_signature(line):
    request = SdkRequest(
        method=line["method"],
        schema="https",
        host=line["host"],
        resource_path=line["path"],
        query_params=[tuple(pair) for pair in line["query"]],
        header_params=dict(line["headers"]),
        body=line["body"],
    )
    credentials = BasicCredentials(line["access_key"], line["secret_key"], "project")
    signed = Signer(credentials).sign(request)
    return signed.header_params["Authorization"].rpartition("Signature=")[2]


def main():
    passed = failed = 0
    for text in sys.stdin:
        line = json.loads(text)
        official = official_signature(line)
        if official == line["signature"]:
            passed += 1
        else:
            failed += 1
            print(f"differs: {text.strip()}\nofficial: {official}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


sys.exit(main())
