"""Prints as JSON what Huawei Cloud's SDK knows of what the gate uses: regions, operations, models.

tools/sdk/sdk.json is its output; `npm run check:sdk -- --update` writes it.
"""

import json
import re
from importlib.metadata import version

from huaweicloudsdkcodeartsbuild.v3 import CodeArtsBuildClient, model as build_model
from huaweicloudsdkcodeartsbuild.v3.region.codeartsbuild_region import CodeArtsBuildRegion
from huaweicloudsdkcore.auth.internal import StsHelper
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
    # The SDK has no operation for v1 of this.
    (CodeArtsBuildClient, build_model, "ShowOutputInfo"),
    (CodeArtsBuildClient, build_model, "ShowReportSummary"),
    (CodeArtsBuildClient, build_model, "ExecuteJob"),
    (StsClient, sts_model, "AssumeAgencyWithOIDC"),
]


def endpoints(regions):
    return {name: region.endpoint for name, region in sorted(regions.static_fields.items())}


def types_of(model_class):
    """The type of each field under its name in JSON."""
    return {model_class.attribute_map[key]: kind for key, kind in model_class.openapi_types.items()}


def describe_models(model, kind, models):
    """The model or models of a type, and all that they are made of."""
    for part in re.findall(r"\w+", kind):
        if part[0].isupper() and part not in models:
            models[part] = types_of(getattr(model, part))
            for field in models[part].values():
                describe_models(model, field, models)


def describe(client, model, name, models):
    method = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    request_class = getattr(model, name + "Request")
    arguments = types_of(request_class)
    request = request_class(**{attribute: "x" for attribute in request_class.attribute_map})
    info = getattr(client, f"_{method}_http_info")(request)
    for kind in [*arguments.values(), info["response_type"]]:
        describe_models(model, kind, models)
    return {"method": info["method"], "path": info["resource_path"], "arguments": arguments}


def main():
    models = {}
    known = {
        "packages": {package: version(package) for package in PACKAGES},
        "regions": endpoints(CodeArtsBuildRegion),
        "stsRegions": endpoints(StsRegion),
        "stsElsewhere": {"endpoint": StsHelper.DEFAULT_STS_ENDPOINT},
        "operations": {name: describe(client, model, name, models) for client, model, name in OPERATIONS},
        "models": models,
    }
    # A line for each region, operation and model.
    parts = []
    for name, part in known.items():
        lines = [f"    {json.dumps(key)}: {json.dumps(value)}" for key, value in part.items()]
        parts.append(f"  {json.dumps(name)}: {{\n" + ",\n".join(lines) + "\n  }")
    print("{\n" + ",\n".join(parts) + "\n}")


main()
