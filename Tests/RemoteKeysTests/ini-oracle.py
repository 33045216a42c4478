"""Prints random shared files, each with what botocore reads in it, one JSON object a line."""

import json
import random
import sys
import tempfile

from botocore.configloader import _parse_nested, raw_config_parse
from botocore.exceptions import ConfigParseError

PIECES = [
    "[default]", "[profile a]", "[profile 'b c']", "[services s]", "[x", "[]", "[a]b]", "[ d ]",
    "aws_access_key_id = AKIA", "Region=eu-west-1", "region: x", "key", "key =", "= value",
    "a = b = c", "a:b=c", "s3 =", "  nested = 1", "   deeper=2", "\tkey = tab", "  plain", "# note",
    "  # note", "; note", "v = x # not a note", "v = x ; y", "", "  ", "%(a)s = %(b)s", "[default]]",
    "k\t=\tv  ", "sso_session = q", "endpoint_url = http://h:1", " [indented]", "é = ü",
]


def parsed(path):
    try:
        sections = raw_config_parse(path, parse_subsections=False)
    except ConfigParseError:
        return None
    for options in sections.values():
        for name, value in options.items():
            nested = None
            if value.startswith("\n"):
                try:
                    nested = _parse_nested(value)
                except ValueError:
                    nested = "wrong"
            options[name] = {"value": value, "nested": nested}
    return sections


def main(seed, count):
    dice = random.Random(seed)
    with tempfile.NamedTemporaryFile() as file:
        for _ in range(count):
            lines = [dice.choice(PIECES) for _ in range(dice.randrange(9))]
            if dice.random() < 0.8:
                lines.insert(0, "[profile p]")
            text = dice.choice(["\n", "\n", "\r\n", "\r"]).join(lines)
            if dice.random() < 0.5:
                text += "\n"
            file.seek(0)
            file.truncate()
            file.write(text.encode())
            file.flush()
            print(json.dumps({"text": text, "parsed": parsed(file.name)}))


main(int(sys.argv[1]), int(sys.argv[2]))
