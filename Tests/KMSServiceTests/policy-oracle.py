"""Makes random policies and requests, and says of each request what AWS's rules make of it.

    policy-oracle.py make COUNT SEED   prints COUNT lines of JSON: policies and grants as text, and
                                       requests with the outcome that is right for each

Written from AWS's documentation, without a look at the Swift evaluator: patterns become regular
expressions, policies are read as they stand in JSON.
"""

import base64
import datetime
import ipaddress
import json
import random
import re
import sys

HERE, THERE = "111122223333", "444455556666"
KEY = f"arn:aws:kms:eu-west-1:{HERE}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ROLE = f"arn:aws:iam::{HERE}:role/app/worker"
CONTEXT_OPERATIONS = set("""Decrypt Encrypt GenerateDataKey GenerateDataKeyPair
    GenerateDataKeyPairWithoutPlaintext GenerateDataKeyWithoutPlaintext ReEncryptFrom
    ReEncryptTo""".split())

chance = random.Random()


# The rules.

def lowered(text):
    return "".join(c.lower() if c.isascii() else c for c in text)


def lookup(context, name):
    return context.get(lowered(name))


class NoValue(Exception):
    pass


def pieces(text, version):
    """(literal text | '*' | '?' as wildcards | variable) of a pattern with wildcards."""
    position = 0
    while position < len(text):
        if version == "2012-10-17" and text.startswith("${", position):
            end = text.index("}", position)
            inner = text[position + 2:end]
            position = end + 1
            if inner in ("*", "?", "$"):
                yield "literal", inner
            elif "," in inner:
                name, default = inner.split(",", 1)
                yield "variable", (name, default.strip(" ")[1:-1])
            else:
                yield "variable", (inner, None)
        else:
            yield ("wildcard" if text[position] in "*?" else "literal"), text[position]
            position += 1


def expression(text, version, context, wildcards):
    result = ""
    for kind, value in pieces(text, version):
        if kind == "variable":
            found = lookup(context, value[0])
            if found is not None and len(found) == 1:
                result += re.escape(found[0])
            elif value[1] is not None:
                result += re.escape(value[1])
            else:
                raise NoValue(value[0])
        elif kind == "wildcard" and wildcards:
            result += ".*" if value == "*" else "."
        else:
            result += re.escape(value)
    return result


def matches(pattern, value, version, context, wildcards=True):
    return re.fullmatch(expression(pattern, version, context, wildcards), value, re.S) is not None


def arn_parts(text, limit):
    parts, depth, current = [], False, ""
    for index, character in enumerate(text):
        if text.startswith("${", index):
            depth = True
        if character == "}":
            depth = False
        if character == ":" and not depth and len(parts) < limit - 1:
            parts.append(current)
            current = ""
        else:
            current += character
    return parts + [current]


def arn_matches(pattern, value, version, context):
    wanted = arn_parts(pattern, 6)
    given = value.split(":", len(wanted) - 1)
    return len(given) == len(wanted) and all(
        matches(left, right, version, context) for left, right in zip(wanted, given))


def number(text):
    return float(text) if re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", text) else None


def moment(text):
    if re.fullmatch(r"-?\d{1,12}", text):
        return int(text) * 1000
    found = re.fullmatch(
        r"(\d{4})-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d))?)?",
        text)
    if not found:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        date = datetime.datetime(
            int(year), int(month), int(day or 1), int(hour or 0), int(minute or 0),
            int(second or 0), tzinfo=datetime.timezone.utc)
    except ValueError:
        return None
    seconds = (date - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)) \
        // datetime.timedelta(seconds=1)
    if zone and zone != "Z":
        offset = int(zone[1:3]) * 3600 + int(zone[4:]) * 60
        seconds -= offset if zone[0] == "+" else -offset
    return seconds * 1000 + int(((fraction or "") + "000")[:3])


def truth(text):
    return {"true": True, "false": False}.get(lowered(text))


def octets(text):
    try:
        decoded = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return decoded if base64.b64encode(decoded).decode() == text else None


def network(text, single=False):
    try:
        found = ipaddress.ip_address(text) if single else ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
    if single and found.version == 6 and found.ipv4_mapped:
        return found.ipv4_mapped
    return found


