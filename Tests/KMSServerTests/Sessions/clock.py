"""Turns the clock of a server and of this client ahead and back, and sees what becomes of keys."""

import configparser
import os

import boto3
from botocore.config import Config

from claims import claim, refused

config = Config(retries={"total_max_attempts": 1})
kms = boto3.client("kms", config=config)


def turn(days):
    with open("clock.new", "w") as file:
        file.write(f"{days * 86400}\n")
    os.rename("clock.new", "clock")


def session():
    alice = configparser.ConfigParser()
    alice.read("alice.credentials")
    role = boto3.client(
        "sts", config=config, aws_access_key_id=alice["default"]["aws_access_key_id"],
        aws_secret_access_key=alice["default"]["aws_secret_access_key"]).assume_role(
        RoleArn="arn:aws:iam::000000000000:role/reader", RoleSessionName="turned", DurationSeconds=900)
    given = role["Credentials"]
    return boto3.client(
        "sts", config=config, aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"], aws_session_token=given["SessionToken"])


rotating = kms.create_key()["KeyMetadata"]["KeyId"]
kms.enable_key_rotation(KeyId=rotating, RotationPeriodInDays=90)
ending, staying = (kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
kms.schedule_key_deletion(KeyId=ending, PendingWindowInDays=7)
before = kms.encrypt(KeyId=rotating, Plaintext=b"x")["CiphertextBlob"]
old = session()
old.get_caller_identity()

turn(91)
rotations = kms.list_key_rotations(KeyId=rotating)["Rotations"]
claim(len(rotations) == 1 and rotations[0]["RotationType"] == "AUTOMATIC", rotations)
after = kms.encrypt(KeyId=rotating, Plaintext=b"y")["CiphertextBlob"]
refused("NotFoundException", kms.describe_key, KeyId=ending)
refused("ExpiredToken", old.get_caller_identity)
ahead = session()
ahead.get_caller_identity()
kms.schedule_key_deletion(KeyId=staying, PendingWindowInDays=7)

turn(-400)
claim(kms.decrypt(CiphertextBlob=before)["Plaintext"] == b"x", "sealed before")
claim(kms.decrypt(CiphertextBlob=after)["Plaintext"] == b"y", "sealed after")
kms.encrypt(KeyId=rotating, Plaintext=b"z")
claim(len(kms.list_key_rotations(KeyId=rotating)["Rotations"]) == 1, "rotated by a clock put back")
refused("NotFoundException", kms.describe_key, KeyId=ending)
for one in [old, ahead]:
    refused("InvalidClientTokenId", one.get_caller_identity)
claim(kms.describe_key(KeyId=staying)["KeyMetadata"]["KeyState"] == "PendingDeletion", "its window")
kms.cancel_key_deletion(KeyId=staying)
kms.enable_key(KeyId=staying)
claim(kms.get_key_last_usage(KeyId=rotating)["KeyLastUsage"]["Operation"] == "Encrypt", "last use")

turn(0)
claim(len(kms.list_key_rotations(KeyId=rotating)["Rotations"]) == 1, "rotated again")
claim(kms.decrypt(CiphertextBlob=after)["Plaintext"] == b"y", "after all")
kms.encrypt(KeyId=staying, Plaintext=b"w")
