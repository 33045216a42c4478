"""Calls every operation that the server has, through boto3; prints what is not as with AWS.

botocore reads each answer by the service model; members that the model does not have are an error.
"""

import os

import boto3
from botocore.config import Config
from botocore.parsers import JSONParser
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from claims import claim, refused

kms = boto3.client("kms", config=Config(retries={"total_max_attempts": 1}))
sts = boto3.client("sts")


def unknown_members(shape, value, path):
    if shape.type_name == "structure" and isinstance(value, dict):
        for name in value:
            if name == "ResponseMetadata":
                continue
            claim(name in shape.members, f"{path}.{name} is not in the service model")
            if name in shape.members:
                unknown_members(shape.members[name], value[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for one in value:
            unknown_members(shape.member, one, path)


original = JSONParser._do_parse


def parse(self, response, shape):
    if response["status_code"] == 200 and response["body"]:
        unknown_members(shape, self._parse_body_as_json(response["body"]), shape.name)
    return original(self, response, shape)


JSONParser._do_parse = parse

key = kms.create_key(Description="first")["KeyMetadata"]
arn, key_id = key["Arn"], key["KeyId"]
claim(key["KeyState"] == "Enabled" and arn.startswith("arn:aws:kms:coffer-local-1:"), key)
kms.create_alias(AliasName="alias/first", TargetKeyId=key_id)
names = [arn, key_id, "alias/first", arn.rsplit(":", 1)[0] + ":alias/first"]
for name in names:
    claim(kms.describe_key(KeyId=name)["KeyMetadata"]["KeyId"] == key_id, name)
    context = {"purpose": "tests", "ä": "ß"}
    blob = kms.encrypt(KeyId=name, Plaintext=b"\0secret", EncryptionContext=context)["CiphertextBlob"]
    claim(kms.decrypt(CiphertextBlob=blob, EncryptionContext=context)["Plaintext"] == b"\0secret", name)
    message = refused("InvalidCiphertextException", kms.decrypt, CiphertextBlob=blob)
    claim(message == "", "a message of InvalidCiphertextException")
data = kms.generate_data_key(KeyId=key_id, KeySpec="AES_256")
claim(len(data["Plaintext"]) == 32, "a data key of 32 bytes")
claim(kms.decrypt(CiphertextBlob=data["CiphertextBlob"])["Plaintext"] == data["Plaintext"], "data key")
claim("Plaintext" not in kms.generate_data_key_without_plaintext(KeyId=key_id, NumberOfBytes=64), "plain")
claim(len(kms.generate_random(NumberOfBytes=1024)["Plaintext"]) == 1024, "1024 random bytes")

other = kms.create_key()["KeyMetadata"]["KeyId"]
moved = kms.re_encrypt(CiphertextBlob=data["CiphertextBlob"], DestinationKeyId=other)
claim(kms.decrypt(CiphertextBlob=moved["CiphertextBlob"])["Plaintext"] == data["Plaintext"], "re-encrypt")
kms.update_alias(AliasName="alias/first", TargetKeyId=other)
claim(any(a["TargetKeyId"] == other for a in kms.list_aliases()["Aliases"] if "TargetKeyId" in a), "alias")
kms.delete_alias(AliasName="alias/first")
refused("NotFoundException", kms.describe_key, KeyId="alias/first")

kms.enable_key_rotation(KeyId=key_id, RotationPeriodInDays=90)
claim(kms.get_key_rotation_status(KeyId=key_id)["RotationPeriodInDays"] == 90, "rotation")
kms.disable_key_rotation(KeyId=key_id)
kms.rotate_key_on_demand(KeyId=key_id)
claim(len(kms.list_key_rotations(KeyId=key_id)["Rotations"]) == 1, "rotations")
claim(kms.decrypt(CiphertextBlob=data["CiphertextBlob"])["Plaintext"] == data["Plaintext"], "rotated")

kms.disable_key(KeyId=key_id)
refused("DisabledException", kms.encrypt, KeyId=key_id, Plaintext=b"x")
kms.enable_key(KeyId=key_id)
kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
refused("KMSInvalidStateException", kms.encrypt, KeyId=key_id, Plaintext=b"x")
kms.cancel_key_deletion(KeyId=key_id)
claim(kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"] == "Disabled", "cancelled")
pages = kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 1})
claim(sum(len(page["Keys"]) for page in pages) == 3, "three keys, one a page")

message = refused("ValidationException", kms.generate_random, NumberOfBytes=1025)
claim(message == "1 validation error detected: Value '1025' at 'numberOfBytes' failed to satisfy "
      "constraint: Member must have value less than or equal to 1024", message)

external = kms.create_key(Origin="EXTERNAL")["KeyMetadata"]["KeyId"]
claim(kms.describe_key(KeyId=external)["KeyMetadata"]["KeyState"] == "PendingImport", "nothing imported")
parameters = kms.get_parameters_for_import(
    KeyId=external, WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048")
wrapped = load_der_public_key(parameters["PublicKey"]).encrypt(
    os.urandom(32), OAEP(MGF1(SHA256()), SHA256(), None))


def bring():
    return kms.import_key_material(
        KeyId=external, ImportToken=parameters["ImportToken"], EncryptedKeyMaterial=wrapped,
        ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE")


brought = bring()["KeyMaterialId"]
blob = kms.encrypt(KeyId=external, Plaintext=b"x")["CiphertextBlob"]
claim(kms.delete_imported_key_material(KeyId=external)["KeyMaterialId"] == brought, "what was deleted")
refused("KMSInvalidStateException", kms.decrypt, CiphertextBlob=blob)
bring()
claim(kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x", "the same material again")

south = boto3.client("kms", region_name="eu-south-1")
primary = kms.create_key(MultiRegion=True)["KeyMetadata"]
claim(primary["KeyId"].startswith("mrk-") and primary["MultiRegion"], "a multi-Region key")
replica = kms.replicate_key(KeyId=primary["KeyId"], ReplicaRegion="eu-south-1")["ReplicaKeyMetadata"]
claim(replica["KeyId"] == primary["KeyId"] and ":eu-south-1:" in replica["Arn"], "a replica")
blob = kms.encrypt(KeyId=primary["KeyId"], Plaintext=b"x")["CiphertextBlob"]
claim(south.decrypt(CiphertextBlob=blob)["KeyId"] == replica["Arn"], "opened in the other region")
kms.update_primary_region(KeyId=primary["KeyId"], PrimaryRegion="eu-south-1")
configuration = south.describe_key(KeyId=primary["KeyId"])["KeyMetadata"]["MultiRegionConfiguration"]
claim(configuration["PrimaryKey"]["Arn"] == replica["Arn"], "the new primary")
refused("UnsupportedOperationException", kms.replicate_key, KeyId=primary["KeyId"], ReplicaRegion="eu-west-1")
refused("UnsupportedOperationException", kms.replicate_key, KeyId=external, ReplicaRegion="eu-west-1")

identity = sts.get_caller_identity()
claim(identity["Arn"] == "arn:aws:iam::000000000000:root" and identity["Account"] == "0" * 12, identity)
refused("AccessDenied", sts.assume_role, RoleArn="arn:aws:iam::000000000000:role/none", RoleSessionName="tests")
