"""A key of every spec and usage of the model, and what its algorithms do."""

from __future__ import annotations

from collections.abc import Iterator

from coverage_requests import MESSAGE
from coverage_service import MODEL, Service, problems


def usages(spec: str) -> list[str]:
    """As in AWS KMS's guide."""
    if spec.startswith("RSA"):
        return ["ENCRYPT_DECRYPT", "SIGN_VERIFY"]
    if spec.startswith("ECC_NIST_P"):
        return ["SIGN_VERIFY", "KEY_AGREEMENT"]
    prefixes = {"SYMMETRIC": ["ENCRYPT_DECRYPT"], "HMAC": ["GENERATE_VERIFY_MAC"], "ECC": ["SIGN_VERIFY"],
                "SM2": ["ENCRYPT_DECRYPT", "SIGN_VERIFY", "KEY_AGREEMENT"], "ML_DSA": ["SIGN_VERIFY"],
                "ML_KEM": ["ENCAPSULATE_DECAPSULATE"]}
    return next(found for prefix, found in prefixes.items() if spec.startswith(prefix))


class KeySpecs:
    """Makes a key of each spec and usage, and has each of its algorithms do and undo something."""

    def __init__(self, kms: Service) -> None:
        self.kms = kms

    def rows(self) -> Iterator[tuple[str, str, str]]:
        for spec in MODEL.shape_for("KeySpec").enum:
            for usage in usages(spec):
                asked = {"KeySpec": spec, "KeyUsage": usage}
                code, _ = self.kms.failure("CreateKey", asked)
                if code:
                    if code != "UnsupportedOperationException":
                        problems.append(f"{spec} for {usage}: {code}")
                    yield spec, usage, code
                else:
                    yield spec, usage, ", ".join(self.algorithms(self.kms.CreateKey(**asked)["KeyMetadata"]))

    def algorithms(self, key: dict) -> Iterator[str]:
        for kind, use in (("EncryptionAlgorithm", self.encrypt), ("SigningAlgorithm", self.sign),
                          ("MacAlgorithm", self.authenticate), ("KeyAgreementAlgorithm", self.agree),
                          ("EncapsulationAlgorithm", self.encapsulate)):
            mine = key.get(kind + "s", [])
            for name in mine:
                use(key, name)
                yield name
            if mine:
                self.others(key, kind, mine)

    def others(self, key: dict, kind: str, mine: list[str]) -> None:
        """The algorithms of other specs are refused by name."""
        operation = {"EncryptionAlgorithm": "Encrypt", "SigningAlgorithm": "Sign", "MacAlgorithm": "GenerateMac",
                     "KeyAgreementAlgorithm": "DeriveSharedSecret", "EncapsulationAlgorithm": "Encapsulate"}[kind]
        shape = MODEL.operation_model(operation).input_shape.members[kind]
        content = {"Plaintext": b"x"} if operation == "Encrypt" else {"Message": MESSAGE}
        for name in shape.enum:
            asked = {"KeyId": key["Arn"], kind: name} | content
            if name == "ED25519_PH_SHA_512" and key["KeySpec"] == "ECC_NIST_EDWARDS25519":
                self.kms.expect(operation, asked, "UnsupportedOperation", what=name)
            elif name not in mine:
                self.kms.expect(operation, asked, "InvalidKeyUsage",
                                f"Algorithm {name} is incompatible with key spec {key['KeySpec']}.", name)

    def encrypt(self, key: dict, name: str) -> None:
        of = {"KeyId": key["Arn"], "EncryptionAlgorithm": name}
        blob = self.kms.Encrypt(Plaintext=MESSAGE, **of)["CiphertextBlob"]
        self.same(key, name, self.kms.Decrypt(CiphertextBlob=blob, **of)["Plaintext"], MESSAGE)

    def sign(self, key: dict, name: str) -> None:
        of = {"KeyId": key["Arn"], "SigningAlgorithm": name, "Message": MESSAGE}
        self.same(key, name, self.kms.Verify(Signature=self.kms.Sign(**of)["Signature"], **of)["SignatureValid"], True)

    def authenticate(self, key: dict, name: str) -> None:
        of = {"KeyId": key["Arn"], "MacAlgorithm": name, "Message": MESSAGE}
        self.same(key, name, self.kms.VerifyMac(Mac=self.kms.GenerateMac(**of)["Mac"], **of)["MacValid"], True)

    def agree(self, key: dict, name: str) -> None:
        other = self.kms.CreateKey(KeySpec=key["KeySpec"], KeyUsage="KEY_AGREEMENT")["KeyMetadata"]["Arn"]
        secrets = [self.kms.DeriveSharedSecret(
            KeyId=mine, KeyAgreementAlgorithm=name, PublicKey=self.kms.GetPublicKey(KeyId=theirs)["PublicKey"],
        )["SharedSecret"] for mine, theirs in ((key["Arn"], other), (other, key["Arn"]))]
        self.same(key, name, *secrets)

    def encapsulate(self, key: dict, name: str) -> None:
        of = {"KeyId": key["Arn"], "EncapsulationAlgorithm": name}
        made = self.kms.Encapsulate(**of)
        back = self.kms.Decapsulate(SharedSecretCiphertextBlob=made["SharedSecretCiphertextBlob"], **of)
        self.same(key, name, made["SharedSecret"], back["SharedSecret"])

    @staticmethod
    def same(key: dict, name: str, one, other) -> None:
        if one != other:
            problems.append(f"{key['KeySpec']}: {name} does not come back")
