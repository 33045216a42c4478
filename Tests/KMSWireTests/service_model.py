"""Random values of the shapes of botocore's service model of KMS, all of which are valid."""

import datetime
import random
import string

import botocore.session

# botocore requires no member of an answer; these an answer is worth nothing without.
REQUIRED = set("""KeyId CiphertextBlob Plaintext KeyMetadata Arn CreationDate KeyState AliasName
    AliasArn KeyArn KeyRotationEnabled DeletionDate SourceKeyId NumberOfBytes
    Policy ReplicaKeyMetadata ReplicaPolicy PublicKey KeySpec KeyUsage Signature SignatureValid
    SigningAlgorithm Mac MacAlgorithm MacValid SharedSecret SharedSecretCiphertextBlob
    EncapsulationAlgorithm KeyAgreementAlgorithm KeyOrigin GrantToken GrantId ImportToken
    ParametersValidTo PrivateKeyCiphertextBlob PrivateKeyPlaintext KeyPairSpec TrackingStartDate
    KeyCreationDate CustomKeyStoreId Region Id MultiRegionKeyType PrimaryKey""".split())
OPTIONAL = {("GetKeyRotationStatus", "KeyId"), ("ListAliases", "KeyId")}

model = botocore.session.get_session().get_service_model("kms")
chance = random.Random()


# Texts of the shapes whose pattern random letters do not match.
TEXTS = {
    "BackingKeyIdType": ["0123456789abcdef" * 4], "BackingKeyIdResponseType": ["f0" * 32],
    "RegionType": ["eu-central-1", "us-gov-west-1"], "AccountIdType": ["123456789012"],
    "CloudHsmClusterIdType": ["cluster-abcdefghij2", "cluster-" + "Z7" * 8],
    "XksKeyIdType": ["a-B_9."], "PolicyNameType": ["default", "a_9"],
    "XksProxyUriEndpointType": ["https://a.example"],
    "XksProxyUriPathType": ["/kms/xks/v1", "/a/b_c-d/kms/xks/v12"],
    "XksProxyVpcEndpointServiceNameType": ["com.amazonaws.vpce.eu-central-1.vpce-svc-0a1"],
    "ServicePrincipalType": ["kms.amazonaws.com", "a-b.c.d"],
    "GrantConstraintSourceArnType": ["arn:aws:s3:eu-central-1:123456789012:a/b*"],
    "XksProxyAuthenticationAccessKeyIdType": ["ABCDEFGHIJKLMNOP2347"],
    "XksProxyAuthenticationRawSecretAccessKeyType": ["aZ9/+=" * 8],
    "MarkerType": ["x y~\u00ff", "m"], "PolicyType": ["{\"a\":\n\t\u00e4}"],
    "KeyMaterialDescriptionType": ["a b\n:/_.-", "x"],
    "KeyStorePasswordType": ["pass\"w\\ord\u00e4\n", "1234567"],
}


def text(shape, name):
    if shape.enum:
        return chance.choice(shape.enum)
    if shape.name in TEXTS:
        return chance.choice(TEXTS[shape.name])
    low, high = shape.metadata.get("min", 0), min(shape.metadata.get("max", 60), 60)
    letters = string.ascii_letters + string.digits + ":/_-"
    if "pattern" not in shape.metadata and name not in ("KeyId", "Arn"):
        letters += " \"\\\n\t/äé日本🔑\u0301\u2028\x01\x7f"
    return "".join(chance.choice(letters) for _ in range(chance.randint(low, max(low, high))))


def context():
    names = ["é", "e\u0301", "a\"b", "\\", "\n", "🔑", "日本", "x" * 200, "aws:x", " "]
    return {name: chance.choice(["", "v", "\u0000", "ä🔑\"\\/", "y" * 300])
            for name in chance.sample(names, chance.randint(0, 6))}


def value(operation, shape, name, is_answer):
    kind = shape.type_name
    if kind == "structure":
        wanted = {}
        for member, inner in shape.members.items():
            needed = member in shape.required_members or (
                member in REQUIRED and (is_answer or member in ("CiphertextBlob", "NumberOfBytes"))
                and (operation, member) not in OPTIONAL)
            if operation in ("GenerateDataKey", "GenerateDataKeyWithoutPlaintext") and not is_answer \
                    and member == "NumberOfBytes":
                needed = False
            # The state of a key that is to be deleted may be left out, that of a described one not.
            if operation == "ScheduleKeyDeletion" and member == "KeyState":
                needed = False
            if needed or chance.random() < 0.6:
                wanted[member] = value(operation, inner, member, is_answer)
        if "CustomerMasterKeySpec" in wanted:
            # The old name is never another key spec than the new one.
            if wanted.get("KeySpec") in (None, wanted["CustomerMasterKeySpec"]):
                wanted["KeySpec"] = wanted["CustomerMasterKeySpec"]
            else:
                del wanted["CustomerMasterKeySpec"]
        return wanted
    if kind == "list":
        low, high = shape.metadata.get("min", 0), min(shape.metadata.get("max", 3), 3)
        return [value(operation, shape.member, name, is_answer)
                for _ in range(chance.randint(low, max(low, high)))]
    if kind == "map":
        return context()
    if kind == "blob":
        high = 1024 if name == "Plaintext" and operation.startswith("Generate") else 4096
        return chance.randbytes(chance.choice([1, 2, 3, 32, 33, 200, high]))
    if kind == "boolean":
        return chance.random() < 0.5
    if kind in ("integer", "long"):
        return chance.randint(shape.metadata["min"], shape.metadata["max"])
    if kind == "timestamp":
        return datetime.datetime.fromtimestamp(
            chance.choice([0, 1, 1_700_000_000_123, 1_504_039_912_059]) / 1000
            + chance.randint(0, 10_000), datetime.timezone.utc)
    return text(shape, name)
