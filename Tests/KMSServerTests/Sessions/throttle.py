"""Asks more often than it may."""

import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

once = Config(retries={"total_max_attempts": 1})
kms = boto3.client("kms", config=once)
sts = boto3.client("sts", config=once)


def codes_of(call, **arguments):
    for _ in range(60):
        try:
            call(**arguments)
            yield ""
        except ClientError as error:
            yield error.response["Error"]["Code"]


for throttled, call, arguments in [
    ("ThrottlingException", kms.generate_random, {"NumberOfBytes": 1}),
    ("Throttling", sts.get_caller_identity, {}),
]:
    codes = list(codes_of(call, **arguments))
    if throttled not in codes or set(codes) - {"", throttled}:
        print("FAILED:", codes)
    time.sleep(1.1)
    kms.generate_random(NumberOfBytes=1)
