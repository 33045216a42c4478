"""Multi-Region keys whose material is imported, through boto3.

    imported-replicas.py make    makes one with a replica, and prints its name, a blob of before a rotation
                                 and one of after it
    imported-replicas.py open    opens the two of standard input in both regions
"""

import base64
import os
import sys

import boto3
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from claims import claim, refused

here, there = boto3.client("kms"), boto3.client("kms", region_name="eu-south-1")


def parameters(kms, key):
    return kms.get_parameters_for_import(
        KeyId=key, WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048")


def bring(kms, key, material, given=None, **more):
    given = given or parameters(kms, key)
    wrapped = load_der_public_key(given["PublicKey"]).encrypt(material, OAEP(MGF1(SHA256()), SHA256(), None))
    return kms.import_key_material(
        KeyId=key, ImportToken=given["ImportToken"], EncryptedKeyMaterial=wrapped,
        ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE", **more)


def state(kms, key):
    return kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"]


def rotations(kms, key):
    found = kms.list_key_rotations(KeyId=key, IncludeKeyMaterial="ALL_KEY_MATERIAL")["Rotations"]
    return [(entry["KeyMaterialState"], entry["ImportState"]) for entry in found]


def seal(kms, key):
    return kms.encrypt(KeyId=key, Plaintext=b"text")["CiphertextBlob"]


def make():
    key = here.create_key(Origin="EXTERNAL", MultiRegion=True)["KeyMetadata"]["KeyId"]
    claim(key.startswith("mrk-") and state(here, key) == "PendingImport", f"{key} {state(here, key)}")
    refused("KMSInvalidStateException", here.replicate_key, KeyId=key, ReplicaRegion="eu-south-1")
    first, second = os.urandom(32), os.urandom(32)
    known = bring(here, key, first)["KeyMaterialId"]
    replica = here.replicate_key(KeyId=key, ReplicaRegion="eu-south-1")["ReplicaKeyMetadata"]
    claim(replica["Origin"] == "EXTERNAL" and replica["KeyId"] == key, replica)
    claim(state(there, key) == "PendingImport", state(there, key))
    old = seal(here, key)
    refused("KMSInvalidStateException", there.decrypt, CiphertextBlob=old)
    refused("IncorrectKeyMaterialException", bring, kms=there, key=key, material=second)
    refused("InvalidImportTokenException", bring, kms=there, key=key, material=first, given=parameters(here, key))
    refused("UnsupportedOperationException", bring, kms=there, key=key, material=first, ImportType="NEW_KEY_MATERIAL")
    found = bring(there, key, first, KeyMaterialId=known)["KeyMaterialId"]
    claim(found == known, f"{found} and not {known}")
    claim(there.decrypt(CiphertextBlob=old)["Plaintext"] == b"text", "the replica opens something else")
    there.delete_imported_key_material(KeyId=key)
    claim((state(here, key), state(there, key)) == ("Enabled", "PendingImport"), "not deleted in one region alone")
    bring(there, key, first)
    bring(here, key, second, ImportType="NEW_KEY_MATERIAL")
    waiting = ("PENDING_MULTI_REGION_IMPORT_AND_ROTATION", "PENDING_IMPORT")
    claim(rotations(there, key)[1] == waiting, rotations(there, key))
    refused("KMSInvalidStateException", here.rotate_key_on_demand, KeyId=key)
    bring(there, key, second)
    claim(rotations(here, key)[1] == ("PENDING_ROTATION", "IMPORTED"), rotations(here, key))
    here.rotate_key_on_demand(KeyId=key)
    claim(rotations(there, key) == [("NON_CURRENT", "IMPORTED"), ("CURRENT", "IMPORTED")], rotations(there, key))
    return key, old, seal(there, key)


if sys.argv[1] == "make":
    name, *blobs = make()
    print(name, *(base64.b64encode(blob).decode() for blob in blobs))
else:
    name, *blobs = sys.stdin.read().split()
    for kms in (here, there):
        for blob in blobs:
            answer = kms.decrypt(CiphertextBlob=base64.b64decode(blob))
            claim(answer["Plaintext"] == b"text" and name in answer["KeyId"], answer["KeyId"])
