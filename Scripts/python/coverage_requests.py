"""For every operation a request that is right, and the key that it is right for."""

from __future__ import annotations

import itertools
import json

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from coverage_service import Service

SYMMETRIC = ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT")
SIGNING = ("ECC_NIST_P256", "SIGN_VERIFY")
MAC = ("HMAC_256", "GENERATE_VERIFY_MAC")
AGREEMENT = ("ECC_NIST_P256", "KEY_AGREEMENT")
ENCAPSULATION = ("ML_KEM_768", "ENCAPSULATE_DECAPSULATE")
KIND = {
    "Sign": SIGNING, "Verify": SIGNING, "GetPublicKey": SIGNING, "GenerateMac": MAC, "VerifyMac": MAC,
    "DeriveSharedSecret": AGREEMENT, "Encapsulate": ENCAPSULATION, "Decapsulate": ENCAPSULATION}
IMPORTS = ("GetParametersForImport", "ImportKeyMaterial", "DeleteImportedKeyMaterial")
REGIONAL = ("ReplicateKey", "UpdatePrimaryRegion")
# The member that names the key, where it is not KeyId.
KEY_MEMBER = {"CreateAlias": "TargetKeyId", "UpdateAlias": "TargetKeyId", "ReEncrypt": "DestinationKeyId"}
MESSAGE = b"said by the coverage script"
POINT = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(
    serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


class Requests:
    def __init__(self, kms: Service, root: str, other_region: str) -> None:
        self.kms, self.root, self.other_region = kms, root, other_region
        self.open_policy = json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"}]})
        self.numbers = itertools.count()
        self.made: dict[tuple, str] = {}

    def key(self, kind: tuple[str, str] = SYMMETRIC, **more) -> str:
        """The ARN of a new key."""
        return self.kms.CreateKey(KeySpec=kind[0], KeyUsage=kind[1], **more)["KeyMetadata"]["Arn"]

    def shared_key(self, kind: tuple[str, str] = SYMMETRIC) -> str:
        """The ARN of a key that stays as it is."""
        if kind not in self.made:
            self.made[kind] = self.key(kind)
        return self.made[kind]

    def fit_key(self, operation: str) -> str:
        """The ARN of a new key that the operation is right for."""
        if operation in IMPORTS:
            return self.key(Origin="EXTERNAL")
        key = self.key(KIND.get(operation, SYMMETRIC), MultiRegion=operation in REGIONAL)
        if operation == "CancelKeyDeletion":
            self.kms.ScheduleKeyDeletion(KeyId=key, PendingWindowInDays=7)
        return key

    def alias(self) -> str:
        name = f"alias/coverage-{next(self.numbers)}"
        self.kms.CreateAlias(AliasName=name, TargetKeyId=self.shared_key())
        return name

    def whole(self, operation: str, key: str) -> dict:
        """Everything but the key's name."""
        kms = self.kms
        mac = {"Message": MESSAGE, "MacAlgorithm": "HMAC_SHA_256"}
        sign = {"Message": MESSAGE, "SigningAlgorithm": "ECDSA_SHA_256"}
        kem = {"EncapsulationAlgorithm": "ML_KEM"}
        encrypted = lambda of: kms.Encrypt(KeyId=of, Plaintext=b"x")["CiphertextBlob"]
        granted = lambda: kms.CreateGrant(KeyId=key, GranteePrincipal=self.root, Operations=["Decrypt"])["GrantId"]
        requests = {
            "CreateAlias": lambda: {"AliasName": f"alias/coverage-{next(self.numbers)}"},
            "CreateGrant": lambda: {"GranteePrincipal": self.root, "Operations": ["DescribeKey"]},
            "Decapsulate": lambda: kem | {
                "SharedSecretCiphertextBlob": kms.Encapsulate(KeyId=key, **kem)["SharedSecretCiphertextBlob"]},
            "Decrypt": lambda: {"CiphertextBlob": encrypted(key)},
            "DeriveSharedSecret": lambda: {"KeyAgreementAlgorithm": "ECDH", "PublicKey": POINT},
            "Encapsulate": lambda: kem,
            "Encrypt": lambda: {"Plaintext": b"x"},
            "GenerateDataKey": lambda: {"KeySpec": "AES_256"},
            "GenerateDataKeyPair": lambda: {"KeyPairSpec": "ECC_NIST_P256"},
            "GenerateDataKeyPairWithoutPlaintext": lambda: {"KeyPairSpec": "ECC_NIST_P256"},
            "GenerateDataKeyWithoutPlaintext": lambda: {"NumberOfBytes": 24},
            "GenerateMac": lambda: mac,
            "GetParametersForImport": lambda: {
                "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048"},
            "ImportKeyMaterial": lambda: {
                "ImportToken": b"no token", "EncryptedKeyMaterial": b"no material",
                "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE"},
            "PutKeyPolicy": lambda: {"Policy": self.open_policy},
            "ReEncrypt": lambda: {"CiphertextBlob": encrypted(self.shared_key())},
            "ReplicateKey": lambda: {"ReplicaRegion": self.other_region},
            "RetireGrant": lambda: {"GrantId": granted()},
            "RevokeGrant": lambda: {"GrantId": granted()},
            "ScheduleKeyDeletion": lambda: {"PendingWindowInDays": 7},
            "Sign": lambda: sign,
            "TagResource": lambda: {"Tags": [{"TagKey": "k", "TagValue": "v"}]},
            "UntagResource": lambda: {"TagKeys": ["k"]},
            "UpdateAlias": lambda: {"AliasName": self.alias()},
            "UpdateKeyDescription": lambda: {"Description": "told anew"},
            "UpdatePrimaryRegion": lambda: {"PrimaryRegion": self.replicated(key)},
            "Verify": lambda: sign | {"Signature": kms.Sign(KeyId=key, **sign)["Signature"]},
            "VerifyMac": lambda: mac | {"Mac": kms.GenerateMac(KeyId=key, **mac)["Mac"]},
        }
        return requests.get(operation, dict)()

    def replicated(self, key: str) -> str:
        self.kms.ReplicateKey(KeyId=key, ReplicaRegion=self.other_region)
        return self.other_region
