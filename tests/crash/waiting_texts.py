#!/usr/bin/env python3
"""A start on a disk that takes nothing, while texts wait that the process before was to send: the pages are there all the same, refuse with 503,
and once the disk is well the texts are given up, without a restart.
"""
import os
import shutil
import signal
import subprocess

import desk as desks
from failing_disk import healthy, tracer_of
from senders import ACKNOWLEDGED, get, makers_for

# Nobody listens there: the text waits.
SEND = """automatic = "none"
[sms.crash.send]
url = "http://127.0.0.1:9"
account = "AC0123456789abcdef0123456789abcdef"
secret = "a secret of a test"
from = "+15005550006"
hours = "00:00-24:00"
time_zone = "Etc/UTC"
[limits]
"""


def errors_of(desk):
    with open(os.path.join(desk.folder, "errors")) as file:
        return file.read()


def wait_for_line(desk, event):
    while event not in errors_of(desk):
        if desk.server.poll() is not None:
            desks.fail(f"the server ended: {desk.last_errors()}")
        signal.sigtimedwait((), 0.02)


def main():
    if shutil.which("strace") is None:
        desks.skip("strace is not installed: deploy/dependencies --tests")
    with desks.Desk() as desk:
        with open(desk.config) as file:
            settings = file.read()
        desk.write("hotline.toml", settings.replace("[limits]\n", SEND, 1))
        desk.start()
        makers = makers_for(desk)
        sent = makers.sms()
        sent.again(desk.public)
        if sent.outcome != ACKNOWLEDGED:
            desks.fail("the person's text was not taken")
        case = desk.cases()[0]["id"]
        words = desk.command("case", "reply", case, "--text", "an answer that waits", "--server", f"http://{desk.console[0]}:{desk.console[1]}", "--member",
                             "tester", "--passphrase-file", desk.passphrase, config=False)
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode != 0:
            desks.fail(f"the answer was not taken: {done.stderr}")
        desk.kill()

        desk.start(["strace", "-D", "-f", "-I2", "-qq", "-o", os.devnull, "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=ENOSPC"])
        tracer = tracer_of(desk.server.pid)
        wait_for_line(desk, "texts_not_given_up")
        if healthy(desk) or get(desk.public, "/en/tell")[0] != 200:
            desks.fail("the pages are there, and say that nothing is taken")
        if "texts_not_sent_before_restart" in errors_of(desk):
            desks.fail("nothing can have been written")
        os.kill(tracer, signal.SIGTERM)
        wait_for_line(desk, "texts_not_sent_before_restart count=1")
        if not healthy(desk):
            desks.fail("the disk is well")
        desk.stop()
        desk.check()
    print("a start on a disk that takes nothing, with a text that waited")


if __name__ == "__main__":
    main()
