"""Prints requests that are wrong in one way each, and what the service has to say to it.

    broken-requests.py SEED    lines {operation, sent, exception, message}

Each required member of each operation is left out, each value is of each wrong type, and each bound
of the service model is broken. What botocore checks itself, it is asked to find wrong too.
"""

import base64
import copy
import json
import sys

from botocore.validate import ParamValidator

from service_model import chance, model, value

WRONG = {"string": "String", "blob": "ByteBuffer", "boolean": "Boolean", "integer": "Integer",
         "timestamp": "Timestamp"}
FOUND = [("s", "STRING_VALUE"), (7, "NUMBER_VALUE"), (True, "TRUE_VALUE"), (False, "FALSE_VALUE")]


def plain(given):
    if isinstance(given, dict):
        return {name: plain(inner) for name, inner in given.items()}
    if isinstance(given, list):
        return [plain(inner) for inner in given]
    if isinstance(given, bytes):
        return base64.b64encode(given).decode()
    return given.timestamp() if hasattr(given, "timestamp") else given


def violation(path, shown, constraint):
    shown = "" if shown is None else " null" if shown == "null" else f" '{shown}'"
    return f"Value{shown} at '{path}' failed to satisfy constraint: Member must {constraint}"


def constraints(shape):
    if shape.enum:
        return ["satisfy enum value set: [" + ", ".join(shape.enum) + "]"]
    found = []
    if "max" in shape.metadata:
        found += [f"have length less than or equal to {shape.metadata['max']}",
                  f"have length greater than or equal to {shape.metadata.get('min', 0)}"]
    if "pattern" in shape.metadata:
        found.append(f"satisfy regular expression pattern: {shape.metadata['pattern']}")
    return found


# A text of a legal length that each pattern refuses.
REFUSED = {"^[a-f0-9]+$": "g" * 64, "[0-9]{12}": "12345678901x", "[\\w]+": "a-b",
           "[\\u0020-\\u00FF]*": "\u20ac", "cluster-[2-7a-zA-Z]{11,16}": "cluster-1abcdefghij",
           "^(com|eu)\\.amazonaws\\.vpce\\.([a-z]+-){2,3}\\d+\\.vpce-svc-[0-9a-z]+$":
               "org.amazonaws.vpce.eu-central-1.vpce-svc-0"}


def broken_texts(shape):
    """Pairs of a text and what it breaks."""
    if shape.enum:
        yield "NO_SUCH_WORD", constraints(shape)
        return
    low, high = shape.metadata.get("min", 0), shape.metadata.get("max")
    pattern = shape.metadata.get("pattern")
    valid = value("", shape, "", False)
    if high:
        # Longer ones that the pattern takes are not made for every pattern: it is broken as well.
        filled = ("0" if "0-9" in (pattern or "") or "\\d" in (pattern or "") else "a") * (high + 1)
        if not pattern or pattern in ("^[a-zA-Z0-9:/_-]+$", "^[a-f0-9]+$", "^[a-zA-Z0-9-_.]+$",
                                      "^[\\w+=,.@:/-]+$", "[\\w]+", "^[a-zA-Z0-9\\/+=]+$"):
            yield filled, [f"have length less than or equal to {high}"]
    if low and not pattern:
        yield valid[:low - 1], [f"have length greater than or equal to {low}"]
    if pattern:
        text = REFUSED.get(pattern, ("\u20ac" * max(low, 1)))
        yield text, [f"satisfy regular expression pattern: {pattern}"]


