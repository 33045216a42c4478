#!/usr/bin/env python3
"""with-s3.py SERVICE COMMAND: runs COMMAND with an S3 service of its own, `moto` or `seaweedfs`, that
has a bucket `backups`, known to rclone as `remote:` and to the aws CLI by the environment."""
import contextlib
import json
import logging
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import botocore.config
import botocore.session

KEY, SECRET = "test", "secret"


@contextlib.contextmanager
def moto():
    """The service's address."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@contextlib.contextmanager
def seaweedfs():
    """The service's address; it checks signatures."""
    with tempfile.TemporaryDirectory() as folder:
        names = ["master", "volume", "filer", "s3"]
        ports = [f"-{name}.port{kind}" for name in names for kind in ["", ".grpc"]]
        with contextlib.ExitStack() as sockets:
            free = [sockets.enter_context(socket.socket()) for _ in ports]
            for one in free:
                one.bind(("127.0.0.1", 0))
            numbers = dict(zip(ports, (one.getsockname()[1] for one in free)))
        with open(f"{folder}/s3.json", "w") as file:
            json.dump({"identities": [{
                "name": "test", "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
                "actions": ["Admin", "Read", "Write", "List", "Tagging"]}]}, file)
        with open(f"{folder}/log", "w") as log:
            weed = subprocess.Popen(
                [os.path.join(os.path.dirname(sys.executable), "weed"), "server",
                 "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder}", "-filer", "-s3",
                 f"-s3.config={folder}/s3.json", "-s3.port.iceberg=0", "-s3.port.lance=0",
                 "-master.telemetry=false", "-volume.max=10", "-master.volumeSizeLimitMB=64",
                 *(f"{name}={number}" for name, number in numbers.items())],
                stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{numbers['-s3.port']}"
            wait(f"{address}/healthz", weed, f"{folder}/log")
            yield address
        finally:
            weed.kill()
            weed.wait()


def wait(address, process, log):
    """Until `address` answers."""
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.1)
    sys.exit(f"the service does not answer:\n{open(log).read()}")


def run(address, command):
    environment = dict(
        os.environ,
        PATH=os.path.dirname(sys.executable) + ":" + os.environ["PATH"],
        AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY=SECRET, AWS_DEFAULT_REGION="us-east-1",
        AWS_ENDPOINT_URL_S3=address, AWS_EC2_METADATA_DISABLED="true",
        RCLONE_CONFIG_REMOTE_TYPE="s3", RCLONE_CONFIG_REMOTE_PROVIDER="Other",
        RCLONE_CONFIG_REMOTE_ENDPOINT=address, RCLONE_CONFIG_REMOTE_ENV_AUTH="true",
        RCLONE_CONFIG_REMOTE_REGION="us-east-1", RCLONE_CONFIG="/dev/null",
        # In one request: moto refuses the way in which this rclone begins one in parts.
        RCLONE_STREAMING_UPLOAD_CUTOFF="16M")
    environment.pop("AWS_CA_BUNDLE", None)
    botocore.session.get_session().create_client(
        "s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id=KEY,
        aws_secret_access_key=SECRET, config=botocore.config.Config(retries={"max_attempts": 10}),
    ).create_bucket(Bucket="backups")
    return subprocess.run(["bash", "-c", command], env=environment).returncode


with {"moto": moto, "seaweedfs": seaweedfs}[sys.argv[1]]() as address:
    code = run(address, sys.argv[2])
sys.exit(code)
