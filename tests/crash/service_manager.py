#!/usr/bin/env python3
"""What the server and a service manager tell each other: ready, reloading, stopping, signs of life, sockets that were opened before.

Signs of life stop while nothing can be committed (strace makes writes fail) and come again by themselves. A connection that was made before
the server began is answered. Seen red: with show_life telling without the probe, signs go on while writes fail; with take_inherited_sockets
giving nothing, the server listens elsewhere; with TLS for every socket that was handed over, the onion service gets no answer.
"""
import os
import re
import select
import shutil
import signal
import socket
import ssl
import subprocess

import desk as desks

PERIOD = "400000"   # microseconds that the manager waits for a sign of life
SIGNS_MISSED = 4


class Manager:
    """The other end of NOTIFY_SOCKET."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.settimeout(60)

    def told(self):
        return self.socket.recv(4096).decode()

    def wait_for(self, line):
        while True:
            told = self.told()
            if line in told.splitlines():
                return told

    def told_so_far(self):
        """What has arrived, without waiting."""
        found = []
        while select.select([self.socket], [], [], 0)[0]:
            found.append(self.told())
        return found


def errors_of(desk):
    with open(os.path.join(desk.folder, "errors")) as file:
        return file.read()


def tracer_of(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("TracerPid"))


def wait_for_missed(desk, count):
    """Until the server has said that many times that it gives no sign of life."""
    while errors_of(desk).count("no_sign_of_life") < count:
        if desk.server.poll() is not None:
            desks.fail(f"the server ended: {desk.last_errors()}")
        select.select([], [], [], 0.02)


def signs_of_life(desk, manager):
    os.environ.update(NOTIFY_SOCKET=manager.path, WATCHDOG_USEC=PERIOD)
    strace = ["strace", "-D", "-f", "-I2", "-qq", "-o", os.devnull, "-e", "trace=pwrite64", "-e", "inject=pwrite64:error=EIO:when=60+"]
    desk.start(strace)
    manager.wait_for("READY=1")
    manager.wait_for("WATCHDOG=1")
    wait_for_missed(desk, 1)
    manager.told_so_far()
    wait_for_missed(desk, 1 + SIGNS_MISSED)
    told = manager.told_so_far()
    if any("WATCHDOG=1" in one for one in told):
        desks.fail(f"signs of life while nothing can be written: {told}")
    os.kill(tracer_of(desk.server.pid), signal.SIGTERM)
    manager.wait_for("WATCHDOG=1")
    desk.server.send_signal(signal.SIGHUP)
    if not re.search(r"^MONOTONIC_USEC=\d+$", manager.wait_for("RELOADING=1"), re.M):
        desks.fail("a reload says when it began")
    manager.wait_for("READY=1")
    desk.stop()
    manager.wait_for("STOPPING=1")
    for name in ("NOTIFY_SOCKET", "WATCHDOG_USEC"):
        del os.environ[name]


def listening(family, address):
    made = socket.socket(family, socket.SOCK_STREAM)
    made.bind(address)
    made.listen(64)
    return made


def serve_with(desk, sockets, names):
    handed = " ".join(f"{3 + at}<&{one.fileno()}" for at, one in enumerate(sockets))
    script = f'LISTEN_PID=$$ LISTEN_FDS={len(sockets)} LISTEN_FDNAMES={names} exec "$@" {handed}'
    desk.errors = open(os.path.join(desk.folder, "errors"), "ab")
    desk.server = subprocess.Popen(["sh", "-c", script, "sh", *desk.command("serve")], stdout=subprocess.PIPE, stderr=desk.errors,
                                   pass_fds=[one.fileno() for one in sockets], process_group=0)


def handed_over_sockets(desk):
    path = os.path.join(desk.folder, "public.sock")
    public = listening(socket.AF_UNIX, path)
    console = listening(socket.AF_INET, ("127.0.0.1", 0))
    early = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    early.settimeout(60)
    early.connect(path)
    early.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    serve_with(desk, (public, console), "public:console")
    first = desk.server.stdout.readline().decode()
    if first != f"listening public unix:{path}\n":
        desks.fail(f"the server listens elsewhere: {first}{desk.last_errors()}")
    second = desk.server.stdout.readline().decode()
    if second != f"listening console 127.0.0.1:{console.getsockname()[1]}\n":
        desks.fail(f"the console listens elsewhere: {second}")
    answer = early.recv(4096)
    if not answer.startswith(b"HTTP/1.1 200 "):
        desks.fail(f"who came before the server was answered {answer!r}")
    desk.stop()
    if not os.path.exists(path):
        desks.fail("the socket's file is the manager's, and was removed")

    serve_with(desk, (public, console), "public:other")
    if desk.server.wait(60) != 1 or "FileDescriptorName=" not in desk.last_errors():
        desks.fail(f"a socket of an unknown name is refused with a line: {desk.last_errors()}")
    desk.server = None


def answers(connection):
    """Asks whether the server is well, and ends the connection."""
    with connection:
        connection.settimeout(60)
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return connection.recv(4096).startswith(b"HTTP/1.1 200 ")


def port_and_socket_together(desk):
    """As docs/operations.md has it for port 443 beside an onion service: TLS is for the address, not for the socket."""
    certificate, key = os.path.join(desk.folder, "certificate.pem"), os.path.join(desk.folder, "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost", "-keyout", key,
                    "-out", certificate], check=True, capture_output=True)
    os.chmod(key, 0o600)
    with open(desk.config) as file:
        settings = file.read()
    desk.write("hotline.toml", settings.replace("[console]", f'tls = {{ certificate = "{certificate}", key = "{key}" }}\n[console]', 1))
    path = os.path.join(desk.folder, "onion.sock")
    public, onion = listening(socket.AF_INET, ("127.0.0.1", 0)), listening(socket.AF_UNIX, path)
    console = listening(socket.AF_INET, ("127.0.0.1", 0))
    serve_with(desk, (public, onion, console), "public:public:console")
    by_tls = ssl._create_unverified_context().wrap_socket(socket.create_connection(public.getsockname(), timeout=60))
    plain = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    plain.connect(path)
    if not answers(by_tls) or not answers(plain):
        desks.fail(f"both are served: {desk.last_errors()}")
    desk.stop()


def main():
    if shutil.which("strace") is None:
        desks.skip("strace is not installed: deploy/dependencies --tests")
    with desks.Desk() as desk:
        signs_of_life(desk, Manager(desk.folder))
        handed_over_sockets(desk)
        port_and_socket_together(desk)
    print("ready, reloading, stopping and signs of life were told; sockets were taken over")


if __name__ == "__main__":
    main()
