"""Runs a command in a terminal of its own and closes the terminal as soon as a text appears in it.

python3 closed-terminal.py TEXT COMMAND...

Prints the exit code of the command, negative if a signal ended it.
"""

import os
import pty
import sys

text = sys.argv[1].encode()
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
seen = b""
while text not in seen:
    seen += os.read(terminal, 4096)
os.close(terminal)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
