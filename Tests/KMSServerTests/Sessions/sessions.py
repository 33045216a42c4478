"""Assumes roles and works with the sessions.

    sessions.py NAMES OF THE ROLE THAT ALICE MAY ASSUME
"""

import sys

import boto3
from botocore.config import Config

from claims import refused

ROLE = sys.argv[1]
once = Config(retries={"total_max_attempts": 1})


def client(name, made, token=...):
    return boto3.client(
        name, config=once, aws_access_key_id=made["AccessKeyId"],
        aws_secret_access_key=made["SecretAccessKey"],
        aws_session_token=made["SessionToken"] if token is ... else token)


sts = boto3.client("sts", config=once)
if not sts.get_caller_identity()["Arn"].endswith(":user/alice"):
    print("FAILED: not alice")
refused("AccessDeniedException", boto3.client("kms", config=once).list_keys)
answer = sts.assume_role(RoleArn=ROLE, RoleSessionName="tests", DurationSeconds=900)
made = answer["Credentials"]
if not answer["AssumedRoleUser"]["Arn"].endswith(":assumed-role/worker/tests"):
    print("FAILED:", answer)
if client("sts", made).get_caller_identity()["Arn"] != answer["AssumedRoleUser"]["Arn"]:
    print("FAILED: the session is somebody else")
kms = client("kms", made)
kms.generate_data_key(KeyId="alias/default", KeySpec="AES_256")
refused("AccessDeniedException", kms.create_key)
token = made["SessionToken"]
for wrong in [None, token[:-8], "x" + token[1:], token + "AAAA"]:
    refused("UnrecognizedClientException", client("kms", made, wrong).list_keys)
    refused("InvalidClientTokenId", client("sts", made, wrong).get_caller_identity)
other = dict(made, SecretAccessKey="0" * 40)
refused("InvalidSignatureException", client("kms", other).list_keys)
refused("SignatureDoesNotMatch", client("sts", other).get_caller_identity)
refused("ValidationError", sts.assume_role, RoleArn=ROLE, RoleSessionName="tests", DurationSeconds=43199)
refused("ValidationError", sts.assume_role, RoleArn=ROLE, RoleSessionName="tests",
        PolicyArns=[{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}])
