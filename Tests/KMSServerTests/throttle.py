"""Asks more often than it may."""

import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

kms = boto3.client("kms", config=Config(retries={"total_max_attempts": 1}))
codes = []
for _ in range(60):
    try:
        kms.generate_random(NumberOfBytes=1)
        codes.append("")
    except ClientError as error:
        codes.append(error.response["Error"]["Code"])
if "ThrottlingException" not in codes or set(codes) - {"", "ThrottlingException"}:
    print("FAILED:", codes)
time.sleep(1.1)
kms.generate_random(NumberOfBytes=1)
