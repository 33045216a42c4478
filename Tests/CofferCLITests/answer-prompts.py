#!/usr/bin/env python3
"""answer-prompts.py ANSWERS COMMAND…: runs COMMAND on a terminal of its own and types the next
answer (separated by commas) whenever a prompt has come; prints what the terminal showed."""
import os
import pty
import sys

answers = sys.argv[1].split(",")
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
shown = b""
waiting = b""
while True:
    try:
        data = os.read(terminal, 4096)
    except OSError:
        break
    if not data:
        break
    shown += data
    waiting += data
    if waiting.endswith(b": ") and answers:
        os.write(terminal, answers.pop(0).encode() + b"\n")
        waiting = b""
sys.stdout.write(shown.decode().replace("\r\n", "\n"))
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
