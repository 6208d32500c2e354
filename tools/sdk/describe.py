"""Prints as JSON what Huawei Cloud's SDK knows of what the gate uses: regions, operations, models, signatures.

tools/sdk/sdk.json is its output; `npm run check:sdk -- --update` writes it.
"""

import json
import re
from importlib.metadata import version

from huaweicloudsdkcodeartsbuild.v3 import CodeArtsBuildClient, model as build_model
from huaweicloudsdkcodeartsbuild.v3.region.codeartsbuild_region import CodeArtsBuildRegion
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.auth.internal import StsHelper
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from huaweicloudsdksts.v1 import StsClient, model as sts_model
from huaweicloudsdksts.v1.region.sts_region import StsRegion

PACKAGES = ["huaweicloudsdkcodeartsbuild", "huaweicloudsdkcore", "huaweicloudsdksts"]

OPERATIONS = [
    (CodeArtsBuildClient, build_model, "ShowRecordInfo"),
    (CodeArtsBuildClient, build_model, "ShowJobBuildRecordDetail"),
    (CodeArtsBuildClient, build_model, "ShowRecordDetail"),
    (CodeArtsBuildClient, build_model, "ListBuildInfoRecordByJobId"),
    (CodeArtsBuildClient, build_model, "ShowRunningStatus"),
    (CodeArtsBuildClient, build_model, "ShowBuildRecordFullStages"),
    (CodeArtsBuildClient, build_model, "DownloadBuildFullLog"),
    (CodeArtsBuildClient, build_model, "ShowOutputInfo"),
    (CodeArtsBuildClient, build_model, "ShowReportSummary"),
    (CodeArtsBuildClient, build_model, "ExecuteJob"),
    (StsClient, sts_model, "AssumeAgencyWithOIDC"),
]

KEYS = {"access_key": "K7QZ2MWLTDXR9BVAHCE4", "secret_key": "vT3xGdQ9sKfYb5RmLw2ZpHcJ8nUaE7iXoVk4DyCt"}
JOB = "48c66c6002964721be537cdc6ce0297b"
RECORD = "c41e9f37-05ab-4d62-8f1c-000000000002"
WINDOW = [("start_time", "2026-10-25 10:00:00"), ("end_time", "2026-11-25 08:00:00"), ("page_index", "0"), ("page_size", "100")]
TEMPORARY = {"X-Security-Token": "gAAAAABh/+=token", "X-Project-Id": "2b7f4c90e1d34a58967c0f3e5a1d8b26"}

# The gate's own requests, for the SDK's signer: path, query, headers besides Accept.
SIGNED = [
    (f"/v3/jobs/{JOB}/33/record-info", [], {}),
    (f"/v1/record/{JOB}/33/record-info", [], {"X-Project-Id": TEMPORARY["X-Project-Id"]}),
    (f"/v4/jobs/{JOB}/2147483647/record-info", [], {"X-Security-Token": TEMPORARY["X-Security-Token"]}),
    (f"/v1/record/{JOB}/list", WINDOW, TEMPORARY),
    (f"/v1/job/{JOB}/running-status", [], TEMPORARY),
    (f"/v1/record/{RECORD}/full-stages", [("cascade", "true")], TEMPORARY),
    (f"/v1/log/{RECORD}/download-log", [], {"Accept": "*/*", **TEMPORARY}),
    (f"/v3/jobs/{JOB}/33/output-info", [], TEMPORARY),
    (f"/v1/report/{JOB}/summary", [("build_no", "33")], TEMPORARY),
]


def endpoints(regions):
    return {name: region.endpoint for name, region in sorted(regions.static_fields.items())}


def describe_operation(client, model, name):
    method = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    request_class = getattr(model, name + "Request")
    request = request_class(**{attribute: "x" for attribute in request_class.attribute_map})
    info = getattr(client, f"_{method}_http_info")(request)
    return {
        "method": info["method"],
        "path": info["resource_path"],
        "query": [key for key, _ in info["query_params"]],
        "request": request_class.__name__,
        "response": info["response_type"],
    }


def describe_models(model, name, models):
    """The model and all that it is made of: the type of each field under its name in JSON."""
    model_class = getattr(model, name)
    models[name] = {model_class.attribute_map[key]: kind for key, kind in model_class.openapi_types.items()}
    for kind in model_class.openapi_types.values():
        for part in re.findall(r"\w+", kind):
            if part[0].isupper() and part not in models:
                describe_models(model, part, models)


def sign(path, query, headers):
    headers = {"Accept": "application/json", **headers, "X-Sdk-Date": "20261124T080000Z"}
    request = SdkRequest(
        method="GET",
        schema="https",
        host="cloudbuild-ext.cn-north-4.myhuaweicloud.com",
        resource_path=path,
        query_params=query,
        header_params=dict(headers),
    )
    signer = Signer(BasicCredentials(KEYS["access_key"], KEYS["secret_key"], "project"))
    signed = signer.sign(request)
    return {
        "host": request.host,
        "path": path,
        "query": query,
        "headers": headers,
        "authorization": signed.header_params["Authorization"],
    }


def main():
    models = {}
    operations = {}
    for client, model, name in OPERATIONS:
        operations[name] = describe_operation(client, model, name)
        for part in ("request", "response"):
            describe_models(model, operations[name][part], models)
    known = {
        "packages": {package: version(package) for package in PACKAGES},
        "regions": endpoints(CodeArtsBuildRegion),
        "stsRegions": endpoints(StsRegion),
        "stsElsewhere": StsHelper.DEFAULT_STS_ENDPOINT,
        "operations": operations,
        "models": models,
        "keys": KEYS,
        "signatures": [sign(*request) for request in SIGNED],
    }
    print(json.dumps(known, indent=2, ensure_ascii=False))


main()
