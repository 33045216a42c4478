#!/usr/bin/env python3
"""press-tab.py SHELL SCRIPT LINE WORD…: types LINE into an interactive SHELL that has loaded the
completion SCRIPT, presses Tab twice, and prints those of the WORDs that are shown then.

press-tab.py --enter SHELL SCRIPT LINE…: types LINEs, with their Tabs, and has each run."""
import os
import select
import sys
import time

runs = sys.argv[1] == "--enter"
shell, script, *lines = sys.argv[2 if runs else 1:]
starts = {
    "bash": ["bash", "--noprofile", "--norc", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}
loads = {
    "bash": f"bind 'set show-all-if-ambiguous on'; source {script}",
    "zsh": f"autoload -U compinit; compinit -u -D; source {script}; compdef _coffer coffer; LISTMAX=0",
    "fish": f"source {script}",
}
terminal, other = os.openpty()
child = os.fork()
if child == 0:
    os.login_tty(other)
    os.environ["TERM"] = "xterm"
    os.execvp(shell, starts[shell])


def read(until, patience=20.0):
    """What is shown until `until` is in it, or nothing comes for a while."""
    shown, deadline = b"", time.monotonic() + patience
    while until not in shown and time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.05)[0]:
            shown += os.read(terminal, 4096)
            # The answers of a terminal that fish asks for.
            if b"\x1b[c" in shown or b"\x1b[0c" in shown:
                os.write(terminal, b"\x1b[?1;2c")
                shown = shown.replace(b"\x1b[c", b"").replace(b"\x1b[0c", b"")
    return shown


os.write(terminal, (loads[shell] + "; echo rea''dy\n").encode())
read(b"ready\r\n")
read(b"never", 1.0)
if runs:
    for number, line in enumerate(lines):
        for part in line.encode().split(b"\t")[:-1]:
            os.write(terminal, part + b"\t")
            read(b"never", 0.4)
        os.write(terminal, f"; echo do''ne {number}\n".encode())
        read(f"done {number}\r\n".encode())
else:
    line, *words = lines
    os.write(terminal, line.encode() + b"\t\t")
    shown, deadline = b"", time.monotonic() + 20
    while time.monotonic() < deadline and not all(word.encode() in shown for word in words):
        shown += read(b"never", 0.5)
    print(*[word for word in words if word.encode() in shown])
os.kill(child, 9)
os.waitpid(child, 0)
