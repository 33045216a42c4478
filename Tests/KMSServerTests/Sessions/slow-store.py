"""Fills the lane of a slow external key store, and uses a key of the server meanwhile.

    slow-store.py ENDPOINT
"""

import os
import sys
import threading

import boto3
from botocore.config import Config

CALLS = 160  # of two seconds each, sixteen at a time
kms = boto3.client("kms", config=Config(retries={"total_max_attempts": 1}))
store = kms.create_custom_key_store(
    CustomKeyStoreName="slow", CustomKeyStoreType="EXTERNAL_KEY_STORE",
    XksProxyUriEndpoint=sys.argv[1], XksProxyUriPath="/slow/kms/xks/v1",
    XksProxyConnectivity="PUBLIC_ENDPOINT",
    XksProxyAuthenticationCredential={
        "AccessKeyId": "AKIAXKSPROXYTESTKEY2", "RawSecretAccessKey": "x" * 43})["CustomKeyStoreId"]
kms.connect_custom_key_store(CustomKeyStoreId=store)
slow = kms.create_key(Origin="EXTERNAL_KEY_STORE", CustomKeyStoreId=store, XksKeyId="key-2")
slow = slow["KeyMetadata"]["KeyId"]
begun, left = threading.Semaphore(0), [CALLS]
lock = threading.Lock()


def call():
    client = boto3.session.Session().client(
        "kms", config=Config(retries={"total_max_attempts": 1}, read_timeout=600))
    begun.release()
    client.encrypt(KeyId=slow, Plaintext=b"x")
    with lock:
        left[0] -= 1


threads = [threading.Thread(target=call, daemon=True) for _ in range(CALLS)]
for thread in threads:
    thread.start()
for _ in threads:
    begun.acquire()
for _ in range(20):
    blob = kms.encrypt(KeyId="alias/default", Plaintext=b"x")["CiphertextBlob"]
    kms.decrypt(CiphertextBlob=blob)
    kms.update_key_description(KeyId=slow, Description="changed meanwhile")
if left[0] == 0:
    print("FAILED: the keys of the server waited for those of the store")
sys.stdout.flush()
os._exit(0)
