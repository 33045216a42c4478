"""The AWS Encryption SDK for Python, and its command line, with a key of the service each; what the one
sealed the other opens, and a replica of a multi-Region key opens what the primary sealed."""
import logging
import os
import subprocess
import sys

import aws_encryption_sdk
import boto3
from aws_encryption_sdk import StrictAwsKmsMasterKeyProvider
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, DecryptKeyError
from aws_encryption_sdk.key_providers.kms import MRKAwareDiscoveryAwsKmsMasterKeyProvider

KEY, OTHER_REGION = os.environ["KEY"], "eu-south-1"
CONTEXT = {"app": "clients", "purpose": "ключ"}
sdk = aws_encryption_sdk.EncryptionSDKClient()
# The library tells of every key that does not open.
logging.disable()


def expect(holds, what):
    if not holds:
        sys.exit(f"encryption sdk: {what}")


def refused(kind, provider, message):
    try:
        sdk.decrypt(source=message, key_provider=provider)
    except kind:
        return
    sys.exit(f"encryption sdk: not refused with {kind.__name__}")


def command(verb, source, target, keys, context):
    program = os.path.join(os.path.dirname(sys.executable), "aws-encryption-cli")
    return subprocess.run(
        [program, verb, "--input", source, "--output", target, "--suppress-metadata",
         "--wrapping-keys", keys, "--encryption-context", context],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


def of_two_regions():
    here, there = boto3.client("kms"), boto3.client("kms", region_name=OTHER_REGION)
    key = here.create_key(MultiRegion=True)["KeyMetadata"]
    here.replicate_key(KeyId=key["KeyId"], ReplicaRegion=OTHER_REGION)
    expect(there.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] == "Enabled", "the replica")
    sealed, _ = sdk.encrypt(source=plain, key_provider=StrictAwsKmsMasterKeyProvider(key_ids=[key["Arn"]]))
    here.disable_key(KeyId=key["KeyId"])
    replicas = MRKAwareDiscoveryAwsKmsMasterKeyProvider(discovery_region=OTHER_REGION)
    expect(sdk.decrypt(source=sealed, key_provider=replicas)[0] == plain, "opened by the replica")
    refused(AWSEncryptionSDKClientError, StrictAwsKmsMasterKeyProvider(key_ids=[key["Arn"]]), sealed)


plain = os.urandom(300_000)
open("plain", "wb").write(plain)
mine = StrictAwsKmsMasterKeyProvider(key_ids=[KEY])
sealed, header = sdk.encrypt(source=plain, key_provider=mine, encryption_context=CONTEXT)
opened, header = sdk.decrypt(source=sealed, key_provider=mine)
expect(opened == plain and header.encryption_context.items() >= CONTEXT.items(), "what was sealed")
other = boto3.client("kms").create_key()["KeyMetadata"]["Arn"]
refused(DecryptKeyError, StrictAwsKmsMasterKeyProvider(key_ids=[other]), sealed)
of_two_regions()

open("sealed", "wb").write(sealed)
said = command("--decrypt", "sealed", "opened", "discovery=true", "app=clients")
expect(said.returncode == 0 and open("opened", "rb").read() == plain, f"opened by the command: {said.stderr}")
said = command("--decrypt", "sealed", "wrong", "discovery=true", "app=other")
expect(not os.path.exists("wrong") or not os.path.getsize("wrong"), f"opened with another context: {said.stderr}")
said = command("--encrypt", "plain", "again", f"key={KEY}", "app=command")
expect(said.returncode == 0, f"sealed by the command: {said.stderr}")
opened, header = sdk.decrypt(source=open("again", "rb"), key_provider=mine)
expect(opened == plain and header.encryption_context["app"] == "command", "opened by the library")