def compare(kind, value, given, version, context):
    """One value of the request with one of the policy."""
    if kind.startswith("String"):
        if kind == "StringLike":
            return matches(given, value, version, context)
        if kind == "StringEquals":
            return matches(given, value, version, context, wildcards=False)
        plain = re.sub(r"\\(.)", r"\1", expression(given, version, context, False), flags=re.S)
        return [c.lower() for c in plain] == [c.lower() for c in value]
    if kind.startswith("Arn"):
        return arn_matches(given, value, version, context)
    if kind == "IpAddress":
        address, net = network(value, True), network(given)
        return address is not None and address.version == net.version and address in net
    if kind == "Bool":
        return truth(value) is not None and truth(value) == truth(given)
    if kind == "BinaryEquals":
        return octets(value) is not None and octets(value) == octets(given)
    read = number if kind.startswith("Numeric") else moment
    left, right = read(value), read(given)
    if left is None:
        return False
    return {"Equals": left == right, "LessThan": left < right, "LessThanEquals": left <= right,
            "GreaterThan": left > right, "GreaterThanEquals": left >= right}[
                kind.removeprefix("Numeric").removeprefix("Date")]


def listed(value):
    return [text if isinstance(text, str) else json.dumps(text)
            for text in (value if isinstance(value, list) else [value])]


def condition_holds(operator, key, given, version, context, effect):
    given = listed(given)
    values = lookup(context, key)
    if operator == "Null":
        return any(truth(text) == (values is None) for text in given)
    quantifier, _, rest = operator.rpartition(":")
    if_exists = rest.endswith("IfExists")
    rest = rest.removesuffix("IfExists")
    negated = "Not" in rest
    kind = rest.replace("Not", "", 1)

    def one(value):
        found = False
        for text in given:
            try:
                found |= compare(kind, value, text, version, context)
            except NoValue:
                if effect == "Allow":
                    raise
        return found

    if effect == "Allow" and kind[:3] in ("Str", "Arn"):
        for text in given:
            expression(text, version, context, False)
    if values is None:
        if if_exists:
            return True
        return {"": negated, "ForAnyValue": False, "ForAllValues": True}[quantifier]
    if quantifier == "":
        return any(map(one, values)) != negated
    results = [one(value) != negated for value in values]
    return any(results) if quantifier == "ForAnyValue" else all(results)


def identities(principal):
    """From the widest to the closest."""
    account = f"arn:aws:iam::{principal['account']}:root"
    if principal["kind"] == "root":
        return [account]
    return [account] + ([principal["role"]] if principal["kind"] == "session" else []) \
        + [principal["arn"]]


def named(entry):
    return f"arn:aws:iam::{entry}:root" if re.fullmatch(r"\d{12}", entry) else entry


def closeness(entries, principal):
    """2 names the session, 1 the principal, 0 its account; None is nobody."""
    found = []
    chain = identities(principal)
    for entry in entries:
        entry = named(entry)
        if entry == "*":
            found.append(1)
        elif entry == chain[0]:
            found.append(1 if principal["kind"] == "root" else 0)
        elif entry in chain:
            is_session = principal["kind"] == "session" and entry == principal["arn"]
            found.append(2 if is_session else 1)
    return max(found, default=None)


def principals(element):
    if element == "*":
        return ["*"]
    return [entry for kind, entries in element.items() if kind == "AWS"
            for entry in listed(entries)]


def applies(statement, version, request):
    """How closely the statement means the caller, or None if it does not apply."""
    match = 1
    if "Principal" in statement:
        match = closeness(principals(statement["Principal"]), request["principal"])
    elif "NotPrincipal" in statement:
        entries = [named(entry) for entry in principals(statement["NotPrincipal"])]
        if "*" in entries or all(
                identity in entries for identity in identities(request["principal"])):
            match = None
    if match is None:
        return None
    context, effect = request["context"], statement["Effect"]

    def contains(name, test):
        if name in statement:
            return any([test(text) for text in listed(statement[name])])
        return not any([test(text) for text in listed(statement["Not" + name])])

    def resource_matches(text):
        try:
            return arn_matches(text, request["resource"], version, context)
        except NoValue:
            if effect == "Allow":
                raise
            return False

    action = lowered(request["action"])
    if not contains("Action", lambda text: matches(lowered(text), action, "", {})):
        return None
    try:
        if effect == "Allow":
            for text in listed(statement.get("Resource", statement.get("NotResource"))):
                expression(text, version, context, True)
        # All conditions are looked at: one without a value spoils an allowing statement.
        results = [
            condition_holds(operator, key, given, version, context, effect)
            for operator, keys in statement.get("Condition", {}).items()
            for key, given in keys.items()]
        if not contains("Resource", resource_matches) or not all(results):
            return None
    except NoValue:
        return None
    return match


