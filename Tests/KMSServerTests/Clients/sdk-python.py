"""boto3 against a key service: data keys, ReEncrypt, grants, presigned requests and paginators, every
answer parsed by botocore's model."""
import os
import sys

import boto3
from botocore.exceptions import ClientError

KEY = os.environ["KEY"]
client = boto3.client("kms")


def expect(holds, what):
    if not holds:
        sys.exit(f"boto3: {what}")


def code(call):
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


context = {"app": "boto3"}
made = client.generate_data_key(KeyId=KEY, KeySpec="AES_256", EncryptionContext=context)
opened = client.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext=context)
expect(opened["Plaintext"] == made["Plaintext"], "data key")
expect(opened["KeyId"] == KEY, "key of the answer")
expect(made["ResponseMetadata"]["RequestId"], "request id")

other = client.create_key(Description="made by boto3")["KeyMetadata"]["Arn"]
moved = client.re_encrypt(
    CiphertextBlob=made["CiphertextBlob"], SourceEncryptionContext=context, DestinationKeyId=other)
expect(client.decrypt(CiphertextBlob=moved["CiphertextBlob"])["Plaintext"] == made["Plaintext"], "re-encrypted")
expect(code(lambda: client.decrypt(CiphertextBlob=moved["CiphertextBlob"], KeyId=KEY))
       == "IncorrectKeyException", "another key")

client.rotate_key_on_demand(KeyId=other)
expect(client.decrypt(CiphertextBlob=moved["CiphertextBlob"])["Plaintext"] == made["Plaintext"], "after rotation")
expect(len(client.list_key_rotations(KeyId=other)["Rotations"]) == 1, "rotations")

expect(code(lambda: client.encrypt(KeyId=KEY, Plaintext=b"x", DryRun=True)) == "DryRunOperationException", "dry run")
client.schedule_key_deletion(KeyId=other, PendingWindowInDays=7)
expect(code(lambda: client.encrypt(KeyId=other, Plaintext=b"x")) == "KMSInvalidStateException", "pending deletion")
client.cancel_key_deletion(KeyId=other)

me = boto3.client("sts").get_caller_identity()
expect(me["Arn"].startswith("arn:aws:iam::"), "who am I")
pages = client.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 1})
expect(sum(len(page["Keys"]) for page in pages) >= 2, "keys page by page")
print("boto3: ok")
