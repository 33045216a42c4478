"""Calls every operation of the key service through boto3, brings it to every modelled error that it can be
brought to, makes a key of every spec, and prints Formats/kms-coverage.md; on standard error what is not as it
should be.

Of the environment, besides AWS's variables for a root: TOMORROW_URL of a server of the same keystore whose
clock is 25 hours ahead, and access keys named NOBODY_… of a user without rights and STRANGER_… of another
account's root. Scripts/kms-coverage has them."""

from __future__ import annotations

import collections
import datetime
import os
import sys
from collections.abc import Callable, Iterator
from unittest import mock

import boto3
import botocore.auth

import coverage_sessions as sessions
from coverage_external import ExternalStores
from coverage_refusals import Refusals
from coverage_requests import Requests
from coverage_service import MODEL, Service, problems, seen
from coverage_specs import KeySpecs
from coverage_stores import Stores

HOME_REGION, OTHER_REGION = os.environ["AWS_REGION"], "eu-south-1"
NO_NEED = "AWS answers in every state, and so does cofferd"
NO_VPC = "VPC endpoint services are only at AWS; XksProxyConnectivity VPC_ENDPOINT_SERVICE is not supported"
# Why a modelled error comes of no call here: by the error, and where they differ by the operation too.
REASONS: dict[str | tuple[str, str], str] = {
    "KMSInternal": "only by a fault of the service",
    "DependencyTimeout": "cofferd depends on nothing that it would wait for",
    "InvalidArn": "ARNs of aliases are taken; a broken one is told by NotFoundException, as AWS does",
    ("CreateKey", "InvalidArn"): "an ARN in a policy that is none is told by MalformedPolicyDocumentException",
    "InvalidAliasName": "a name that is none is told by ValidationException, as AWS does",
    ("TagResource", "LimitExceeded"): "told by TagException, as AWS does",
    ("ListRetirableGrants", "NotFound"): "whom there is no such principal of is told nothing",
    ("RetireGrant", "NotFound"): "who may not retire a grant is told that, whether there is one or not",
    ("PutKeyPolicy", "UnsupportedOperation"): "the policies of the service's own keys refuse it before",
    ("DeleteImportedKeyMaterial", "KMSInvalidState"): NO_NEED,
    "LimitExceeded": "takes 100,000 keys or 50,000 grants; the service's own tests have it",
    "CloudHsmClusterInvalidConfiguration": "a token has nothing that would have to be configured for this",
    "KeyUnavailable": "a key whose store does not answer is told by KMSInvalidStateException",
    ("ConnectCustomKeyStore", "CloudHsmClusterNotActive"): "told by DescribeCustomKeyStores, once it has been tried",
    "XksProxyUriEndpointInUse": NO_VPC,
    "XksProxyVpcEndpointServiceInUse": NO_VPC,
    "XksProxyVpcEndpointServiceInvalidConfiguration": NO_VPC,
    "XksProxyVpcEndpointServiceNotFound": NO_VPC,
    "Conflict": "a rotation on demand is done when it is answered",
    ("DeleteAlias", "KMSInvalidState"): NO_NEED,
    ("GetKeyPolicy", "KMSInvalidState"): NO_NEED,
    ("GetKeyRotationStatus", "KMSInvalidState"): NO_NEED,
    ("ListGrants", "KMSInvalidState"): NO_NEED,
    ("ListKeyPolicies", "KMSInvalidState"): NO_NEED,
    ("ListKeyRotations", "KMSInvalidState"): NO_NEED,
    ("PutKeyPolicy", "KMSInvalidState"): NO_NEED,
    ("RetireGrant", "KMSInvalidState"): NO_NEED,
    ("RevokeGrant", "KMSInvalidState"): NO_NEED,
    ("GetPublicKey", "InvalidKeyUsage"): "a pair of keys gives its public one, whatever it is for",
}


def page(rows: list[tuple[str, str, str]]) -> Iterator[str]:
    yield """# What cofferd does of AWS KMS

Written by `Scripts/kms-coverage`, which calls every operation of the API of 2014-11-01 through boto3 and
holds each answer against botocore's service model; nothing here is by hand.

## Operations

Every operation is answered. Beside each are the errors that the calls brought it to, without `Exception`;
ValidationException, SerializationException and AccessDeniedException come of every operation.

| operation | errors |
|---|---|"""
    reasons = collections.defaultdict(list)
    for operation in MODEL.operation_names:
        found = {name.removesuffix("Exception") for name in seen[operation]}
        if "" not in found:
            problems.append(f"{operation} is never answered")
        modelled = {shape.name.removesuffix("Exception") for shape in MODEL.operation_model(operation).error_shapes}
        yield f"| {operation} | {', '.join(sorted(modelled & found)) or '–'} |"
        for name in sorted(modelled - found):
            reason = REASONS.get((operation, name)) or REASONS.get(name)
            if reason is None:
                problems.append(f"{operation} was not brought to {name}")
            else:
                reasons[name, reason].append(operation)
    yield "\n## Modelled errors that no call brings about\n\n| error | operations | why |\n|---|---|---|"
    for (name, reason), operations in sorted(reasons.items()):
        listed = "all that have it" if name in ("KMSInternal", "DependencyTimeout") else ", ".join(operations)
        yield f"| {name} | {listed} | {reason} |"
    yield """
## Key specs

Each algorithm did and undid something; those of other specs were refused. ED25519_PH_SHA_512 is answered by
UnsupportedOperationException: no library here has it."""
    yield "\n| spec | usage | algorithms |\n|---|---|---|"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def a_day_later() -> Service:
    """Of the server whose clock is ahead, and signed as late."""
    service = Service(HOME_REGION, endpoint_url=os.environ["TOMORROW_URL"])
    call = service.call

    def later(operation: str, parameters: dict) -> dict:
        now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=25)
        with mock.patch.object(botocore.auth, "get_current_datetime", lambda *_, **__: now):
            return call(operation, parameters)

    service.call = later
    return service


def somebody(name: str) -> Service:
    return Service(HOME_REGION, aws_access_key_id=os.environ[f"{name}_ACCESS_KEY_ID"],
                   aws_secret_access_key=os.environ[f"{name}_SECRET_ACCESS_KEY"])


def main() -> None:
    kms = Service(HOME_REGION)
    root = boto3.client("sts", region_name=HOME_REGION).get_caller_identity()["Arn"]
    requests = Requests(kms, root, OTHER_REGION)
    parts: list[Callable[[], None]] = [
        lambda: sessions.keys_and_names(requests), lambda: sessions.encryption(requests),
        lambda: sessions.rotation(requests), lambda: sessions.access(requests),
        lambda: sessions.material(requests, a_day_later()),
        lambda: sessions.regions(requests, Service(OTHER_REGION)),
        Refusals(requests, somebody("NOBODY"), somebody("STRANGER")).ask_all,
        Stores(requests).ask_all,
        ExternalStores(Requests(Service(OTHER_REGION), root, HOME_REGION)).ask_all,
    ]
    for part in parts:
        part()
    print("\n".join(page(list(KeySpecs(kms).rows()))))
    for problem in problems:
        print(problem, file=sys.stderr)
    sys.exit(1 if problems else 0)


main()
