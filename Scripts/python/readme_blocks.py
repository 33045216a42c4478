"""Runs the shell blocks of a Markdown file as a reader would type them.

Every block marked ```sh is run with `bash -euo pipefail`. The blocks of one section (## or ###)
share a scratch folder, so that a later block finds what an earlier one made; HOME, COFFER_HOME and
the configuration are in it, and the given coffer and its coffer-agent come first in PATH. HTML
comments directly before a block, which a reader does not see, say what is particular about it:

    <!-- with: NAME… -->         real services (services.py) for the whole section, in its environment
    <!-- setup: COMMAND -->      run before the block, in the same shell; may span lines
    <!-- exit: N -->             the block must end with this code instead of 0
    <!-- not run: REASON -->     shown only, because it needs what a test machine has not

    python3 readme_blocks.py [--without-services] FILE PROGRAM
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import services

COMMENT = re.compile(r"<!--\s*(with|setup|exit|not run):\s*(.*?)\s*-->", re.S)
SECTION = re.compile(r"^#{2,3} ")
TIMEOUT = 120


@dataclass
class Block:
    section: str
    line: int
    text: str
    services: list[str] = field(default_factory=list)
    setup: list[str] = field(default_factory=list)
    exit_code: int = 0
    not_run: str = ""


def blocks_in(text: str) -> list[Block]:
    found: list[Block] = []
    section, lines, at = "", text.split("\n"), 0
    notes: list[tuple[str, str]] = []
    while at < len(lines):
        line = lines[at]
        if SECTION.match(line):
            section, notes = line.lstrip("# "), []
        elif line.startswith("<!--"):
            start = at
            while "-->" not in lines[at]:
                at += 1
            notes += COMMENT.findall("\n".join(lines[start:at + 1]))
        elif line.startswith("```"):
            start = at + 1
            at += 1
            while not lines[at].startswith("```"):
                at += 1
            if line.strip() == "```sh":
                found.append(block(section, start, "\n".join(lines[start:at]), notes))
            notes = []
        elif line.strip():
            notes = []
        at += 1
    return found


def block(section: str, line: int, text: str, notes: list[tuple[str, str]]) -> Block:
    made = Block(section, line + 1, text)
    for kind, value in notes:
        if kind == "with":
            made.services += value.split()
        elif kind == "setup":
            made.setup.append(value)
        elif kind == "exit":
            made.exit_code = int(value)
        else:
            made.not_run = value
    return made


def environment(folder: Path, program: str) -> dict[str, str]:
    home = folder / "home"
    home.mkdir(exist_ok=True)
    # Links: the programs under test may stand beside others.
    commands = folder / "bin"
    commands.mkdir(exist_ok=True)
    for name in ("coffer", "coffer-agent"):
        if not (commands / name).is_symlink():
            (commands / name).symlink_to(Path(program).with_name(name))
    kept = {name: os.environ[name] for name in ("LC_ALL", "TERM", "TMPDIR") if name in os.environ}
    return kept | {
        "HOME": str(home), "COFFER_HOME": str(home / "keystore"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "PATH": f"{commands}:{os.environ['PATH']}", "SWIFT_BACKTRACE": "enable=no",
    }


class Section:
    """The scratch folder of a section, and the services that its blocks asked for so far."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        self.folder = Path(stack.enter_context(
            tempfile.TemporaryDirectory(prefix="coffer-readme-")))
        self.variables: dict[str, str] = {}
        self.stack, self.names = stack, set[str]()

    def start(self, names: list[str]) -> None:
        new = [name for name in names if name not in self.names]
        for service in self.stack.enter_context(services.started(new, self.folder)).values():
            self.variables |= service.environment
        self.names |= set(new)


def run(one: Block, section: Section, program: str) -> str:
    """Why the block did not do as it should; empty if it did."""
    folder = section.folder
    work = folder / "work"
    work.mkdir(exist_ok=True)
    script = "\n".join(one.setup + [one.text])
    try:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script], cwd=work, timeout=TIMEOUT,
            env=environment(folder, program) | section.variables, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except subprocess.TimeoutExpired:
        return f"did not end in {TIMEOUT} s"
    if done.returncode == one.exit_code:
        return ""
    output = done.stdout.decode("utf-8", "replace")[-4000:]
    return f"exit {done.returncode} instead of {one.exit_code}\n{output}"


def main() -> int:
    without_services = sys.argv[1] == "--without-services"
    path, program = Path(sys.argv[-2]), sys.argv[-1]
    if not path.exists():
        print(f"error: there is no {path}", file=sys.stderr)
        return 1
    passed = failed = 0
    with contextlib.ExitStack() as stack:
        sections: dict[str, Section] = {}
        for one in blocks_in(path.read_text(encoding="utf-8")):
            where = f"{path.name}:{one.line} ({one.section})"
            if without_services and one.services:
                one.not_run = "no services are asked for"
            if one.not_run:
                print(f"not run  {where}: {one.not_run}")
                continue
            if one.section not in sections:
                sections[one.section] = Section(stack)
            sections[one.section].start(one.services)
            problem = run(one, sections[one.section], program)
            print(f"{'FAILED ' if problem else 'ok     '}  {where}")
            if problem:
                failed += 1
                print("    " + one.text.replace("\n", "\n    "))
                print("    -> " + problem.replace("\n", "\n    "))
            else:
                passed += 1
    print(f"{passed} blocks ran, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