def policy_says(policy, request):
    denies, match = False, None
    statements = policy["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        found = applies(statement, policy.get("Version", "2008-10-17"), request)
        if found is None:
            continue
        if statement["Effect"] == "Deny":
            denies = True
        else:
            match = found if match is None else max(match, found)
    return denies, match


def constraint_met(constraint, pairs):
    given = sorted((lowered(key), value) for key, value in pairs)
    if "equals" in constraint and \
            sorted((lowered(key), value) for key, value in constraint["equals"]) != given:
        return False
    rest = list(given)
    for key, value in constraint.get("subset", []):
        if (lowered(key), value) not in rest:
            return False
        rest.remove((lowered(key), value))
    return True


def grant_match(grant, request):
    operation = request["action"].removeprefix("kms:")
    match = closeness([grant["grantee"]], request["principal"])
    if match is None or operation not in grant["operations"]:
        return None
    if operation in CONTEXT_OPERATIONS and \
            not constraint_met(grant.get("constraint", {}), request["encryptionContext"]):
        return None
    if operation == "CreateGrant":
        new = request["newGrant"]
        if not set(new["operations"]) <= set(grant["operations"]):
            return None
        parent, child = grant.get("constraint"), new.get("constraint")
        if parent:
            if not child:
                return None
            fold = lambda pairs: sorted((lowered(key), value) for key, value in pairs)
            if "equals" in parent and (
                    "equals" not in child or fold(parent["equals"]) != fold(child["equals"])):
                return None
            least = fold(child["equals"] if "equals" in child else child["subset"])
            for pair in fold(parent.get("subset", [])):
                if pair not in least:
                    return None
                least.remove(pair)
    return match


def decide(world, request):
    key = world["keyPolicy"] if request["isKey"] else None
    key_denies, key_match = policy_says(key, request) if key else (False, None)
    identity = [policy_says(policy, request) for policy in world["identity"]]
    session = [policy_says(policy, request) for policy in world["session"] or []]
    foreign = request["isKey"] and request["principal"]["account"] != HERE
    if key_denies:
        return "foreignResource" if foreign else "explicit key"
    for index, (denies, _) in enumerate(identity):
        if denies:
            return f"explicit identity {index}"
    for index, (denies, _) in enumerate(session):
        if denies:
            return f"explicit session {index}"
    is_root = request["principal"]["kind"] == "root"
    identity_allows = is_root or any(match is not None for _, match in identity)
    session_allows = world["session"] is None or any(match is not None for _, match in session)
    grants = [grant_match(grant, request) for grant in world["grants"]] if request["isKey"] else []
    grant = max((match for match in grants if match is not None), default=None)
    if not request["isKey"]:
        if not identity_allows:
            return "noIdentityPolicy"
        if not session_allows:
            return "noSessionPolicy"
        return "accountRoot" if is_root else "identityPolicy"
    resource = max((match for match in (key_match, grant) if match is not None), default=None)
    ground = "keyPolicy" if key_match is not None and key_match == resource else "grant"
    if foreign:
        if not identity_allows:
            return "noIdentityPolicy"
        if resource is None:
            return "foreignResource"
        return ground if session_allows else "noSessionPolicy"
    if resource == 2:
        return ground
    if resource == 1:
        return ground if session_allows else "noSessionPolicy"
    if not identity_allows:
        return "noIdentityPolicy"
    if resource is None:
        return "noResourcePolicy"
    return "identityPolicy" if session_allows else "noSessionPolicy"


# What is decided on.

PRINCIPALS = [
    {"kind": "root", "account": HERE, "arn": f"arn:aws:iam::{HERE}:root"},
    {"kind": "user", "account": HERE, "arn": f"arn:aws:iam::{HERE}:user/team/alice"},
    {"kind": "user", "account": HERE, "arn": f"arn:aws:iam::{HERE}:user/bob"},
    {"kind": "session", "account": HERE, "role": ROLE,
     "arn": f"arn:aws:sts::{HERE}:assumed-role/worker/one"},
    {"kind": "root", "account": THERE, "arn": f"arn:aws:iam::{THERE}:root"},
    {"kind": "user", "account": THERE, "arn": f"arn:aws:iam::{THERE}:user/carol"},
]
ENTRIES = ["*", HERE, THERE] + [principal["arn"] for principal in PRINCIPALS] + [ROLE]
ACTIONS = """kms:Encrypt kms:Decrypt kms:GenerateDataKey kms:CreateGrant kms:DescribeKey
    kms:PutKeyPolicy kms:ListKeys kms:ReEncryptFrom""".split()
ACTION_PATTERNS = ACTIONS + ["*", "kms:*", "KMS:enc*", "kms:Generate*", "kms:?ecrypt", "kms:*Key*",
                             "s3:*", "kms:*e*t"]
RESOURCES = [
    "*", KEY, KEY, f"arn:aws:kms:*:{HERE}:key/*", f"arn:aws:kms:eu-west-1:{HERE}:key/1234*",
    "arn:aws:kms:*", "arn:aws:kms:eu-west-1:*:alias/*", f"arn:aws:kms:eu-west-?:{THERE}:*",
    "arn:aws:kms:eu-west-1:${aws:PrincipalAccount}:key/*",
    "arn:aws:kms:${aws:RequestedRegion, 'eu-west-1'}:*:key/*",
    "arn:aws:kms:*:*:key/${aws:PrincipalTag/team}*", "arn:aws:kms:eu-*:*:key*${*}"]
TEXTS = ["IT", "it", "Finance", "", "a*b", "axb", "e\u0301", "\u00e9", "\u00c9", "\u6771\u4eac",
         "1234", "alice", "x" * 40, "aaab"]
PATTERNS = TEXTS + ["*", "I?", "??", "a*", "*a*b", "${aws:username}", "*${aws:username}*",
                    "${aws:PrincipalTag/team}", "${aws:PrincipalTag/team, 'IT'}", "a${*}b",
                    "${?}${$}", "*a*a*b*", "?"]
ARNS = [principal["arn"] for principal in PRINCIPALS] + [ROLE, "arn:aws:iam::1:x:y:z", "no arn"]
ARN_PATTERNS = ARNS[:-1] + [
    "*", "arn:aws:iam::*:user/*", "arn:aws:iam::111122223333:*", "arn:*", "arn:aws:iam::*:x*z",
    "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::${aws:PrincipalAccount}:role/*"]
NUMBERS = ["0", "1", "90", "90.0", "365", "-5", "1e2", "100", "2560.5"]
DATES = ["2026-11-27", "2026-11", "2026-11-27T00:00:00Z", "2026-11-27T01:00:00+01:00",
         "1795737600", "2026-11-27T03:46:05.25Z", "0", "2024-02-29T23:59Z", "-1"]
ADDRESSES = ["203.0.113.5", "203.0.113.77", "10.1.2.3", "2001:db8::1", "::ffff:203.0.113.5",
             "2001:db8:0:0:1::"]
RANGES = ["203.0.113.0/24", "203.0.113.5", "10.0.0.0/8", "0.0.0.0/0", "2001:db8::/32", "::/0",
          "203.0.113.5/25", "2001:DB8::1"]
BINARIES = ["QmluYXJ5", "AA==", "", "/+8="]
NAMES = {
    "String": ["aws:username", "aws:PrincipalTag/team", "kms:EncryptionContext:Dept",
               "kms:EncryptionContextKeys", "kms:ViaService"],
    "Numeric": ["kms:RotationPeriodInDays", "aws:EpochTime"],
    "Date": ["aws:CurrentTime", "aws:EpochTime"],
    "Bool": ["aws:SecureTransport", "aws:MultiFactorAuthPresent"],
    "Binary": ["test:Binary"],
    "Ip": ["aws:SourceIp"],
    "Arn": ["aws:PrincipalArn", "kms:GranteePrincipal"],
    "Null": ["aws:username", "kms:ViaService", "aws:SourceIp"]}
VALUES = {"String": (TEXTS, PATTERNS), "Numeric": (NUMBERS, NUMBERS), "Date": (DATES, DATES),
          "Bool": (["true", "false", "True"], ["true", "false"]),
          "Binary": (BINARIES, BINARIES), "Ip": (ADDRESSES, RANGES), "Arn": (ARNS, ARN_PATTERNS)}
OPERATORS = {
    "String": ["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase",
               "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike"],
    "Numeric": ["NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals",
                "NumericGreaterThan", "NumericGreaterThanEquals"],
    "Date": ["DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals",
             "DateGreaterThan", "DateGreaterThanEquals"],
    "Bool": ["Bool"], "Binary": ["BinaryEquals"], "Ip": ["IpAddress", "NotIpAddress"],
    "Arn": ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"], "Null": ["Null"]}
PAIRS = [("Dept", "IT"), ("dept", "IT"), ("Dept", "Finance"), ("App", "x"), ("\u00e9", "")]


def some(pool, most=3):
    chosen = [chance.choice(pool) for _ in range(chance.randint(1, most))]
    return chosen[0] if len(chosen) == 1 and chance.random() < 0.5 else chosen


def switch_case(text):
    return text.swapcase() if chance.random() < 0.2 else text


def condition():
    result = {}
    for _ in range(chance.choice([1, 1, 2])):
        kind = chance.choice(list(OPERATORS) + ["String"] * 4)
        operator = chance.choice(OPERATORS[kind])
        if kind == "Null":
            given = chance.choice(["true", "false", True, False])
        else:
            given = some(VALUES[kind][1])
            if kind == "Numeric" and chance.random() < 0.3:
                given = chance.choice([90, 1.5, -5])
            if chance.random() < 0.25:
                operator += "IfExists"
            if chance.random() < 0.4:
                operator = chance.choice(["ForAnyValue:", "ForAllValues:"]) + operator
        result.setdefault(operator, {})[switch_case(chance.choice(NAMES[kind]))] = given
    return result


def statement(is_key, sid):
    effect = chance.choice(["Allow", "Allow", "Deny"])
    result = {"Effect": effect}
    if chance.random() < 0.5:
        result["Sid"] = f"S{sid}"
    if is_key:
        if effect == "Deny" and chance.random() < 0.3:
            entries = some(ENTRIES[1:], 6)
            result["NotPrincipal"] = {"AWS": entries}
        else:
            entries = some(ENTRIES)
            result["Principal"] = chance.choice(["*", {"AWS": entries}, {"AWS": entries}, {
                "AWS": entries, "Service": "logs.amazonaws.com"}])
    result["Action" if chance.random() < 0.85 else "NotAction"] = some(ACTION_PATTERNS)
    result["Resource" if chance.random() < 0.85 else "NotResource"] = some(RESOURCES)
    if chance.random() < 0.6:
        result["Condition"] = condition()
    return result


def policy(is_key):
    result = {}
    version = chance.choice(["2012-10-17"] * 3 + ["2008-10-17", None])
    if version:
        result["Version"] = version
    statements = [statement(is_key, sid) for sid in range(chance.randint(1, 4))]
    result["Statement"] = statements[0] if len(statements) == 1 and chance.random() < 0.5 \
        else statements
    return result


def context(principal):
    result = {}
    for kind, names in NAMES.items():
        for name in names:
            if kind != "Null" and chance.random() < 0.7:
                count = chance.choice([1, 1, 2]) if "Keys" in name or "Dept" in name else 1
                result[lowered(name)] = [chance.choice(VALUES[kind][0]) for _ in range(count)]
    result["aws:principalaccount"] = [principal["account"]]
    if chance.random() < 0.5:
        result["aws:requestedregion"] = [chance.choice(["eu-west-1", "us-east-1", "*"])]
    return result


def constraint():
    result = {}
    if chance.random() < 0.4:
        result["equals"] = chance.sample(PAIRS, chance.randint(0, 2))
    if not result or chance.random() < 0.2:
        result["subset"] = chance.sample(PAIRS, chance.randint(0, 2))
    return result


def proposal():
    result = {"operations": sorted(chance.sample(
        [action[4:] for action in ACTIONS[:5]] + ["RetireGrant"], chance.randint(1, 4)))}
    if chance.random() < 0.5:
        result["constraint"] = constraint()
    return result


def request():
    principal = chance.choice(PRINCIPALS)
    is_key = chance.random() < 0.85
    return {
        "principal": principal, "action": switch_case(chance.choice(ACTIONS)[4:]).join(["kms:", ""]),
        "isKey": is_key,
        "resource": KEY if is_key else chance.choice(
            ["*", f"arn:aws:kms:eu-west-1:{HERE}:alias/a:b"]),
        "context": context(principal),
        "encryptionContext": chance.sample(PAIRS, chance.randint(0, 3)), "newGrant": proposal()}


def make(count, seed):
    chance.seed(seed)
    for _ in range(count):
        world = {
            "keyPolicy": policy(True) if chance.random() < 0.95 else None,
            "identity": [policy(False) for _ in range(chance.randint(0, 2))],
            "session": None if chance.random() < 0.7 else [
                policy(False) for _ in range(chance.randint(1, 2))],
            "grants": [{"grantee": named(chance.choice(ENTRIES[1:])), **proposal()}
                       for _ in range(chance.randint(0, 2))]}
        requests = [request() for _ in range(20)]
        for entry in requests:
            entry["outcome"] = decide(world, entry)
        text = lambda given: json.dumps(
            given, ensure_ascii=chance.random() < 0.5, indent=chance.choice([None, 2]))
        print(json.dumps({
            "keyPolicy": world["keyPolicy"] and text(world["keyPolicy"]),
            "identity": [text(given) for given in world["identity"]],
            "session": world["session"] and [text(given) for given in world["session"]],
            "grants": world["grants"], "requests": requests}))


make(int(sys.argv[2]), int(sys.argv[3]))
