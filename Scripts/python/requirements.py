"""Prints the requirements R1 to R40 with the names of the tests that hold each.

A test holds a requirement when its number stands in the test's name, in the name of its suite's
declaration comment, or in a comment directly above or inside the test. A span such as R1-R40 names
none of them: it says nothing about one test.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

WANTED = range(1, 41)
NUMBER = re.compile(r"(?<![\w–-])R(\d{1,2})(?!\w)(?!\s*[–-]\s*R?\d)")
TEST = re.compile(r"@Test\b")
NAME = re.compile(r"@Test\s*\(\s*\"((?:[^\"\\]|\\.)*)\"", re.S)
FUNCTION = re.compile(r"\bfunc\s+(`[^`]+`|\w+)")
COMMENT = re.compile(r"//.*")


def numbers(text: str) -> set[int]:
    return {int(number) for number in NUMBER.findall(text) if int(number) in WANTED}


def comment_above(text: str, position: int) -> str:
    """The comment lines that end directly before `position`."""
    lines = text[:position].split("\n")[:-1]
    found: list[str] = []
    while lines and lines[-1].strip().startswith("//"):
        found.append(lines.pop())
    return "\n".join(found)


def tests_in(path: Path) -> list[tuple[str, set[int]]]:
    """Name and requirement numbers of each test in the file."""
    text = path.read_text(encoding="utf-8")
    starts = [match.start() for match in TEST.finditer(text) if not in_comment(text, match.start())]
    found = []
    for start, end in zip(starts, starts[1:] + [len(text)]):
        body = text[start:end]
        name, function = NAME.match(body), FUNCTION.search(body)
        title = name.group(1) if name else function.group(1) if function else "?"
        # What stands above the next test is a comment on that one.
        own = body[:len(body) - len(comment_above(text, end))] if end < len(text) else body
        comments = comment_above(text, start) + "\n".join(COMMENT.findall(own))
        found.append((f"{path.stem}: {title}", numbers(title) | numbers(comments)))
    return found


def in_comment(text: str, position: int) -> bool:
    line = text[text.rfind("\n", 0, position) + 1:position]
    return "//" in line


def main() -> int:
    folder = Path(sys.argv[1])
    holders: dict[int, list[str]] = {number: [] for number in WANTED}
    for path in sorted(folder.rglob("*.swift")):
        for name, held in tests_in(path):
            for number in held:
                holders[number].append(name)
    for number, names in holders.items():
        print(f"R{number}")
        for name in names or ["NO TEST NAMES IT"]:
            print(f"    {name}")
    missing = [f"R{number}" for number, names in holders.items() if not names]
    print(f"{len(holders) - len(missing)} of {len(holders)} requirements have a test")
    if missing:
        print("missing: " + " ".join(missing))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
