"""Makes bodies by botocore's service model, and judges those that came back.

    wire-bodies.py make COUNT SEED    COUNT requests and COUNT answers of each operation, a line each
    wire-bodies.py check              reads lines {operation, direction, sent, returned};
                                      prints a line for each that differs in what it means

What was sent may hold members that the returned one leaves out (IGNORED), and leave out what has a
default (DEFAULTS). Requests go through botocore's serializer and validator, answers through its
parser.
"""

import base64
import datetime
import json
import sys

from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from botocore.validate import ParamValidator

from service_model import chance, model, value

# Of an enclave's request, which this service does not answer; its answer is never read.
IGNORED = {"CiphertextForRecipient"}

DEFAULTS = {
    "EncryptionAlgorithm": "SYMMETRIC_DEFAULT", "SourceEncryptionAlgorithm": "SYMMETRIC_DEFAULT",
    "DestinationEncryptionAlgorithm": "SYMMETRIC_DEFAULT", "DryRun": False, "MultiRegion": False,
    "Description": "", "KeyUsage": "ENCRYPT_DECRYPT", "KeySpec": "SYMMETRIC_DEFAULT",
    "Origin": "AWS_KMS", "IncludeKeyMaterial": "ROTATIONS_ONLY", "Truncated": False,
    "EncryptionContext": {}, "SourceEncryptionContext": {}, "DestinationEncryptionContext": {},
    "KeyManager": "CUSTOMER", "KeyState": "PendingDeletion", "AWSAccountId": "",
    "MessageType": "RAW", "BypassPolicyLockoutSafetyCheck": False,
} | {name: [] for name in """EncryptionAlgorithms Aliases Keys Rotations SigningAlgorithms
    KeyAgreementAlgorithms EncapsulationAlgorithms MacAlgorithms GrantTokens Tags DryRunModifiers
    ResourceOwners ReplicaKeys ReplicaTags PolicyNames Grants CustomKeyStores Operations""".split()}

def plain(given):
    """As it stands in JSON."""
    if isinstance(given, dict):
        return {name: plain(inner) for name, inner in given.items()}
    if isinstance(given, list):
        return [plain(inner) for inner in given]
    if isinstance(given, bytes):
        return base64.b64encode(given).decode()
    if isinstance(given, datetime.datetime):
        return given.timestamp()
    return given


def answer_text(given):
    """Every way to write it that JSON has."""
    given = plain(given)
    if chance.random() < 0.3:
        given = {**given, "Unknown": [{"a": [None, 1e5, True, {"b": "x"}]}], "Other": None}
    result = json.dumps(
        given, ensure_ascii=chance.random() < 0.5, indent=chance.choice([None, None, 2]))
    return result.replace("/", "\\/") if chance.random() < 0.3 else result


def make(count, seed):
    chance.seed(seed)
    serializer = create_serializer(model.metadata["protocol"])
    for name in model.operation_names:
        operation = model.operation_model(name)
        for _ in range(count):
            given = value(name, operation.input_shape, name, False)
            given.pop("CustomerMasterKeySpec", None)
            request = serializer.serialize_to_request(given, operation)
            sent = request["body"]
            print(json.dumps({
                "operation": name, "direction": "request",
                "target": request["headers"]["X-Amz-Target"],
                "contentType": request["headers"]["Content-Type"],
                "sent": sent if isinstance(sent, str) else sent.decode()}))
            if operation.output_shape and operation.output_shape.members:
                given = value(name, operation.output_shape, name, True)
                print(json.dumps({"operation": name, "direction": "answer", "target": "",
                                  "contentType": "", "sent": answer_text(given)}))


def meaning(operation, direction, body):
    """The body as botocore understands it."""
    if direction == "answer":
        parser = create_parser(model.metadata["protocol"])
        parsed = parser.parse(
            {"body": body.encode(), "headers": {}, "status_code": 200}, operation.output_shape)
        parsed.pop("ResponseMetadata")
        return plain(parsed)
    parsed = json.loads(body)
    validated = decoded(operation.input_shape, parsed)
    report = ParamValidator().validate(validated, operation.input_shape)
    if report.has_errors():
        raise ValueError(report.generate_report())
    return parsed


def decoded(shape, given):
    if shape.type_name == "structure":
        return {name: decoded(shape.members[name], inner) for name, inner in given.items()}
    if shape.type_name == "list":
        return [decoded(shape.member, inner) for inner in given]
    return base64.b64decode(given, validate=True) if shape.type_name == "blob" else given


def differences(sent, returned, path):
    if isinstance(sent, dict) and isinstance(returned, dict) and not path.endswith("Context"):
        for name in sent.keys() | returned.keys():
            if name in IGNORED:
                if name in returned:
                    yield f"{path}.{name} is known after all"
            elif name == "CustomerMasterKeySpec":
                pass
            elif name == "Enabled" and name not in sent:
                pass
            else:
                default = DEFAULTS.get(name)
                yield from differences(
                    sent.get(name, default), returned.get(name, default), f"{path}.{name}")
    elif isinstance(sent, list) and isinstance(returned, list):
        if len(sent) != len(returned):
            yield f"{path} has {len(returned)} elements, not {len(sent)}"
        for index, (left, right) in enumerate(zip(sent, returned)):
            yield from differences(left, right, f"{path}[{index}]")
    elif sent != returned:
        yield f"{path} is {returned!r}, not {sent!r}"


def check():
    for line in sys.stdin:
        entry = json.loads(line)
        operation = model.operation_model(entry["operation"])
        try:
            found = list(differences(
                meaning(operation, entry["direction"], entry["sent"]),
                meaning(operation, entry["direction"], entry["returned"]), entry["operation"]))
        except (ValueError, KeyError) as error:
            found = [f"{entry['operation']}: {type(error).__name__}: {error}"]
        for problem in found:
            print(json.dumps({"problem": f"{entry['direction']} {problem}"}))
    print(json.dumps({"problem": None}))


if sys.argv[1] == "make":
    make(int(sys.argv[2]), int(sys.argv[3]))
else:
    check()
