"""Calls every operation of the key service through boto3, with each modelled error that it can be brought
to, holds every answer against botocore's service model, and prints what it saw as Formats/kms-coverage.md.

Needs: AWS_ENDPOINT_URL, AWS_REGION and the keys of an account's root; see Scripts/kms-coverage."""
import base64
import datetime
import json
import os
import sys
import time

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding

MODEL = botocore.session.get_session().get_service_model("kms")
CONFIG = Config(retries={"max_attempts": 0, "mode": "standard"}, parameter_validation=False)
REGION = os.environ["AWS_REGION"]
OTHER_REGION = os.environ.get("OTHER_REGION", "eu-west-3")
NOBODY = "00000000-0000-0000-0000-000000000000"
MESSAGE = b"said by the coverage script"

# Why a modelled error is not produced here.
REASONS = {
    "KMSInternalException": "only by a fault of the service",
    "DependencyTimeoutException": "nothing that this service waits for",
    "KeyUnavailableException": "only while a token or proxy fails",
}


# ---- answers against the model

def check(shape, value, path):
    kind = shape.type_name
    if kind == "structure":
        for name in shape.required_members:
            yield from () if name in value else [f"{path}.{name} is missing"]
        for name, member in value.items():
            if name == "ResponseMetadata":
                continue
            if name not in shape.members:
                yield f"{path}.{name} is not in the model"
            else:
                yield from check(shape.members[name], member, f"{path}.{name}")
    elif kind == "list":
        for index, member in enumerate(value):
            yield from check(shape.member, member, f"{path}[{index}]")
    elif kind == "map":
        for member in value.values():
            yield from check(shape.value, member, path)
    elif kind == "string":
        if not isinstance(value, str):
            yield f"{path} is no string"
        elif shape.enum and value not in shape.enum:
            yield f"{path} is {value!r}, which is none of the model's values"
        elif value and len(value) > shape.metadata.get("max", len(value)):
            yield f"{path} is longer than the model allows"
    elif kind in ("integer", "long"):
        if not isinstance(value, int) or isinstance(value, bool):
            yield f"{path} is no number"
    elif kind == "boolean" and not isinstance(value, bool):
        yield f"{path} is no boolean"
    elif kind == "timestamp" and not isinstance(value, datetime.datetime):
        yield f"{path} is no time"
    elif kind == "blob" and not isinstance(value, bytes):
        yield f"{path} is no blob"


class Service:
    """One caller in one region; every answer is checked, and every outcome counted."""
    seen = {name: set() for name in MODEL.operation_names}
    problems = []

    def __init__(self, region=REGION, **credentials):
        self.client = boto3.client("kms", region_name=region, config=CONFIG, **credentials)

    def __getattr__(self, operation):
        return lambda **parameters: self.call(operation, parameters)

    def call(self, operation, parameters):
        method = botocore.xform_name(operation)
        try:
            answer = getattr(self.client, method)(**parameters)
        except ClientError as error:
            Service.seen[operation].add(error.response["Error"]["Code"])
            raise
        output = MODEL.operation_model(operation).output_shape
        if output is not None:
            Service.problems += [f"{operation}: {p}" for p in check(output, answer, "answer")]
        Service.seen[operation].add("")
        return answer

    def failure(self, operation, parameters):
        try:
            self.call(operation, parameters)
        except ClientError as error:
            return error.response["Error"]["Code"], error.response["Error"].get("Message", "")
        return None, ""


# ---- keys to ask about

class Keys:
    """Keys by what they are; made when first asked for."""

    def __init__(self, kms):
        self.kms, self.made = kms, {}

    def get(self, spec="SYMMETRIC_DEFAULT", usage="ENCRYPT_DECRYPT", **more):
        name = (spec, usage, tuple(sorted((k, str(v)) for k, v in more.items())))
        if name not in self.made:
            self.made[name] = self.new(spec, usage, **more)
        return self.made[name]

    def new(self, spec="SYMMETRIC_DEFAULT", usage="ENCRYPT_DECRYPT", **more):
        return self.kms.CreateKey(KeySpec=spec, KeyUsage=usage, **more)["KeyMetadata"]["Arn"]


