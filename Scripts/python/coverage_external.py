"""External key stores: behind the proxy of the tests, whose manner is in the path that a store has
(Tests/RemoteKeysTests/xks-proxy.py).

In a region of their own, as there are ten stores at most in one."""

from __future__ import annotations

from coverage_clusters import PROXY, UNKNOWN_PROXY
from coverage_requests import Requests
from coverage_stores import Stores

GOOD_SECRET, WRONG_SECRET = "x" * 43, "y" * 43
# What a proxy that behaves so brings a store to that is made or changed.
UNFIT = {"sick-error-InvalidUriPathException": "XksProxyInvalidConfiguration",
         "sick-html": "XksProxyInvalidResponse", "sick-redirect": "XksProxyInvalidResponse",
         "sick-unavailable": "XksProxyUriUnreachable", "sick-dying": "XksProxyUriUnreachable"}
UNFIT_KEYS = {"absent": "XksKeyNotFound", "disabled": "XksKeyInvalidConfiguration",
              "short": "XksKeyInvalidConfiguration"}


def path(manner: str) -> dict:
    return {"XksProxyUriPath": f"/{manner}/kms/xks/v1"}


def credential(secret: str) -> dict:
    return {"XksProxyAuthenticationCredential": {
        "AccessKeyId": "AKIAXKSPROXYTESTKEY2", "RawSecretAccessKey": secret}}


class ExternalStores(Stores):
    def __init__(self, requests: Requests) -> None:
        self.requests, self.kms = requests, requests.kms

    def fresh(self, manner: str = "good", **more) -> dict:
        return {"CustomKeyStoreName": manner, "CustomKeyStoreType": "EXTERNAL_KEY_STORE",
                "XksProxyUriEndpoint": PROXY, "XksProxyConnectivity": "PUBLIC_ENDPOINT",
                } | path(manner) | credential(GOOD_SECRET) | more

    def ask_all(self) -> None:
        kms, fresh = self.kms, self.fresh
        store = {"CustomKeyStoreId": kms.CreateCustomKeyStore(**fresh())["CustomKeyStoreId"]}
        other = {"CustomKeyStoreId": kms.CreateCustomKeyStore(**fresh("long-vector"))["CustomKeyStoreId"]}
        for operation, asked in (("CreateCustomKeyStore", fresh("third")), ("UpdateCustomKeyStore", other)):
            for manner, error in UNFIT.items():
                kms.expect(operation, asked | path(manner), error, what=manner)
            kms.expect(operation, asked | credential(WRONG_SECRET), "XksProxyIncorrectAuthenticationCredential")
            kms.expect(operation, asked | {"XksProxyUriEndpoint": UNKNOWN_PROXY}, "XksProxyUriUnreachable")
            kms.expect(operation, asked | path("good"), "XksProxyUriInUse")
            kms.expect(operation, asked | {"XksProxyConnectivity": "VPC_ENDPOINT_SERVICE"}, "UnsupportedOperation")
        kms.DeleteCustomKeyStore(**other)
        self.connect(store)
        self.keys(store)

    def keys(self, store: dict) -> None:
        """Keys of the store: at work, while the proxy fails, and while the store is not connected."""
        kms, of_store = self.kms, store | {"Origin": "EXTERNAL_KEY_STORE"}
        for name, error in UNFIT_KEYS.items():
            kms.expect("CreateKey", of_store | {"XksKeyId": name}, error, what=name)
        key = kms.CreateKey(XksKeyId="key-1", **of_store)["KeyMetadata"]["Arn"]
        kms.expect("CreateKey", of_store | {"XksKeyId": "key-1"}, "XksKeyAlreadyInUse")
        kms.expect("GenerateRandom", store | {"NumberOfBytes": 1}, "UnsupportedOperation")
        asked = self.uses(key)
        for operation, whole in asked.items():
            kms.expect(operation, whole, "", what="a key of an external key store")
        kms.UpdateCustomKeyStore(**store, **path("error-InternalException"))
        for operation, whole in asked.items():
            kms.expect(operation, whole, "KMSInvalidState", what="a proxy that fails")
        kms.DisconnectCustomKeyStore(**store)
        self.wait(store, "DISCONNECTED")
        for operation, whole in asked.items():
            kms.expect(operation, whole, "KMSInvalidState", f"{key} is unavailable.", "a store that is not connected")
