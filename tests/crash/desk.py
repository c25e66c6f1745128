"""A desk of its own in a folder that goes away, served by the real binary.

Every test of this folder is a program: exit code 0 is a pass, 77 a skip, anything else a failure that says what was seen.
HOTLINE_BINARY names the program under test; CRASH_SEED repeats a run.
"""
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse

HOTLINE = os.environ.get("HOTLINE_BINARY") or sys.exit("run through ctest, or name the program in HOTLINE_BINARY")
PASSPHRASE = "five random words of a test"
TOKEN = "a token of a test"
ORIGIN = "http://hotline.test"
SKIPPED = 77
SETTINGS = """[public]
listen = "127.0.0.1:0"
origin = "{origin}"
[console]
listen = "127.0.0.1:0"
second_factor = "optional"
[storage]
path = "{path}"
key_file = "hotline.key"
[sms.crash]
gateway = "twilio"
token = "{token}"
[limits]
{limits}
"""


def fail(what):
    sys.exit(f"FAILED: {what}")


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def seeded():
    """A source of chance whose seed is printed, so that a red run can be repeated as closely as threads allow."""
    seed = int(os.environ.get("CRASH_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)
    print(f"seed {seed} (CRASH_SEED={seed} repeats the choices)", flush=True)
    return random.Random(seed)


class Desk:
    def __init__(self, limits="", storage=None, found=True):
        self.folder = tempfile.mkdtemp(prefix="hotline-crash-")
        self.database = os.path.join(storage or self.folder, "hotline.db")
        self.config = self.write("hotline.toml", SETTINGS.format(origin=ORIGIN, path=self.database, token=TOKEN, limits=limits))
        self.passphrase = self.write("passphrase", PASSPHRASE + "\n")
        self.server = None
        self.public = None
        self.console = None
        if found:
            self.run("init")
            self.create_desk()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
        return path

    # --- the command line -----------------------------------------------------------------------
    def command(self, *words, config=True):
        return [HOTLINE, *words, *(["--config", self.config] if config else [])]

    def run(self, *words, status=0, before=()):
        done = subprocess.run([*before, *self.command(*words)], capture_output=True, text=True)
        if status is not None and done.returncode != status:
            fail(f"hotline {' '.join(words)} ended with {done.returncode}: {done.stderr.strip()}\n{done.stdout[-2000:]}")
        return done

    def create_desk_words(self):
        return ["desk", "create", "--name", "Crash", "--member", "tester", "--passphrase-file", self.passphrase]

    def create_desk(self):
        self.run(*self.create_desk_words())

    def case(self, *words):
        return self.run("case", *words, "--member", "tester", "--passphrase-file", self.passphrase).stdout

    def cases(self):
        """Every case as `hotline case list --json` opens it: id, text, channel…"""
        return [json.loads(line) for line in self.case("list", "--json").splitlines()]

    def check(self):
        """`hotline check` must call the database sound. Gives its counts by name."""
        done = self.run("check", status=None)
        if done.returncode != 0 or not done.stdout.endswith("sound\n"):
            fail(f"the database is not sound: {done.stdout}{done.stderr}")
        return {name: int(number) for name, number in re.findall(r"(\w+) (\d+)", done.stdout)}

    def seal(self, plain, recipient):
        done = subprocess.run([HOTLINE, "seal", "--recipient", recipient], input=plain, capture_output=True)
        if done.returncode != 0:
            fail(f"hotline seal: {done.stderr.decode()}")
        return done.stdout

    # --- the server -----------------------------------------------------------------------------
    def spawn(self, before=()):
        """Starts the server, under another program if `before` names one, and does not wait for it."""
        self.errors = open(os.path.join(self.folder, "errors"), "ab")
        # A group of its own: what it is started under goes with it.
        self.server = subprocess.Popen([*before, *self.command("serve")], stdout=subprocess.PIPE, stderr=self.errors, process_group=0)

    def listens(self):
        """Waits until it says where it listens; False when it ended before."""
        listening = {}
        while "console" not in listening:
            line = self.server.stdout.readline().decode()
            if not line:
                return False
            _, name, address = line.split()
            listening[name] = address
        self.public, self.console = ((host, int(port)) for host, port in (listening[name].rsplit(":", 1) for name in ("public", "console")))
        return True

    def start(self, before=()):
        self.spawn(before)
        if not self.listens():
            fail(f"the server did not start: {self.last_errors()}")
        return self

    def last_errors(self):
        with open(os.path.join(self.folder, "errors"), "rb") as file:
            return file.read()[-2000:].decode(errors="replace")

    def kill(self):
        if self.server is None:
            return
        try:
            os.killpg(self.server.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.server.wait()
        self.server.stdout.close()
        self.errors.close()
        self.server = None

    def stop(self):
        """Asks it to end, and waits until it has."""
        self.server.send_signal(signal.SIGTERM)
        status = self.server.wait(timeout=60)
        if status != 0:
            fail(f"the server ended with {status}: {self.last_errors()}")
        self.kill()


def sms_url():
    return f"{ORIGIN}/sms/crash"


def now():
    return time.monotonic()


def form_encoded(fields):
    return urllib.parse.urlencode(fields).encode()
