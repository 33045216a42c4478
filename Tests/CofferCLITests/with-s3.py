#!/usr/bin/env python3
"""with-s3.py COMMAND: runs COMMAND with an S3 service of its own (moto) that has a bucket `backups`,
known to rclone as `remote:` and to the aws CLI by the environment."""
import logging
import os
import subprocess
import sys

import botocore.session
from moto.server import ThreadedMotoServer

logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
address = f"http://{host}:{port}"
environment = dict(
    os.environ,
    PATH=os.path.dirname(sys.executable) + ":" + os.environ["PATH"],
    AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION="us-east-1",
    AWS_ENDPOINT_URL_S3=address, AWS_EC2_METADATA_DISABLED="true",
    RCLONE_CONFIG_REMOTE_TYPE="s3", RCLONE_CONFIG_REMOTE_PROVIDER="Other",
    RCLONE_CONFIG_REMOTE_ENDPOINT=address, RCLONE_CONFIG_REMOTE_ENV_AUTH="true",
    RCLONE_CONFIG_REMOTE_REGION="us-east-1", RCLONE_CONFIG="/dev/null",
    # In one request: moto refuses the way in which this rclone begins one in parts.
    RCLONE_STREAMING_UPLOAD_CUTOFF="16M")
environment.pop("AWS_CA_BUNDLE", None)
botocore.session.get_session().create_client(
    "s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="test",
    aws_secret_access_key="test").create_bucket(Bucket="backups")
try:
    code = subprocess.run(["bash", "-c", sys.argv[1]], env=environment).returncode
finally:
    server.stop()
sys.exit(code)