def breaks(shape, given, path):
    """Yields (value, exception, message) for each way to break this value."""
    kind = shape.type_name
    sensitive = shape.metadata.get("sensitive") or shape.name == "PlaintextType"
    for found, name in FOUND:
        if kind in WRONG and not (
                kind in ("string", "blob") and name == "STRING_VALUE"
                or kind in ("integer", "timestamp") and name == "NUMBER_VALUE"
                or kind == "boolean" and isinstance(found, bool)):
            yield found, "SerializationException", f"{name} cannot be converted to {WRONG[kind]}"
    if kind != "list":
        yield [], "SerializationException", "Start of list found where not expected"
    else:
        yield "s", "SerializationException", "Expected list or null"
    if kind not in ("map", "structure"):
        yield {}, "SerializationException", "Start of structure or map found where not expected."
    else:
        yield 7, "SerializationException", "Expected map or null"

    def invalid(broken, shown, found):
        return broken, "ValidationException", [violation(path, shown, each) for each in found]

    if kind == "string":
        for text, found in broken_texts(shape):
            yield invalid(text, None if sensitive else text[:1024], found)
    elif kind == "integer":
        low, high = shape.metadata["min"], shape.metadata["max"]
        yield invalid(low - 1, low - 1, [f"have value greater than or equal to {low}"])
        yield invalid(high + 1, high + 1, [f"have value less than or equal to {high}"])
        yield 1.5, "SerializationException", "NUMBER_VALUE cannot be converted to Integer"
    elif kind == "blob":
        for count, word in ((0, "greater than or equal to 1"),
                            (shape.metadata["max"] + 1,
                             f"less than or equal to {shape.metadata['max']}")):
            shown = None if sensitive else f"java.nio.HeapByteBuffer[pos=0 lim={count} cap={count}]"
            yield invalid(base64.b64encode(bytes(count)).decode(), shown, [f"have length {word}"])
        yield "A", "SerializationException", "Invalid Base64"
    elif kind == "map":
        yield {"a": 7}, "SerializationException", "NUMBER_VALUE cannot be converted to String"
    elif kind == "structure":
        yield from broken_structure(shape, given, path + ".")
    elif kind == "list":
        element = shape.member
        if element.type_name == "structure":
            inner = plain(value("", element, "", False))
            for each, exception, message in breaks(element, inner, f"{path}.1.member"):
                yield [each], exception, message
            return
        yield [7], "SerializationException", "NUMBER_VALUE cannot be converted to String"
        every = ", ".join("Member must " + each for each in constraints(element))
        for text, _ in broken_texts(element):
            yield invalid([text], f"[{text}]"[:1024], [f"satisfy constraint: [{every}]"])
        if "max" in shape.metadata:
            count = shape.metadata["max"] + 1
            words = [value("", element, "", False) for _ in range(count)]
            yield invalid(words, ("[" + ", ".join(words) + "]")[:1024],
                          [f"have length less than or equal to {count - 1}"])


def broken_structure(shape, given, prefix):
    for name, inner in shape.members.items():
        path = prefix + name[0].lower() + name[1:]
        if name in shape.required_members:
            for without in ({key: each for key, each in given.items() if key != name},
                            {**given, name: None}):
                yield without, "ValidationException", [violation(path, "null", "not be null")]
        for broken, exception, message in breaks(inner, given.get(name, {}), path):
            yield {**given, name: broken}, exception, message


def show(operation, sent, exception, message):
    if isinstance(message, list):
        errors = "error" if len(message) == 1 else "errors"
        message = f"{len(message)} validation {errors} detected: " + "; ".join(message)
    print(json.dumps({"operation": operation, "sent": json.dumps(sent), "exception": exception,
                      "message": message}))


chance.seed(int(sys.argv[1]))
for name in model.operation_names:
    shape = model.operation_model(name).input_shape
    given = plain(value(name, shape, name, False))
    given.pop("CustomerMasterKeySpec", None)
    for sent, exception, message in broken_structure(shape, given, ""):
        show(name, sent, exception, message)
    if len(shape.required_members) > 1:
        missing = [violation(each[0].lower() + each[1:], "null", "not be null")
                   for each in shape.members if each in shape.required_members]
        show(name, {}, "ValidationException", missing)
        report = ParamValidator().validate({}, shape)
        assert len(report._errors) == len(missing), name
