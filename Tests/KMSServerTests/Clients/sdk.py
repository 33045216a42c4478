"""boto3, with every answer parsed by botocore's model: sdk.py session | seal FILE | open FILE…"""
import sys
import os

import boto3

KEY = os.environ["KEY"]
CONTEXT = {"app": "clients", "purpose": "ключ"}
TEXT = b"sealed by a client"
client = boto3.client("kms")
errors = client.exceptions


def expect(holds, what):
    if not holds:
        sys.exit(f"boto3: {what}")


def refused(kind, call, **parameters):
    try:
        call(**parameters)
    except kind as error:
        return expect(error.response["ResponseMetadata"]["RequestId"], "an id of the request")
    expect(False, f"{call.__name__} is not refused with {kind}")


def seal(path):
    sealed = client.encrypt(KeyId=KEY, Plaintext=TEXT, EncryptionContext=CONTEXT)
    open(path, "wb").write(sealed["CiphertextBlob"])


def unseal(*paths):
    for path in paths:
        opened = client.decrypt(CiphertextBlob=open(path, "rb").read(), EncryptionContext=CONTEXT)
        expect(opened["Plaintext"] == TEXT and opened["KeyId"] == KEY, f"{path} is something else")


def session():
    seal("blob")
    unseal("blob")
    made = client.generate_data_key(KeyId=KEY, KeySpec="AES_256", EncryptionContext=CONTEXT)
    blob, plain = made["CiphertextBlob"], made["Plaintext"]
    refused(errors.InvalidCiphertextException, client.decrypt, CiphertextBlob=blob)
    other = client.create_key(Description="made by boto3")["KeyMetadata"]["Arn"]
    blob = client.re_encrypt(CiphertextBlob=blob, SourceEncryptionContext=CONTEXT, DestinationKeyId=other)[
        "CiphertextBlob"]
    refused(errors.IncorrectKeyException, client.decrypt, CiphertextBlob=blob, KeyId=KEY)
    client.rotate_key_on_demand(KeyId=other)
    expect(client.decrypt(CiphertextBlob=blob)["Plaintext"] == plain, "the data key, sealed anew, after rotation")
    refused(errors.DryRunOperationException, client.encrypt, KeyId=KEY, Plaintext=b"x", DryRun=True)
    client.schedule_key_deletion(KeyId=other, PendingWindowInDays=7)
    refused(errors.KMSInvalidStateException, client.decrypt, CiphertextBlob=blob)

    signer = client.create_key(KeySpec="ML_DSA_65", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    of = {"KeyId": signer, "SigningAlgorithm": "ML_DSA_SHAKE_256"}
    signature = client.sign(Message=TEXT, **of)["Signature"]
    expect(client.verify(Message=TEXT, Signature=signature, **of)["SignatureValid"], "the signature")
    refused(errors.KMSInvalidSignatureException, client.verify, Message=b"another", Signature=signature, **of)

    pages = client.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 1})
    expect({KEY, other} <= {key["KeyArn"] for page in pages for key in page["Keys"]}, "the keys, page by page")
    expect(boto3.client("sts").get_caller_identity()["Arn"].endswith(":root"), "who I am")


{"session": session, "seal": seal, "open": unseal}[sys.argv[1]](*sys.argv[2:])
