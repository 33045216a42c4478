"""botocore's client of STS, on both sides of what the service says.

    security-tokens.py make    prints requests that botocore makes, as JSON lines
    security-tokens.py parse   reads answers (kind, status, body) as JSON lines and prints what
                               botocore makes of each
"""

import json
import sys

import botocore.session
from botocore.awsrequest import create_request_object, prepare_request_dict
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

model = botocore.session.get_session().get_service_model("sts")

REQUESTS = [
    ("GetCallerIdentity", {}),
    ("AssumeRole", {"RoleArn": "arn:aws:iam::111122223333:role/app/worker",
                    "RoleSessionName": "one+two=,.@-"}),
    ("AssumeRole", {"RoleArn": "arn:aws:iam::111122223333:role/worker", "RoleSessionName": "one",
                    "DurationSeconds": 900, "ExternalId": "a:/b+c d",
                    "Policy": "{\"Id\": \"\u00e9 & 100% + \u6771\"}"}),
]


def make():
    serializer = create_serializer(model.metadata["protocol"])
    for name, given in REQUESTS:
        request = serializer.serialize_to_request(given, model.operation_model(name))
        prepare_request_dict(request, "https://sts.example/")
        body = create_request_object(request).prepare().body
        print(json.dumps({
            "operation": name, "given": {key: str(value) for key, value in given.items()},
            "body": body if isinstance(body, str) else body.decode(),
            "contentType": request["headers"]["Content-Type"]}))


def parse():
    parser = create_parser(model.metadata["protocol"])
    for line in sys.stdin:
        entry = json.loads(line)
        parsed = parser.parse(
            {"body": entry["body"].encode(), "headers": {}, "status_code": entry["status"]},
            model.operation_model(entry["operation"]).output_shape)
        print(json.dumps({"parsed": json.dumps(parsed, default=str, sort_keys=True)}))


make() if sys.argv[1] == "make" else parse()
