"""What holds for every operation on a key: how it is refused for a key that is not there or elsewhere, for
a caller who may not, and in each state of the key."""

from __future__ import annotations

import dataclasses

from coverage_requests import (
    AGREEMENT, ENCAPSULATION, IMPORTS, KEY_MEMBER, KIND, MAC, REGIONAL, SIGNING, SYMMETRIC, Requests)
from coverage_service import MODEL, Service, problems

NOBODY = "00000000-0000-4000-8000-000000000000"
USES = (
    "Decapsulate", "Decrypt", "DeriveSharedSecret", "Encapsulate", "Encrypt", "GenerateDataKey", "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext", "GenerateMac", "ReEncrypt", "Sign",
    "Verify", "VerifyMac")
TAKES_ALIAS = (*USES, "DescribeKey", "GetPublicKey")
ROTATIONS = ("EnableKeyRotation", "DisableKeyRotation", "RotateKeyOnDemand")


@dataclasses.dataclass(frozen=True)
class States:
    """The refusals of a disabled key, one that is to be deleted, and one without material; empty for none."""
    disabled: str = ""
    leaving: str = ""
    empty: str = ""


# As in the table of key states in AWS KMS's guide.
IN_USE = States("Disabled", "KMSInvalidState", "KMSInvalidState")
CHANGED = States("", "KMSInvalidState", "")
STATES = {name: IN_USE for name in (*USES, "CreateGrant", "GetPublicKey", *REGIONAL)} | {
    name: CHANGED for name in ("CreateAlias", "UpdateAlias", "ScheduleKeyDeletion", "TagResource", "UntagResource",
                               "UpdateKeyDescription")} | {
    name: States("", "KMSInvalidState", "KMSInvalidState") for name in ("EnableKey", "DisableKey")} | {
    name: States("Disabled", "KMSInvalidState", "UnsupportedOperation") for name in ROTATIONS[:2]} | {
    "RotateKeyOnDemand": IN_USE,
    "CancelKeyDeletion": States("KMSInvalidState", "", "KMSInvalidState")}


