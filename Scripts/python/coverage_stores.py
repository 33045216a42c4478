"""Custom key stores: tokens of SoftHSM2 which the API knows as clusters.

Of the environment: TOKENS, the folder that SoftHSM2 keeps them in, TOKEN_PIN and TRUST_ANCHOR, a file."""

from __future__ import annotations

import os
import time

from coverage_clusters import CLUSTERS, NO_TOKEN, OTHER_ANCHOR, UNKNOWN
from coverage_refusals import USES
from coverage_requests import KEY_MEMBER, KIND, Requests
from coverage_service import problems

NO_STORE = {"CustomKeyStoreId": "cks-1234567890abcdef0"}
PAIRS = ("GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext")


class Stores:
    def __init__(self, requests: Requests) -> None:
        self.requests, self.kms = requests, requests.kms
        self.anchor = open(os.environ["TRUST_ANCHOR"]).read()

    def fresh(self, name: str = "one", cluster: str = CLUSTERS[0], **more: str) -> dict:
        return {"CustomKeyStoreName": name, "CloudHsmClusterId": cluster, "TrustAnchorCertificate": self.anchor,
                "KeyStorePassword": os.environ["TOKEN_PIN"]} | more

    def ask_all(self) -> None:
        self.missing()
        store = self.making()
        self.states(store)
        self.limit()
        self.keys(store)

    def missing(self) -> None:
        for operation in ("ConnectCustomKeyStore", "DisconnectCustomKeyStore", "DeleteCustomKeyStore",
                          "UpdateCustomKeyStore", "DescribeCustomKeyStores"):
            self.kms.expect(operation, NO_STORE, "CustomKeyStoreNotFound", what="no such store")
        self.kms.expect("CreateKey", NO_STORE | {"Origin": "AWS_CLOUDHSM"}, "CustomKeyStoreNotFound")
        self.kms.expect("GenerateRandom", NO_STORE | {"NumberOfBytes": 1}, "CustomKeyStoreNotFound")

    def making(self) -> dict:
        """The name of a store that is not connected."""
        kms, fresh = self.kms, self.fresh
        for asked, error in ((fresh(cluster=UNKNOWN), "CloudHsmClusterNotFound"),
                             (fresh(cluster=NO_TOKEN), "CloudHsmClusterNotActive"),
                             (fresh(TrustAnchorCertificate="another"), "IncorrectTrustAnchor")):
            kms.expect("CreateCustomKeyStore", asked, error)
        store = {"CustomKeyStoreId": kms.CreateCustomKeyStore(**fresh())["CustomKeyStoreId"]}
        kms.expect("CreateCustomKeyStore", fresh("two"), "CloudHsmClusterInUse")
        kms.expect("CreateCustomKeyStore", fresh(cluster=CLUSTERS[1]), "CustomKeyStoreNameInUse")
        other = kms.CreateCustomKeyStore(**fresh("two", CLUSTERS[1]))["CustomKeyStoreId"]
        kms.expect("UpdateCustomKeyStore", store | {"NewCustomKeyStoreName": "two"}, "CustomKeyStoreNameInUse")
        for cluster, error in ((UNKNOWN, "CloudHsmClusterNotFound"), (NO_TOKEN, "CloudHsmClusterNotActive"),
                               (OTHER_ANCHOR, "CloudHsmClusterNotRelated")):
            kms.expect("UpdateCustomKeyStore", store | {"CloudHsmClusterId": cluster}, error)
        kms.UpdateCustomKeyStore(NewCustomKeyStoreName="three", CloudHsmClusterId=CLUSTERS[2], **store)
        kms.DeleteCustomKeyStore(CustomKeyStoreId=other)
        return store

    def states(self, store: dict) -> None:
        kms, of_store = self.kms, store | {"Origin": "AWS_CLOUDHSM"}
        kms.expect("CreateKey", of_store, "CustomKeyStoreInvalidState", what="not connected")
        kms.expect("GenerateRandom", store | {"NumberOfBytes": 1}, "CustomKeyStoreInvalidState", what="not connected")
        kms.expect("DisconnectCustomKeyStore", store, "CustomKeyStoreInvalidState", what="not connected")
        kms.UpdateCustomKeyStore(KeyStorePassword="not the PIN", **store)
        kms.ConnectCustomKeyStore(**store)
        self.wait(store, "FAILED")
        kms.expect("ConnectCustomKeyStore", store, "CustomKeyStoreInvalidState", what="failed")
        kms.DisconnectCustomKeyStore(**store)
        self.wait(store, "DISCONNECTED")
        kms.UpdateCustomKeyStore(KeyStorePassword=os.environ["TOKEN_PIN"], **store)
        self.connect(store)
        kms.expect("DeleteCustomKeyStore", store, "CustomKeyStoreInvalidState", what="connected")
        kms.expect("UpdateCustomKeyStore", store | {"KeyStorePassword": "another"}, "CustomKeyStoreInvalidState",
                   what="connected")

    def keys(self, store: dict) -> None:
        """Keys of the store: at work, unavailable while it is not connected, and when the token is gone."""
        kms, requests = self.kms, self.requests
        key = kms.CreateKey(Origin="AWS_CLOUDHSM", **store)["KeyMetadata"]["Arn"]
        kms.GenerateRandom(NumberOfBytes=16, **store)
        for operation in PAIRS:
            kms.expect(operation, {"KeyId": key} | requests.whole(operation, key), "UnsupportedOperation",
                       f"{key} origin is AWS_CLOUDHSM which is not valid for this operation.")
        asked = self.uses(key)
        for operation, whole in asked.items():
            kms.expect(operation, whole, "", what="a key of a custom key store")
        kms.DisconnectCustomKeyStore(**store)
        self.wait(store, "DISCONNECTED")
        for operation, whole in asked.items():
            kms.expect(operation, whole, "KMSInvalidState", f"{key} is unavailable.", "a store that is not connected")
        kms.expect("DeleteCustomKeyStore", store, "CustomKeyStoreHasCMKs")
        self.connect(store)
        hidden = os.environ["TOKENS"] + ".hidden"
        os.rename(os.environ["TOKENS"], hidden)
        os.mkdir(os.environ["TOKENS"])
        for operation, whole in asked.items():
            kms.expect(operation, whole, "KMSInvalidState", "The custom key store of the key cannot be reached.",
                       "a token that is gone")
        os.rmdir(os.environ["TOKENS"])
        os.rename(hidden, os.environ["TOKENS"])
        kms.DisconnectCustomKeyStore(**store)
        self.connect(store)
        for operation, whole in asked.items():
            kms.expect(operation, whole, "", what="a token that is back")

    def uses(self, key: str) -> dict[str, dict]:
        """What such a key may be used for."""
        return {operation: {KEY_MEMBER.get(operation, "KeyId"): key} | self.requests.whole(operation, key)
                for operation in USES if operation not in KIND and operation not in PAIRS}

    def limit(self) -> None:
        room = 10 - len(self.kms.DescribeCustomKeyStores()["CustomKeyStores"])
        for cluster in (CLUSTERS[:2] + CLUSTERS[3:10])[:room]:
            self.kms.CreateCustomKeyStore(**self.fresh(cluster, cluster))
        self.kms.expect("CreateCustomKeyStore", self.fresh("full", CLUSTERS[10]), "LimitExceeded", what="an eleventh")

    def connect(self, store: dict) -> None:
        self.kms.ConnectCustomKeyStore(**store)
        self.wait(store, "CONNECTED")

    def wait(self, store: dict, wanted: str) -> None:
        for _ in range(300):
            found = self.kms.DescribeCustomKeyStores(**store)["CustomKeyStores"][0]
            if found["ConnectionState"] == wanted:
                return
            time.sleep(0.1)
        problems.append(f"a custom key store is {found['ConnectionState']} and not {wanted}")
