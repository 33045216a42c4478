"""Works with a session of a quarter of an hour, and with it at a server whose clock is an hour ahead, $LATER.

    expired-session.py ROLE
"""

import datetime
import os
import sys
from unittest import mock

import boto3
import botocore.auth
from botocore.config import Config
from botocore.exceptions import ClientError

HOUR = datetime.timedelta(hours=1)
made = boto3.client("sts").assume_role(RoleArn=sys.argv[1], RoleSessionName="tests", DurationSeconds=900)
session = made["Credentials"]


def client(name, url):
    return boto3.client(
        name, endpoint_url=url, config=Config(retries={"total_max_attempts": 1}),
        aws_access_key_id=session["AccessKeyId"], aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"])


def refused(code, status, call, **arguments):
    later = datetime.datetime.now(datetime.timezone.utc) + HOUR
    with mock.patch.object(botocore.auth, "get_current_datetime", lambda *_, **__: later):
        try:
            call(**arguments)
        except ClientError as error:
            found = error.response["Error"]
            if found["Code"] != code or error.response["ResponseMetadata"]["HTTPStatusCode"] != status \
                    or found["Message"] != "The security token included in the request is expired":
                print(f"FAILED: {error.response} and not {code}")
        else:
            print("FAILED: not refused with", code)


client("kms", os.environ["URL"]).generate_data_key(KeyId="alias/default", KeySpec="AES_256")
kms = client("kms", os.environ["LATER"])
refused("ExpiredTokenException", 400, kms.generate_data_key, KeyId="alias/default", KeySpec="AES_256")
refused("ExpiredToken", 403, client("sts", os.environ["LATER"]).get_caller_identity)