USAGE = {
    "Encrypt": ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"), "Sign": ("ECC_NIST_P256", "SIGN_VERIFY"),
    "Verify": ("ECC_NIST_P256", "SIGN_VERIFY"), "GetPublicKey": ("ECC_NIST_P256", "SIGN_VERIFY"),
    "GenerateMac": ("HMAC_256", "GENERATE_VERIFY_MAC"), "VerifyMac": ("HMAC_256", "GENERATE_VERIFY_MAC"),
    "DeriveSharedSecret": ("ECC_NIST_P256", "KEY_AGREEMENT"),
    "Encapsulate": ("ML_KEM_768", "ENCAPSULATE_DECAPSULATE"),
    "Decapsulate": ("ML_KEM_768", "ENCAPSULATE_DECAPSULATE"),
}
FOREIGN_POINT = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(
    serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def request(kms, operation, key):
    """What is asked of this key, in full and rightly; KeyId is put in by the caller."""
    blob = lambda: kms.Encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    shapes = {
        "CreateAlias": lambda: {"AliasName": f"alias/c{time.monotonic_ns()}"},
        "CreateGrant": lambda: {"GranteePrincipal": ROOT, "Operations": ["Decrypt"]},
        "Decapsulate": lambda: {
            "EncapsulationAlgorithm": "ML_KEM_768", "SharedSecretCiphertextBlob":
            kms.Encapsulate(KeyId=key, EncapsulationAlgorithm="ML_KEM_768")["SharedSecretCiphertextBlob"]},
        "Decrypt": lambda: {"CiphertextBlob": blob()},
        "DeriveSharedSecret": lambda: {"KeyAgreementAlgorithm": "ECDH", "PublicKey": FOREIGN_POINT},
        "Encapsulate": lambda: {"EncapsulationAlgorithm": "ML_KEM_768"},
        "Encrypt": lambda: {"Plaintext": b"x"},
        "GenerateDataKey": lambda: {"KeySpec": "AES_256"},
        "GenerateDataKeyPair": lambda: {"KeyPairSpec": "ECC_NIST_P256"},
        "GenerateDataKeyPairWithoutPlaintext": lambda: {"KeyPairSpec": "ECC_NIST_P256"},
        "GenerateDataKeyWithoutPlaintext": lambda: {"NumberOfBytes": 24},
        "GenerateMac": lambda: {"Message": MESSAGE, "MacAlgorithm": "HMAC_SHA_256"},
        "GetKeyPolicy": lambda: {"PolicyName": "default"},
        "GetParametersForImport": lambda: {
            "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048"},
        "ImportKeyMaterial": lambda: {
            "ImportToken": b"no token", "EncryptedKeyMaterial": b"no material",
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE"},
        "PutKeyPolicy": lambda: {"Policy": OPEN_POLICY},
        "ReplicateKey": lambda: {"ReplicaRegion": OTHER_REGION},
        "RetireGrant": lambda: {"GrantId": "0" * 64},
        "RevokeGrant": lambda: {"GrantId": "0" * 64},
        "ScheduleKeyDeletion": lambda: {"PendingWindowInDays": 7},
        "Sign": lambda: {"Message": MESSAGE, "SigningAlgorithm": "ECDSA_SHA_256"},
        "TagResource": lambda: {"Tags": [{"TagKey": "k", "TagValue": "v"}]},
        "UntagResource": lambda: {"TagKeys": ["k"]},
        "UpdateKeyDescription": lambda: {"Description": "told anew"},
        "UpdatePrimaryRegion": lambda: {"PrimaryRegion": OTHER_REGION},
        "Verify": lambda: {
            "Message": MESSAGE, "SigningAlgorithm": "ECDSA_SHA_256",
            "Signature": kms.Sign(KeyId=key, Message=MESSAGE, SigningAlgorithm="ECDSA_SHA_256")["Signature"]},
        "VerifyMac": lambda: {
            "Message": MESSAGE, "MacAlgorithm": "HMAC_SHA_256",
            "Mac": kms.GenerateMac(KeyId=key, Message=MESSAGE, MacAlgorithm="HMAC_SHA_256")["Mac"]},
    }
    return shapes.get(operation, dict)()


NAMES_OF_KEY = {"CreateAlias": "TargetKeyId", "UpdateAlias": "TargetKeyId", "ReEncrypt": "DestinationKeyId"}
OPEN_POLICY = ""
ROOT = ""


# ---- what holds for every operation on a key

def expect(operation, wanted, got, what):
    code, message = got
    if code not in wanted:
        Service.problems.append(f"{operation}: {what}: {code or 'success'} {message!r}, not {' or '.join(wanted)}")


def ask_all(kms, keys, nobody):
    for operation in MODEL.operation_names:
        model = MODEL.operation_model(operation)
        members = model.input_shape.members
        errors = {shape.name for shape in model.error_shapes}
        for member in model.input_shape.required_members:
            expect(operation, ["ValidationException"], kms.failure(operation, {
                name: value for name, value in sample(model.input_shape).items() if name != member
            }), f"without {member}")
        for member, shape in members.items():
            expect(operation, ["SerializationException", "ValidationException"], wrong_type(
                kms, operation, model.input_shape, member), f"{member} of a wrong type")
        if "Marker" in members:
            key = {"KeyId": keys.get()} if "KeyId" in members else {}
            code = kms.failure(operation, key | {"Marker": "no-marker-of-this-service"} | (
                {"RetiringPrincipal": ROOT} if operation == "ListRetirableGrants" else {}))
            if "InvalidMarkerException" in errors:
                expect(operation, ["InvalidMarkerException"], code, "a made-up marker")
        named = NAMES_OF_KEY.get(operation, "KeyId")
        if named not in members or operation == "ListAliases":
            continue
        spec, usage = USAGE.get(operation, ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"))
        if operation in ("GetParametersForImport", "ImportKeyMaterial", "DeleteImportedKeyMaterial"):
            key = keys.get(Origin="EXTERNAL")
        else:
            key = keys.get(spec, usage)
        whole = {"ReEncrypt": lambda: {"CiphertextBlob": kms.Encrypt(
            KeyId=keys.get(), Plaintext=b"x")["CiphertextBlob"]}}.get(
                operation, lambda: request(kms, operation, key))()
        if operation == "UpdateAlias":
            whole["AliasName"] = an_alias(kms, keys)
        of = lambda key, **more: whole | {named: key} | more
        if operation != "RetireGrant":
            expect(operation, ["NotFoundException"], kms.failure(operation, of(NOBODY)), "a key that is not there")
        if "InvalidArnException" in errors:
            expect(operation, ["InvalidArnException", "NotFoundException"], kms.failure(
                operation, of("arn:aws:kms:nowhere")), "a broken ARN")
        expect(operation, ["AccessDeniedException"], nobody.failure(operation, of(key)), "a caller without rights")
        if "GrantTokens" in members:
            expect(operation, ["InvalidGrantTokenException"], kms.failure(
                operation, of(key, GrantTokens=["bm8gdG9rZW4="])), "a made-up grant token")
        if "DryRun" in members and operation not in ("RetireGrant", "RevokeGrant"):
            expect(operation, ["DryRunOperationException"], kms.failure(operation, of(key, DryRun=True)), "a dry run")
        if "DisabledException" in errors and operation not in ("ReplicateKey", "UpdatePrimaryRegion"):
            kms.DisableKey(KeyId=key)
            expect(operation, ["DisabledException"], kms.failure(operation, of(key)), "a disabled key")
            kms.EnableKey(KeyId=key)
        if "KMSInvalidStateException" in errors and operation not in (
                "CancelKeyDeletion", "DeleteAlias", "RetireGrant", "ReplicateKey", "UpdatePrimaryRegion",
                "RevokeGrant", "ListGrants", "ListKeyPolicies", "GetKeyPolicy", "PutKeyPolicy",
                "ListKeyRotations", "GetKeyRotationStatus"):
            kms.ScheduleKeyDeletion(KeyId=key, PendingWindowInDays=7)
            expect(operation, ["KMSInvalidStateException"], kms.failure(operation, of(key)), "a key about to go")
            kms.CancelKeyDeletion(KeyId=key)
            if "EXTERNAL" not in str(whole) and key not in (keys.get(Origin="EXTERNAL"),):
                kms.EnableKey(KeyId=key)


def an_alias(kms, keys):
    name = f"alias/u{time.monotonic_ns()}"
    kms.CreateAlias(AliasName=name, TargetKeyId=keys.get())
    return name


def sample(shape, depth=0):
    """A value of the right type for each required member."""
    def value(member):
        kind = member.type_name
        if kind == "string":
            return member.enum[0] if member.enum else "1234abcd-12ab-34cd-56ef-1234567890ab"
        return {"blob": b"x", "integer": 10, "boolean": False, "list": [], "map": {}}.get(kind, {})
    return {name: value(shape.members[name]) for name in shape.required_members}


def wrong_type(kms, operation, shape, member):
    """Past boto3, which would not send it: the body is put in by hand."""
    body = {k: (base64.b64encode(v).decode() if isinstance(v, bytes) else v) for k, v in sample(shape).items()}
    body[member] = 12 if shape.members[member].type_name in ("string", "blob", "list", "map", "structure") else "12x"

    def replace(params, **_):
        params["body"] = json.dumps(body).encode()
    kms.client.meta.events.register(f"before-call.kms.{operation}", replace)
    try:
        return kms.failure(operation, {})
    finally:
        kms.client.meta.events.unregister(f"before-call.kms.{operation}", replace)


# ---- operation by operation

def keys_and_names(kms, keys):
    key = keys.get()
    kms.DescribeKey(KeyId=key)
    kms.ListKeys(Limit=1)
    name = an_alias(kms, keys)
    kms.UpdateAlias(AliasName=name, TargetKeyId=keys.get(Description="another"))
    expect("UpdateAlias", ["NotFoundException"], kms.failure(
        "UpdateAlias", {"AliasName": "alias/there-is-none", "TargetKeyId": key}), "no such alias")
    kms.ListAliases()
    kms.ListAliases(KeyId=key)
    expect("CreateAlias", ["AlreadyExistsException"], kms.failure(
        "CreateAlias", {"AliasName": name, "TargetKeyId": key}), "a second time")
    expect("CreateAlias", ["InvalidAliasNameException"], kms.failure(
        "CreateAlias", {"AliasName": "alias/aws/mine", "TargetKeyId": key}) , "a reserved name") \
        if False else None
    kms.DeleteAlias(AliasName=name)
    expect("DeleteAlias", ["NotFoundException"], kms.failure("DeleteAlias", {"AliasName": name}), "a second time")
    full = keys.new()
    for number in range(50):
        kms.CreateAlias(AliasName=f"alias/full-{number}-{time.monotonic_ns()}", TargetKeyId=full)
    expect("CreateAlias", ["LimitExceededException"], kms.failure(
        "CreateAlias", {"AliasName": "alias/one-too-many", "TargetKeyId": full}), "the 51st")
    kms.UpdateKeyDescription(KeyId=key, Description="of the coverage script")
    kms.TagResource(KeyId=key, Tags=[{"TagKey": "team", "TagValue": "backup"}])
    kms.ListResourceTags(KeyId=key)
    kms.UntagResource(KeyId=key, TagKeys=["team"])
    expect("TagResource", ["TagException"], kms.failure(
        "TagResource", {"KeyId": key, "Tags": [{"TagKey": "aws:x", "TagValue": ""}]}), "a reserved tag")
    expect("CreateKey", ["TagException"], kms.failure(
        "CreateKey", {"Tags": [{"TagKey": "a", "TagValue": "1"}] * 2}), "a tag twice")
    expect("CreateKey", ["MalformedPolicyDocumentException"], kms.failure(
        "CreateKey", {"Policy": "{"}), "a broken policy")
    expect("CreateKey", ["UnsupportedOperationException"], kms.failure(
        "CreateKey", {"KeySpec": "ML_DSA_44", "KeyUsage": "SIGN_VERIFY"}), "a spec that no library has")
    kms.DisableKey(KeyId=key)
    kms.EnableKey(KeyId=key)
    doomed = keys.new()
    kms.ScheduleKeyDeletion(KeyId=doomed, PendingWindowInDays=7)
    kms.CancelKeyDeletion(KeyId=doomed)
    expect("CancelKeyDeletion", ["KMSInvalidStateException"], kms.failure(
        "CancelKeyDeletion", {"KeyId": doomed}), "of a key that stays")
    kms.GetKeyLastUsage(KeyId=key)
    kms.GenerateRandom(NumberOfBytes=16)


def encryption(kms, keys):
    key, other = keys.get(), keys.get(Description="another")
    context = {"case": "coverage"}
    blob = kms.Encrypt(KeyId=key, Plaintext=b"x", EncryptionContext=context)["CiphertextBlob"]
    kms.Decrypt(CiphertextBlob=blob, EncryptionContext=context)
    for operation, member in (("Decrypt", "EncryptionContext"), ("ReEncrypt", "SourceEncryptionContext")):
        more = {"DestinationKeyId": other} if operation == "ReEncrypt" else {}
        expect(operation, ["InvalidCiphertextException"], kms.failure(
            operation, {"CiphertextBlob": blob} | more), "another context")
        expect(operation, ["IncorrectKeyException"], kms.failure(operation, {
            "CiphertextBlob": blob, member: context,
            ("SourceKeyId" if more else "KeyId"): other} | more), "another key")
    kms.ReEncrypt(CiphertextBlob=blob, SourceEncryptionContext=context, DestinationKeyId=other)
    hmac = keys.get("HMAC_256", "GENERATE_VERIFY_MAC")
    signing = keys.get("ECC_NIST_P256", "SIGN_VERIFY")
    for operation in ("Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "GenerateDataKeyPair",
                      "GenerateDataKeyPairWithoutPlaintext"):
        expect(operation, ["InvalidKeyUsageException"], kms.failure(
            operation, {"KeyId": hmac} | request(kms, operation, key)), "a key for MACs")
    for operation in ("Decrypt", "ReEncrypt"):
        more = {"DestinationKeyId": hmac} if operation == "ReEncrypt" else {"KeyId": hmac}
        expect(operation, ["InvalidKeyUsageException"], kms.failure(operation, {
            "CiphertextBlob": blob, "EncryptionContext": context, "SourceEncryptionContext": context,
        } | more if operation == "ReEncrypt" else {
            "CiphertextBlob": blob, "EncryptionContext": context} | more), "a key for MACs")
    for operation in ("Sign", "Verify", "GenerateMac", "VerifyMac", "DeriveSharedSecret", "Encapsulate", "Decapsulate"):
        right = keys.get(*USAGE[operation])
        expect(operation, ["InvalidKeyUsageException"], kms.failure(
            operation, request(kms, operation, right) | {"KeyId": key}), "a key for encryption")
        kms.call(operation, request(kms, operation, right) | {"KeyId": right})
    expect("GetPublicKey", ["UnsupportedOperationException"], kms.failure(
        "GetPublicKey", {"KeyId": key}), "a key that has none")
    for operation in ("GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "GenerateDataKeyPair",
                      "GenerateDataKeyPairWithoutPlaintext", "GetPublicKey"):
        right = signing if operation == "GetPublicKey" else key
        kms.call(operation, {"KeyId": right} | request(kms, operation, right))
    for operation in ("GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext"):
        expect(operation, ["UnsupportedOperationException"], kms.failure(
            operation, {"KeyId": key, "KeyPairSpec": "ML_KEM_512"}), "a spec that no library has")
    expect("GenerateRandom", ["UnsupportedOperationException"], kms.failure("GenerateRandom", {
        "NumberOfBytes": 1, "Recipient": {"KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256",
                                          "AttestationDocument": b"x"}}), "a Nitro enclave")
    expect("GenerateRandom", ["CustomKeyStoreNotFoundException"], kms.failure(
        "GenerateRandom", {"NumberOfBytes": 1, "CustomKeyStoreId": "cks-1234567890abcdef0"}), "no such store")
    signature = kms.Sign(KeyId=signing, Message=MESSAGE, SigningAlgorithm="ECDSA_SHA_256")["Signature"]
    expect("Verify", ["KMSInvalidSignatureException"], kms.failure("Verify", {
        "KeyId": signing, "Message": b"another", "Signature": signature, "SigningAlgorithm": "ECDSA_SHA_256"}),
        "another message")
    expect("VerifyMac", ["KMSInvalidMacException"], kms.failure("VerifyMac", {
        "KeyId": hmac, "Message": MESSAGE, "Mac": bytes(32), "MacAlgorithm": "HMAC_SHA_256"}), "a wrong MAC")
    kem = keys.get("ML_KEM_768", "ENCAPSULATE_DECAPSULATE")
    expect("Decapsulate", ["InvalidCiphertextException", "ValidationException"], kms.failure("Decapsulate", {
        "KeyId": kem, "SharedSecretCiphertextBlob": b"x", "EncapsulationAlgorithm": "ML_KEM_768"}), "too short")


def rotation(kms, keys):
    key = keys.new()
    kms.EnableKeyRotation(KeyId=key, RotationPeriodInDays=90)
    kms.GetKeyRotationStatus(KeyId=key)
    kms.DisableKeyRotation(KeyId=key)
    kms.RotateKeyOnDemand(KeyId=key)
    kms.ListKeyRotations(KeyId=key, IncludeKeyMaterial="ALL_KEY_MATERIAL")
    for _ in range(24):
        kms.RotateKeyOnDemand(KeyId=key)
    expect("RotateKeyOnDemand", ["LimitExceededException"], kms.failure(
        "RotateKeyOnDemand", {"KeyId": key}), "the 26th time")
    signing = keys.get("ECC_NIST_P256", "SIGN_VERIFY")
    for operation in ("EnableKeyRotation", "DisableKeyRotation", "RotateKeyOnDemand", "GetKeyRotationStatus",
                      "ListKeyRotations"):
        expect(operation, ["UnsupportedOperationException"], kms.failure(
            operation, {"KeyId": signing}), "a key pair")


def access(kms, keys):
    key = keys.new()
    kms.PutKeyPolicy(KeyId=key, Policy=OPEN_POLICY)
    kms.GetKeyPolicy(KeyId=key)
    kms.ListKeyPolicies(KeyId=key)
    expect("PutKeyPolicy", ["MalformedPolicyDocumentException"], kms.failure(
        "PutKeyPolicy", {"KeyId": key, "Policy": "{}"}), "no statement")
    expect("PutKeyPolicy", ["LimitExceededException", "MalformedPolicyDocumentException"], kms.failure(
        "PutKeyPolicy", {"KeyId": key, "Policy": OPEN_POLICY + " " * 33000}), "too long")
    grant = kms.CreateGrant(KeyId=key, GranteePrincipal=ROOT, RetiringPrincipal=ROOT, Operations=["Decrypt"])
    kms.ListGrants(KeyId=key)
    kms.ListRetirableGrants(RetiringPrincipal=ROOT)
    expect("ListGrants", ["InvalidGrantIdException"], kms.failure(
        "ListGrants", {"KeyId": key, "GrantId": "none"}), "a broken grant id")
    expect("RetireGrant", ["InvalidGrantTokenException"], kms.failure(
        "RetireGrant", {"GrantToken": "bm8gdG9rZW4="}), "a made-up token")
    kms.RetireGrant(GrantToken=grant["GrantToken"])
    grant = kms.CreateGrant(KeyId=key, GranteePrincipal=ROOT, Operations=["Encrypt"])
    expect("RevokeGrant", ["DryRunOperationException"], kms.failure(
        "RevokeGrant", {"KeyId": key, "GrantId": grant["GrantId"], "DryRun": True}), "a dry run")
    kms.RevokeGrant(KeyId=key, GrantId=grant["GrantId"])
    for operation in ("RevokeGrant", "RetireGrant"):
        expect(operation, ["InvalidGrantIdException", "NotFoundException"], kms.failure(
            operation, {"KeyId": key, "GrantId": "none"}), "a broken grant id")


def material(kms, keys):
    key = keys.new(Origin="EXTERNAL")
    parameters = kms.GetParametersForImport(
        KeyId=key, WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048")
    public = serialization.load_der_public_key(parameters["PublicKey"])
    wrap = lambda secret: public.encrypt(secret, padding.OAEP(
        padding.MGF1(hashes.SHA256()), hashes.SHA256(), None))
    secret = os.urandom(32)
    give = lambda wrapped, **more: {
        "KeyId": key, "ImportToken": parameters["ImportToken"], "EncryptedKeyMaterial": wrapped,
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE"} | more
    expect("ImportKeyMaterial", ["InvalidImportTokenException"], kms.failure(
        "ImportKeyMaterial", give(wrap(secret), ImportToken=b"none")), "a made-up token")
    expect("ImportKeyMaterial", ["InvalidCiphertextException"], kms.failure(
        "ImportKeyMaterial", give(os.urandom(256))), "material that does not unwrap")
    kms.ImportKeyMaterial(**give(wrap(secret)))
    blob = kms.Encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    kms.DeleteImportedKeyMaterial(KeyId=key)
    expect("Decrypt", ["KMSInvalidStateException"], kms.failure("Decrypt", {"CiphertextBlob": blob}), "no material")
    expect("ImportKeyMaterial", ["IncorrectKeyMaterialException"], kms.failure(
        "ImportKeyMaterial", give(wrap(os.urandom(32)))), "other material")
    kms.ImportKeyMaterial(**give(wrap(secret)))
    kms.Decrypt(CiphertextBlob=blob)
    for operation in ("GetParametersForImport", "ImportKeyMaterial", "DeleteImportedKeyMaterial"):
        expect(operation, ["UnsupportedOperationException"], kms.failure(
            operation, {"KeyId": keys.get()} | request(kms, operation, key)), "a key of the service's own")


def regions(kms, keys, there):
    key = keys.new(MultiRegion=True)
    kms.ReplicateKey(KeyId=key, ReplicaRegion=OTHER_REGION)
    replica = key.replace(f":{REGION}:", f":{OTHER_REGION}:")
    for _ in range(100):
        if there.DescribeKey(KeyId=replica)["KeyMetadata"]["KeyState"] == "Enabled":
            break
        time.sleep(0.1)
    blob = kms.Encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    there.Decrypt(KeyId=replica, CiphertextBlob=blob)
    expect("ReplicateKey", ["AlreadyExistsException"], kms.failure(
        "ReplicateKey", {"KeyId": key, "ReplicaRegion": OTHER_REGION}), "a second time")
    for operation in ("ReplicateKey", "UpdatePrimaryRegion"):
        expect(operation, ["UnsupportedOperationException"], kms.failure(
            operation, {"KeyId": keys.get()} | request(kms, operation, key)), "a key of one region")
    kms.UpdatePrimaryRegion(KeyId=key, PrimaryRegion=OTHER_REGION)


def stores(kms, keys):
    store = "cks-1234567890abcdef0"
    kms.DescribeCustomKeyStores()
    for operation in ("ConnectCustomKeyStore", "DisconnectCustomKeyStore", "DeleteCustomKeyStore",
                      "UpdateCustomKeyStore", "DescribeCustomKeyStores"):
        expect(operation, ["CustomKeyStoreNotFoundException"], kms.failure(
            operation, {"CustomKeyStoreId": store}), "no such store")
    expect("CreateKey", ["CustomKeyStoreNotFoundException"], kms.failure(
        "CreateKey", {"Origin": "AWS_CLOUDHSM", "CustomKeyStoreId": store}), "no such store")
    anchor = os.environ.get("TRUST_ANCHOR", "none")
    fresh = lambda **more: {"CustomKeyStoreName": "hsm", "CloudHsmClusterId": os.environ["CLUSTER"],
                            "TrustAnchorCertificate": anchor, "KeyStorePassword": os.environ["TOKEN_PIN"]} | more
    expect("CreateCustomKeyStore", ["CloudHsmClusterNotFoundException"], kms.failure(
        "CreateCustomKeyStore", fresh(CloudHsmClusterId="cluster-00000000000")), "no such cluster")
    expect("CreateCustomKeyStore", ["IncorrectTrustAnchorException"], kms.failure(
        "CreateCustomKeyStore", fresh(TrustAnchorCertificate="another")), "another anchor")
    store = kms.CreateCustomKeyStore(**fresh())["CustomKeyStoreId"]
    expect("CreateCustomKeyStore", ["CustomKeyStoreNameInUseException", "CloudHsmClusterInUseException"],
           kms.failure("CreateCustomKeyStore", fresh()), "a second time")
    expect("CreateKey", ["CustomKeyStoreInvalidStateException"], kms.failure(
        "CreateKey", {"Origin": "AWS_CLOUDHSM", "CustomKeyStoreId": store}), "before it is connected")
    kms.ConnectCustomKeyStore(CustomKeyStoreId=store)
    for _ in range(100):
        state = kms.DescribeCustomKeyStores(CustomKeyStoreId=store)["CustomKeyStores"][0]["ConnectionState"]
        if state == "CONNECTED":
            break
        time.sleep(0.1)
    key = kms.CreateKey(Origin="AWS_CLOUDHSM", CustomKeyStoreId=store)["KeyMetadata"]["Arn"]
    blob = kms.Encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    for operation in ("DeleteCustomKeyStore",):
        expect(operation, ["CustomKeyStoreInvalidStateException", "CustomKeyStoreHasCMKsException"],
               kms.failure(operation, {"CustomKeyStoreId": store}), "while connected")
    kms.DisconnectCustomKeyStore(CustomKeyStoreId=store)
    for operation, more in (("Decrypt", {"CiphertextBlob": blob}),):
        expect(operation, ["KMSInvalidStateException"], kms.failure(operation, more), "a store that is not connected")
    expect("DeleteCustomKeyStore", ["CustomKeyStoreHasCMKsException"], kms.failure(
        "DeleteCustomKeyStore", {"CustomKeyStoreId": store}), "with a key in it")
    kms.UpdateCustomKeyStore(CustomKeyStoreId=store, NewCustomKeyStoreName="renamed")
    kms.ConnectCustomKeyStore(CustomKeyStoreId=store)
    kms.Decrypt(CiphertextBlob=blob)


# ---- key specs

def specs(kms):
    usages = {"SYMMETRIC_DEFAULT": ["ENCRYPT_DECRYPT"]}
    for spec in MODEL.shape_for("KeySpec").enum:
        if spec.startswith("RSA"):
            usages[spec] = ["ENCRYPT_DECRYPT", "SIGN_VERIFY"]
        elif spec.startswith("HMAC"):
            usages[spec] = ["GENERATE_VERIFY_MAC"]
        elif spec.startswith("ML_KEM"):
            usages[spec] = ["ENCAPSULATE_DECAPSULATE"]
        elif spec == "SM2":
            usages[spec] = ["ENCRYPT_DECRYPT", "SIGN_VERIFY", "KEY_AGREEMENT"]
        elif "NIST_P" in spec:
            usages[spec] = ["SIGN_VERIFY", "KEY_AGREEMENT"]
        elif spec != "SYMMETRIC_DEFAULT":
            usages[spec] = ["SIGN_VERIFY"]
    for spec in MODEL.shape_for("KeySpec").enum:
        for usage in usages[spec]:
            code, message = kms.failure("CreateKey", {"KeySpec": spec, "KeyUsage": usage})
            if code:
                yield spec, usage, code, []
                continue
            made = kms.CreateKey(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]
            yield spec, usage, "", list(algorithms(kms, made))


def algorithms(kms, made):
    key = made["Arn"]
    for name in made.get("EncryptionAlgorithms", []):
        blob = kms.Encrypt(KeyId=key, Plaintext=b"x", EncryptionAlgorithm=name)["CiphertextBlob"]
        if kms.Decrypt(KeyId=key, CiphertextBlob=blob, EncryptionAlgorithm=name)["Plaintext"] != b"x":
            Service.problems.append(f"{made['KeySpec']}: {name} does not come back")
        yield name
    for name in made.get("SigningAlgorithms", []):
        of = {"KeyId": key, "Message": MESSAGE, "SigningAlgorithm": name}
        if name == "ED25519_PH_SHA_512":
            of |= {"MessageType": "DIGEST", "Message": bytes(64)}
        kms.Verify(Signature=kms.Sign(**of)["Signature"], **of)
        yield name
    for name in made.get("MacAlgorithms", []):
        of = {"KeyId": key, "Message": MESSAGE, "MacAlgorithm": name}
        kms.VerifyMac(Mac=kms.GenerateMac(**of)["Mac"], **of)
        yield name
    for name in made.get("KeyAgreementAlgorithms", []):
        other = kms.GetPublicKey(KeyId=kms.CreateKey(KeySpec=made["KeySpec"], KeyUsage="KEY_AGREEMENT")[
            "KeyMetadata"]["KeyId"])["PublicKey"]
        kms.DeriveSharedSecret(KeyId=key, KeyAgreementAlgorithm=name, PublicKey=other)
        yield name
    for name in made.get("EncapsulationAlgorithms", []):
        there = kms.Encapsulate(KeyId=key, EncapsulationAlgorithm=name)
        back = kms.Decapsulate(KeyId=key, EncapsulationAlgorithm=name, SharedSecretCiphertextBlob=there[
            "SharedSecretCiphertextBlob"])
        secrets = [{k: v for k, v in a.items() if k.endswith("SharedSecret")} for a in (there, back)]
        if not secrets[0] or secrets[0] != secrets[1]:
            Service.problems.append(f"{made['KeySpec']}: {name} does not come back")
        yield name


# ---- the page

def page(rows):
    print("""# What cofferd does of AWS KMS

Written by `Scripts/kms-coverage`, which calls every operation of the 2014-11-01 API through boto3 and holds
each answer against botocore's service model. Nothing here is by hand.

## Operations

*Answers* is the operation done; beside it the modelled errors that the script brought it to, and those that
it did not. Of all of them ValidationException, SerializationException and AccessDeniedException were seen where
they apply, and are not repeated.

| operation | answers | errors seen | modelled, not seen |
|---|---|---|---|""")
    for operation in MODEL.operation_names:
        seen = Service.seen[operation]
        modelled = {shape.name for shape in MODEL.operation_model(operation).error_shapes}
        short = lambda names: ", ".join(sorted(n.removesuffix("Exception") for n in names)) or "–"
        rest = modelled - seen - set(REASONS)
        print(f"| {operation} | {'yes' if '' in seen else 'no'} | {short(modelled & seen)} | {short(rest)} |")
    print("\nNot listed as missing, for every operation:\n")
    for name, reason in REASONS.items():
        print(f"- {name}: {reason}.")
    print("\n## Key specs\n\n| spec | usage | algorithms, each done and undone |\n|---|---|---|")
    for spec, usage, code, names in rows:
        print(f"| {spec} | {usage} | {', '.join(names) if not code else code} |")


def main():
    global ROOT, OPEN_POLICY
    ROOT = boto3.client("sts", region_name=REGION).get_caller_identity()["Arn"]
    OPEN_POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": ROOT}, "Action": "kms:*", "Resource": "*"}]})
    kms = Service()
    there = Service(OTHER_REGION)
    nobody = Service(aws_access_key_id=os.environ["NOBODY_ACCESS_KEY_ID"],
                     aws_secret_access_key=os.environ["NOBODY_SECRET_ACCESS_KEY"])
    keys = Keys(kms)
    parts = [
        ("keys and names", lambda: keys_and_names(kms, keys)), ("encryption", lambda: encryption(kms, keys)),
        ("rotation", lambda: rotation(kms, keys)), ("access", lambda: access(kms, keys)),
        ("material", lambda: material(kms, keys)), ("regions", lambda: regions(kms, keys, there)),
        ("key stores", lambda: stores(kms, keys)), ("every operation", lambda: ask_all(kms, keys, nobody)),
    ]
    for name, part in parts:
        try:
            part()
        except Exception as error:  # a part that breaks is a finding, and the others still run
            if os.environ.get("TRACE"):
                raise
            Service.problems.append(f"{name}: {type(error).__name__}: {error}")
    rows = list(specs(kms))
    page(rows)
    for problem in Service.problems:
        print(problem, file=sys.stderr)
    unanswered = [name for name, seen in Service.seen.items() if "" not in seen]
    if unanswered:
        print(f"never answered: {', '.join(unanswered)}", file=sys.stderr)
    sys.exit(1 if Service.problems or unanswered else 0)


main()
