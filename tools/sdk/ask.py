"""Asks a service through Huawei Cloud's own SDK.

Reads a JSON list of calls from stdin, and writes one of answers to stdout; tools/sdk/client.ts has the types of both.
"""

import json
import re
import sys
import warnings

from huaweicloudsdkcodeartsbuild.v3 import CodeArtsBuildClient, model as build_model
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.auth.internal import OidcStsAccessor
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from huaweicloudsdkcore.sdk_stream_response import SdkStreamResponse
from huaweicloudsdksts.v1 import StsClient, model as sts_model
from requests.adapters import HTTPAdapter

# Without python-dateutil, which the SDK does not require, a date stays the text that it was.
warnings.simplefilter("ignore", ImportWarning)

CLIENTS = {"build": (CodeArtsBuildClient, build_model), "sts": (StsClient, sts_model)}


def credentials_of(keys):
    if "idToken" in keys:
        credentials = BasicCredentials().with_sts_endpoint(keys["stsEndpoint"])
        credentials.sts_accessor = OidcStsAccessor(
            keys["providerUrn"], keys["agencyUrn"], keys["idToken"], keys["sessionName"]
        )
        return credentials
    credentials = BasicCredentials(keys["accessKey"], keys["secretKey"], keys.get("projectId"))
    return credentials.with_security_token(keys.get("securityToken"))


def request_of(model, name, arguments):
    request_class = getattr(model, name + "Request")
    body_class = request_class.openapi_types.get("body")
    if body_class is None:
        return request_class(**arguments)
    return request_class(body=getattr(model, body_class)(**arguments))


def plain(value):
    """A parsed model as JSON, under the names that it has in JSON. Every attribute is there, null where there is none."""
    if hasattr(value, "attribute_map"):
        return {name: plain(getattr(value, attribute)) for attribute, name in value.attribute_map.items()}
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    return value


def text_of(stream):
    pieces = []
    stream.consume_download_stream(lambda response: pieces.append(response.content))
    return b"".join(pieces).decode()


def ask(call):
    client_class, model = CLIENTS[call["client"]]
    builder = client_class.new_builder().with_credentials(credentials_of(call["keys"]))
    client = builder.with_endpoint(call["endpoint"]).build()
    if call["readsThrottling"]:
        # urllib3, as the SDK sets it up, takes an answer with 429 away before the SDK reads it.
        for scheme in ("http://", "https://"):
            client.get_http_client()._session.mount(scheme, HTTPAdapter())
    operation = getattr(client, re.sub(r"(?<=[a-z])(?=[A-Z])", "_", call["operation"]).lower())
    try:
        response = operation(request_of(model, call["operation"], call["arguments"]))
        if isinstance(response, SdkStreamResponse):
            return {"type": type(response).__name__, "text": text_of(response)}
        return {"type": type(response).__name__, "model": plain(response), "raw": response.raw_content.decode()}
    except ServiceResponseException as error:
        return {
            "type": type(error).__name__,
            "error": {
                "status": error.status_code,
                "code": error.error_code,
                "message": error.error_msg,
                "requestId": error.request_id,
            },
        }
    finally:
        client.close()


def main():
    json.dump([ask(call) for call in json.load(sys.stdin)], sys.stdout)


main()
