"""A caller of the key service whose every answer is held against botocore's service model."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import boto3
import botocore
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

MODEL = botocore.session.get_session().get_service_model("kms")
# What is wrong goes to the server, and goes once.
CONFIG = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
# AWS gives it the values of KeySpec, which the model does not list for it.
BEYOND_THE_MODEL = {"CustomerMasterKeySpec"}

problems: list[str] = []
# What came of the calls of each operation: the names of exceptions, and "" for an answer.
seen: dict[str, set[str]] = {name: set() for name in MODEL.operation_names}


def shape_problems(shape, value: Any, path: str) -> Iterator[str]:
    """What of a parsed answer is not as the model says."""
    kind = shape.type_name
    if kind == "structure":
        for name, member in value.items():
            if name == "ResponseMetadata":
                continue
            if name not in shape.members:
                yield f"{path}.{name} is not in the model"
            elif name not in BEYOND_THE_MODEL:
                yield from shape_problems(shape.members[name], member, f"{path}.{name}")
    elif kind == "list":
        for member in value:
            yield from shape_problems(shape.member, member, path)
    elif kind == "map":
        for member in value.values():
            yield from shape_problems(shape.value, member, path)
    elif kind == "string":
        if not isinstance(value, str) or shape.enum and value not in shape.enum:
            yield f"{path} is {value!r}"
        elif len(value) > shape.metadata.get("max", len(value)):
            yield f"{path} is too long"
    else:
        kinds = {"integer": int, "long": int, "boolean": bool, "timestamp": datetime.datetime, "blob": bytes}
        if not isinstance(value, kinds[kind]) or kind != "boolean" and isinstance(value, bool):
            yield f"{path} is no {kind}"


class Service:
    """`service.Encrypt(KeyId=…)` is the answer; `service.failure("Encrypt", {…})` the refusal."""

    def __init__(self, region: str, **more: Any) -> None:
        self.region = region
        self.client = boto3.client("kms", region_name=region, config=CONFIG, **more)

    def __getattr__(self, operation: str):
        return lambda **parameters: self.call(operation, parameters)

    def call(self, operation: str, parameters: dict) -> dict:
        try:
            answer = getattr(self.client, botocore.xform_name(operation))(**parameters)
        except ClientError as error:
            name = error.response["Error"]["Code"]
            seen[operation].add(name)
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status != (500 if name == "KeyUnavailableException" else 400):
                problems.append(f"{operation}: status {status}: {error}")
            raise
        output = MODEL.operation_model(operation).output_shape
        if output is not None:
            problems.extend(f"{operation}: {problem}" for problem in shape_problems(output, answer, "answer"))
        seen[operation].add("")
        return answer

    def failure(self, operation: str, parameters: dict) -> tuple[str, str]:
        """The name and the message of the refusal; two empty ones of an answer."""
        try:
            self.call(operation, parameters)
        except ClientError as error:
            return error.response["Error"]["Code"], error.response["Error"].get("Message", "")
        return "", ""

    def expect(self, operation: str, parameters: dict, name: str, message: str | None = None, what: str = "") -> None:
        """The refusal has this name, without `Exception`, and this message, if there is one here."""
        wanted = name + "Exception" if name else ""
        found, text = self.failure(operation, parameters)
        if found != wanted or message is not None and text != message:
            problems.append(f"{operation}, {what}: {found or 'an answer'} {text!r}; "
                            f"not {wanted or 'an answer'}{'' if message is None else f' {message!r}'}")
