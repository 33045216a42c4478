"""What the sessions say of what does not hold; whoever runs them wants no word."""

from botocore.exceptions import ClientError


def claim(holds, text):
    if not holds:
        print("FAILED:", text)


def refused(name, call, **arguments):
    """The message with which the call was refused, as it has to be, by an error of this name."""
    try:
        call(**arguments)
    except ClientError as error:
        found = error.response["Error"]
        claim(found["Code"] == name, f"{error} and not {name}")
        claim(len(error.response["ResponseMetadata"]["RequestId"]) == 36, "no request id")
        return found.get("Message", "")
    print(f"FAILED: not refused with {name}: {arguments}")