class Refusals:
    def __init__(self, requests: Requests, nobody: Service, stranger: Service) -> None:
        self.requests, self.kms = requests, requests.kms
        self.nobody, self.stranger = nobody, stranger

    def ask_all(self) -> None:
        for operation in MODEL.operation_names:
            members = MODEL.operation_model(operation).input_shape.members
            if "Marker" in members and operation != "ListKeyPolicies":
                self.marker(operation, members)
            if KEY_MEMBER.get(operation, "KeyId") in members:
                self.of_key(operation, members)

    def marker(self, operation: str, members) -> None:
        asked = {"Marker": "no-marker-of-this-service"}
        if "KeyId" in members:
            asked["KeyId"] = self.requests.shared_key()
        if "RetiringPrincipal" in members:
            asked["RetiringPrincipal"] = self.requests.root
        self.kms.expect(operation, asked, "InvalidMarker", what="a made-up marker")

    def of_key(self, operation: str, members) -> None:
        requests, kms, named = self.requests, self.kms, KEY_MEMBER.get(operation, "KeyId")
        key = requests.fit_key(operation)
        whole = requests.whole(operation, key)
        of = lambda name, **more: whole | {named: name} | more
        if operation != "RetireGrant":
            self.names(operation, of, key)
        self.callers(operation, of, key)
        if "GrantTokens" in members and operation != "DescribeKey":
            kms.expect(operation, of(key, GrantTokens=["bm8gdG9rZW4="]), "InvalidGrantToken", what="a made-up token")
        if "DryRun" in members:
            kms.expect(operation, of(key, DryRun=True), "DryRunOperation",
                       "The request would have succeeded, but the DryRun option is set.", "a dry run")
        if operation in USES:
            self.usages(operation, of)
        # And it is right, or fails for what it brings.
        if operation != "ImportKeyMaterial":
            kms.expect(operation, of(key), "", what="all of it right")
        if operation not in IMPORTS:
            self.states(operation, named)

    def names(self, operation: str, of, key: str) -> None:
        place = key[:key.index(":key/")]
        missing = ("NotFound", f"Key '{place}:key/{NOBODY}' does not exist")
        if operation in TAKES_ALIAS:
            alias = alias_arn = ("NotFound", f"Alias {place}:alias/none is not found.")
        elif operation in ("CreateAlias", "UpdateAlias"):
            alias = alias_arn = ("Validation", "Aliases must refer to keys. Not aliases")
        else:
            alias = ("NotFound", "Invalid keyId 'alias/none'")
            alias_arn = ("InvalidArn", "Key Aliases are not supported for this operation")
        elsewhere = key.replace(self.kms.region, self.requests.other_region)
        for name, (error, message) in {
                NOBODY: missing, f"{place}:key/{NOBODY}": missing,
                "alias/none": alias, f"{place}:alias/none": alias_arn,
                "x y": ("NotFound", "Invalid keyId 'x y'"),
                elsewhere: ("NotFound", f"Invalid arn {self.requests.other_region}")}.items():
            self.kms.expect(operation, of(name), error, message, f"KeyId {name}")

    def callers(self, operation: str, of, key: str) -> None:
        """Somebody without rights, and somebody of another account, who do not learn which keys there are."""
        missing = key[:key.index(":key/")] + ":key/" + NOBODY
        for caller, what in ((self.nobody, "a user without rights"), (self.stranger, "another account")):
            name, message = caller.failure(operation, of(key))
            if name != "AccessDeniedException" or not message.startswith("User: arn:aws:iam::"):
                problems.append(f"{operation}, {what}: {name or 'an answer'} {message!r}")
            other = caller.failure(operation, of(missing))
            if operation != "RetireGrant" and (name, message.replace(key, missing)) != other:
                problems.append(f"{operation}, {what}: {message!r}, but {other} of a key that is not there")

    def usages(self, operation: str, of) -> None:
        for kind in (SYMMETRIC, SIGNING, MAC, AGREEMENT, ENCAPSULATION):
            if kind[1] != KIND.get(operation, SYMMETRIC)[1]:
                key = self.requests.shared_key(kind)
                message = f"{key} key usage is {kind[1]} which is not valid for {operation}."
                self.kms.expect(operation, of(key), "InvalidKeyUsage", message, f"a key for {kind[1]}")

    def states(self, operation: str, named: str) -> None:
        kms, requests, states = self.kms, self.requests, STATES.get(operation, States())
        # What CancelKeyDeletion says of every other state.
        other = "not pending deletion" if operation == "CancelKeyDeletion" else None

        def expect(key: str, whole: dict, name: str, what: str) -> None:
            message = {"Disabled": f"{key} is disabled.", "KMSInvalidState": f"{key} is {what}."}.get(name)
            kms.expect(operation, whole | {named: key}, name, message, f"a key that is {what}")

        for state in ("disabled", "pending deletion"):
            key = requests.key(KIND.get(operation, SYMMETRIC), MultiRegion=operation in REGIONAL)
            whole = requests.whole(operation, key)
            if state == "disabled":
                kms.DisableKey(KeyId=key)
                expect(key, whole, states.disabled, other or state)
            else:
                kms.ScheduleKeyDeletion(KeyId=key, PendingWindowInDays=7)
                # A primary with replicas waits for them.
                waiting = "pending replica deletion" if operation == "UpdatePrimaryRegion" else state
                expect(key, whole, states.leaving, waiting)
        if operation in ("Decrypt", "Encapsulate", "Decapsulate", "RetireGrant", "RevokeGrant",
                         "UpdatePrimaryRegion"):
            return
        key = requests.key(KIND.get(operation, SYMMETRIC), Origin="EXTERNAL", MultiRegion=operation in REGIONAL)
        # Signatures and the like are of another key: nobody looks at them.
        whole = requests.whole(operation, requests.shared_key(KIND.get(operation, SYMMETRIC)))
        expect(key, whole, states.empty, other or "pending import")
