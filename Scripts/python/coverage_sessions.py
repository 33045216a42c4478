"""Operation by operation: what each does, and the refusals that are its own."""

from __future__ import annotations

import datetime
import json
import os

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from coverage_requests import ENCAPSULATION, IMPORTS, MAC, MESSAGE, REGIONAL, SIGNING, Requests
from coverage_service import Service

ENCLAVE = {"KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "AttestationDocument": b"x"}


def keys_and_names(requests: Requests) -> None:
    kms, key = requests.kms, requests.shared_key()
    kms.ListKeys(Limit=1)
    kms.ListAliases()
    kms.GenerateRandom(NumberOfBytes=16)
    name = requests.alias()
    target = {"TargetKeyId": key}
    kms.expect("UpdateAlias", target | {"AliasName": "alias/none"}, "NotFound", what="no such alias")
    kms.expect("CreateAlias", target | {"AliasName": name}, "AlreadyExists", what="a second time")
    kms.expect("CreateAlias", target | {"AliasName": "mine"}, "Validation",
               'Alias must start with the prefix "alias/". Please see '
               "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html", "no prefix")
    kms.expect("CreateAlias", target | {"AliasName": "alias/aws/mine"}, "NotAuthorized", what="a reserved name")
    kms.DeleteAlias(AliasName=name)
    kms.expect("DeleteAlias", {"AliasName": name}, "NotFound", what="a second time")
    full = requests.key()
    for number in range(50):
        kms.CreateAlias(AliasName=f"alias/full-{number}", TargetKeyId=full)
    kms.expect("CreateAlias", {"AliasName": "alias/full", "TargetKeyId": full}, "LimitExceeded", what="the 51st")
    kms.expect("UpdateAlias", {"AliasName": requests.alias(), "TargetKeyId": full}, "LimitExceeded", what="the 51st")
    tags = lambda *names: [{"TagKey": tag, "TagValue": ""} for tag in names]
    kms.ListResourceTags(KeyId=key)
    for operation, asked in (("TagResource", {"KeyId": key}), ("CreateKey", {}), ("ReplicateKey", {
            "KeyId": requests.key(MultiRegion=True), "ReplicaRegion": requests.other_region})):
        kms.expect(operation, asked | {"Tags": tags("aws:x")}, "Tag", "Tags beginning with aws: are reserved", "aws:")
        kms.expect(operation, asked | {"Tags": tags("a", "a")}, "Tag", "Duplicate tag keys", "a tag twice")
    kms.expect("UntagResource", {"KeyId": key, "TagKeys": ["aws:x"]}, "Tag", what="aws:")
    kms.TagResource(KeyId=full, Tags=tags(*map(str, range(50))))
    kms.expect("TagResource", {"KeyId": full, "Tags": tags("one more")}, "Tag", "Too many tags", "51 tags")


def encryption(requests: Requests) -> None:
    kms, key, other = requests.kms, requests.shared_key(), requests.key()
    context = {"case": "coverage"}
    blob = kms.Encrypt(KeyId=key, Plaintext=b"x", EncryptionContext=context)["CiphertextBlob"]
    kms.Decrypt(CiphertextBlob=blob, EncryptionContext=context)
    kms.ReEncrypt(CiphertextBlob=blob, SourceEncryptionContext=context, DestinationKeyId=other)
    of = {"CiphertextBlob": blob}
    to = of | {"DestinationKeyId": other}
    wrong = "The key ID in the request does not identify a CMK that can perform this operation."
    kms.expect("Decrypt", of, "InvalidCiphertext", "", "no context")
    kms.expect("ReEncrypt", to, "InvalidCiphertext", "", "no context")
    kms.expect("Decrypt", of | {"EncryptionContext": context, "KeyId": other}, "IncorrectKey", wrong, "another key")
    kms.expect("ReEncrypt", to | {"SourceEncryptionContext": context, "SourceKeyId": other}, "IncorrectKey", wrong,
               "another key")
    for operation, more in (("Decrypt", of), ("GenerateDataKey", {"KeyId": key, "KeySpec": "AES_256"}),
                            ("GenerateRandom", {"NumberOfBytes": 1}),
                            ("GenerateDataKeyPair", {"KeyId": key, "KeyPairSpec": "RSA_2048"})):
        kms.expect(operation, more | {"Recipient": ENCLAVE}, "UnsupportedOperation", what="a Nitro enclave")
    kms.expect("GetPublicKey", {"KeyId": key}, "UnsupportedOperation", what="a key that has none")
    for operation in ("GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext"):
        kms.expect(operation, {"KeyId": key, "KeyPairSpec": "ML_KEM_512"}, "UnsupportedOperation",
                   what="a spec that no library here has")
    asked = {"KeyId": requests.shared_key(SIGNING), "Message": b"another", "SigningAlgorithm": "ECDSA_SHA_256"}
    signature = kms.Sign(**asked | {"Message": MESSAGE})["Signature"]
    kms.expect("Verify", asked | {"Signature": signature}, "KMSInvalidSignature", "", "another message")
    kms.expect("VerifyMac", {"KeyId": requests.shared_key(MAC), "Message": MESSAGE, "Mac": bytes(32),
                             "MacAlgorithm": "HMAC_SHA_256"}, "KMSInvalidMac", "", "another MAC")
    kms.expect("Decapsulate", {"KeyId": requests.shared_key(ENCAPSULATION), "EncapsulationAlgorithm": "ML_KEM",
                               "SharedSecretCiphertextBlob": b"x"}, "InvalidCiphertext", "", "too short")


def rotation(requests: Requests) -> None:
    kms, key = requests.kms, requests.key()
    kms.EnableKeyRotation(KeyId=key, RotationPeriodInDays=90)
    for _ in range(25):
        kms.RotateKeyOnDemand(KeyId=key)
    kms.expect("RotateKeyOnDemand", {"KeyId": key}, "LimitExceeded", what="the 26th time")
    for operation in ("EnableKeyRotation", "DisableKeyRotation", "RotateKeyOnDemand", "GetKeyRotationStatus",
                      "ListKeyRotations"):
        kms.expect(operation, {"KeyId": requests.shared_key(SIGNING)}, "UnsupportedOperation", what="a key pair")


def access(requests: Requests) -> None:
    kms, key, policy = requests.kms, requests.key(), requests.open_policy
    kms.PutKeyPolicy(KeyId=key, Policy=policy)
    makers = [("PutKeyPolicy", {"KeyId": key}), ("CreateKey", {}), ("ReplicateKey", {
        "KeyId": requests.key(MultiRegion=True), "ReplicaRegion": requests.other_region})]
    nobody = json.dumps({"Version": "2012-10-17", "Statement": []})
    for operation, asked in makers:
        kms.expect(operation, asked | {"Policy": "{"}, "MalformedPolicyDocument", what="no JSON")
        kms.expect(operation, asked | {"Policy": nobody}, "MalformedPolicyDocument", what="a lock-out")
        kms.expect(operation, asked | {"Policy": policy + " " * 32768}, "LimitExceeded", what="too long a policy")
    principal = {"GranteePrincipal": requests.root, "RetiringPrincipal": requests.root}
    kms.expect("CreateGrant", {"KeyId": key, "GranteePrincipal": "nobody", "Operations": ["Decrypt"]}, "InvalidArn")
    grant = kms.CreateGrant(KeyId=key, Operations=["Decrypt"], **principal)
    kms.ListGrants(KeyId=key)
    kms.expect("ListGrants", {"KeyId": key, "GrantId": "none"}, "InvalidGrantId")
    kms.expect("ListGrants", {"KeyId": key, "GranteePrincipal": "nobody"}, "InvalidArn")
    kms.ListRetirableGrants(RetiringPrincipal=requests.root)
    kms.expect("ListRetirableGrants", {"RetiringPrincipal": "nobody"}, "InvalidArn")
    kms.expect("RetireGrant", {"GrantToken": "bm8gdG9rZW4="}, "InvalidGrantToken")
    kms.expect("RetireGrant", {"KeyId": "x y", "GrantId": grant["GrantId"]}, "InvalidArn")
    kms.RetireGrant(GrantToken=grant["GrantToken"])
    for operation in ("RevokeGrant", "RetireGrant"):
        kms.expect(operation, {"KeyId": key, "GrantId": "none"}, "InvalidGrantId")


def material(requests: Requests, tomorrow: Service) -> None:
    kms, key = requests.kms, requests.key(Origin="EXTERNAL")
    given = kms.GetParametersForImport(KeyId=key, WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048")
    public = serialization.load_der_public_key(given["PublicKey"])
    secret = os.urandom(32)

    def bring(secret: bytes, **more) -> dict:
        oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
        return {"KeyId": key, "ImportToken": given["ImportToken"], "EncryptedKeyMaterial": public.encrypt(secret, oaep),
                "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE"} | more

    kms.expect("ImportKeyMaterial", bring(secret, ImportToken=b"none"), "InvalidImportToken")
    kms.expect("ImportKeyMaterial", bring(secret, EncryptedKeyMaterial=bytes(256)), "InvalidCiphertext")
    tomorrow.expect("ImportKeyMaterial", bring(secret), "ExpiredImportToken", what="a day later")
    kms.ImportKeyMaterial(**bring(secret))
    blob = kms.Encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    kms.DeleteImportedKeyMaterial(KeyId=key)
    kms.expect("Decrypt", {"CiphertextBlob": blob}, "KMSInvalidState", f"{key} is pending import.")
    kms.expect("ImportKeyMaterial", bring(os.urandom(32)), "IncorrectKeyMaterial")
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    kms.ImportKeyMaterial(**bring(secret, ExpirationModel="KEY_MATERIAL_EXPIRES", ValidTo=soon))
    kms.Decrypt(CiphertextBlob=blob)
    tomorrow.expect("Decrypt", {"CiphertextBlob": blob}, "KMSInvalidState", f"{key} is pending import.", "a day later")
    for operation in IMPORTS:
        own = requests.shared_key()
        kms.expect(operation, {"KeyId": own} | requests.whole(operation, key), "UnsupportedOperation",
                   f"{own} origin is AWS_KMS which is not valid for this operation.", "a key of the service's own")
    kms.ScheduleKeyDeletion(KeyId=key, PendingWindowInDays=7)
    for operation, asked in (("ImportKeyMaterial", bring(secret)), (
            "GetParametersForImport", requests.whole("GetParametersForImport", key))):
        kms.expect(operation, {"KeyId": key} | asked, "KMSInvalidState", f"{key} is pending deletion.")
    kms.DeleteImportedKeyMaterial(KeyId=key)


def regions(requests: Requests, there: Service) -> None:
    kms, key = requests.kms, requests.key(MultiRegion=True)
    other, own = {"ReplicaRegion": requests.other_region}, requests.shared_key()
    replica = kms.ReplicateKey(KeyId=key, **other)["ReplicaKeyMetadata"]["Arn"]
    there.Decrypt(KeyId=replica, CiphertextBlob=kms.Encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"])
    kms.expect("ReplicateKey", {"KeyId": key} | other, "AlreadyExists", what="a second time")
    for operation in REGIONAL:
        member = "ReplicaRegion" if operation == "ReplicateKey" else "PrimaryRegion"
        message = f"{own} is not a multi-region primary key."
        kms.expect(operation, {"KeyId": own, member: requests.other_region}, "UnsupportedOperation", message)
    kms.UpdatePrimaryRegion(KeyId=key, PrimaryRegion=requests.other_region)
