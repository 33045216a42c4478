"""SeaweedFS seals objects of its S3 under a key of the service (SSE-KMS), and opens them again."""
import json
import os
import socket
import subprocess
import sys
import tempfile
import time

import boto3
from botocore.exceptions import BotoCoreError, ClientError

KEY = os.environ["KEY"]


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def configuration():
    credentials = {"accessKey": "AKIASEAWEED", "secretKey": "seaweedsecret"}
    provider = {
        "type": "aws", "region": os.environ["AWS_REGION"], "endpoint": os.environ["AWS_ENDPOINT_URL"],
        "access_key": os.environ["AWS_ACCESS_KEY_ID"], "secret_key": os.environ["AWS_SECRET_ACCESS_KEY"],
        "connect_timeout": "5s", "request_timeout": "10s"}
    return {
        "identities": [{"name": "admin", "credentials": [credentials], "actions": ["Admin", "Read", "Write", "List"]}],
        "kms": {"default_provider": "coffer", "providers": {"coffer": provider}}}


def storage(port):
    return boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1",
                        aws_access_key_id="AKIASEAWEED", aws_secret_access_key="seaweedsecret")


def ready(port):
    deadline = time.monotonic() + 60
    while True:
        try:
            return storage(port).create_bucket(Bucket="vault")
        except (BotoCoreError, ClientError):
            if time.monotonic() > deadline:
                sys.exit("seaweedfs: it does not start")
            time.sleep(0.3)


with tempfile.TemporaryDirectory() as folder:
    with open(f"{folder}/s3.json", "w") as file:
        os.chmod(file.name, 0o600)
        json.dump(configuration(), file)
    names = ["master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port",
             "filer.port.grpc", "s3.port", "s3.port.grpc"]
    ports = dict(zip(names, free_ports(len(names))))
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    with open(f"{folder}/log", "w") as log:
        weed = subprocess.Popen(
            [os.path.join(os.path.dirname(sys.executable), "weed"), "server",
             "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder}", "-filer", "-s3",
             f"-s3.config={folder}/s3.json", "-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.iam=false",
             "-master.telemetry=false", "-volume.max=10", "-master.volumeSizeLimitMB=64",
             *(f"-{name}={port}" for name, port in ports.items())],
            stdout=log, stderr=log, env=environment)
    try:
        ready(ports["s3.port"])
        s3 = storage(ports["s3.port"])
        body = os.urandom(100_000)
        put = s3.put_object(Bucket="vault", Key="sealed", Body=body, ServerSideEncryption="aws:kms", SSEKMSKeyId=KEY)
        got = s3.get_object(Bucket="vault", Key="sealed")
        if got["Body"].read() != body or put.get("ServerSideEncryption") != "aws:kms":
            sys.exit("seaweedfs: the object does not come back")
        try:
            s3.put_object(Bucket="vault", Key="other", Body=body, ServerSideEncryption="aws:kms",
                          SSEKMSKeyId="alias/there-is-none")
            sys.exit("seaweedfs: sealed under a key that is not there")
        except ClientError:
            pass
    finally:
        weed.kill()
        weed.wait()
