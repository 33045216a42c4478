"""Makes keys until the server goes away, and notes each that was acknowledged.

    make-keys.py FILE           adds a line for each key
    make-keys.py --check FILE   prints which of them are not there
"""

import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

kms = boto3.client("kms", config=Config(retries={"total_max_attempts": 1}))
if sys.argv[1] == "--check":
    for line in open(sys.argv[2]):
        try:
            kms.describe_key(KeyId=line.strip())
        except ClientError as error:
            print("FAILED:", error)
else:
    with open(sys.argv[1], "a", buffering=1) as made:
        while True:
            try:
                made.write(kms.create_key()["KeyMetadata"]["KeyId"] + "\n")
            except Exception:
                break
