#!/usr/bin/env python3
"""press-key.py KEY WORD COMMAND…: runs COMMAND on a terminal of its own and presses the key of the
number KEY (3 is Ctrl-C) once WORD was shown. Prints what the terminal showed, how the command ended,
and whether it left the terminal without its echo."""
import os
import select
import sys
import termios

key, word = bytes([int(sys.argv[1])]), sys.argv[2].encode()
# Kept open here too, so that the terminal is still there when the command has gone.
terminal, other = os.openpty()
child = os.fork()
if child == 0:
    os.login_tty(other)
    os.execvp(sys.argv[3], sys.argv[3:])
shown, pressed, ended = b"", False, 0
while True:
    if select.select([terminal], [], [], 0.05)[0]:
        shown += os.read(terminal, 4096)
        if word in shown and not pressed:
            os.write(terminal, key)
            pressed = True
    elif ended:
        break
    else:
        ended, status = os.waitpid(child, os.WNOHANG)
print(shown.decode().replace("\r\n", "\n"), end="")
print("ended:", os.waitstatus_to_exitcode(status))
if not termios.tcgetattr(other)[3] & termios.ECHO:
    print("the echo is off")
