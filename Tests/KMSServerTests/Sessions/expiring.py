"""Imports material that runs out after some seconds, and prints the key's id."""

import datetime
import os
import sys

import boto3
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

kms = boto3.client("kms")
key = kms.create_key(Origin="EXTERNAL")["KeyMetadata"]["KeyId"]
parameters = kms.get_parameters_for_import(
    KeyId=key, WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048")
wrapped = load_der_public_key(parameters["PublicKey"]).encrypt(
    os.urandom(32), OAEP(MGF1(SHA256()), SHA256(), None))
kms.import_key_material(
    KeyId=key, ImportToken=parameters["ImportToken"], EncryptedKeyMaterial=wrapped,
    ValidTo=datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=int(sys.argv[1])))
print(key)
