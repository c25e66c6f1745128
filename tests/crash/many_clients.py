#!/usr/bin/env python3
"""2,000 idle connections, and hundreds that send headers and bodies a byte at a time or do not read what they asked for, more together than
the server takes: an honest report of each kind goes through meanwhile, and again when the slow ones have moved on a little. Then a server
without descriptors: who is connected is served, who comes waits, and gets in when others leave.

The times of the honest ones are printed and not judged. Seen red: with a full server that lets no idle one go, the honest report gets no
answer; with a listener that ends at EMFILE instead of waiting, who came late gets none.
"""
import http.client
import resource
import socket
import threading

import desk as desks
from ledger import Ledger
from senders import Load, makers_for

IDLE, HEADERS, BODIES, READERS = 2000, 200, 200, 100
# They are patient, so that it is not the deadlines that make room.
LIMITS = "header_deadline = 300\nbody_grace = 300\nidle_deadline = 3600\nwrite_deadline = 600\nconnections_max = 2400"
KINDS = ("sealed", "sealed+file", "form", "form+file", "sms")
FEW_DESCRIPTORS = 64
GET = b"GET /en/tell HTTP/1.1\r\nHost: h\r\n\r\n"
FORM = b"POST /en/tell HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\n"


def connect(desk, sent=b""):
    connection = socket.create_connection(desk.public, timeout=60)
    connection.sendall(sent)
    return connection


def do_not_read(desk):
    """Asks for the page until neither side's buffers take more."""
    connection = connect(desk)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.setblocking(False)
    try:
        while True:
            connection.send(GET * 50)
    except BlockingIOError:
        return connection


def honest(desk, makers, ledger, when):
    sent = [makers.all[kind]() for kind in KINDS]
    ledger.add(sent)
    for one in sent:
        begun = desks.now()
        one.again(desk.public)
        if one.outcome != "acknowledged":
            desks.fail(f"{when} a {one.kind} is {one.outcome}")
        print(f"{when}: {one.kind} in {(desks.now() - begun) * 1000:.0f} ms", flush=True)


def in_a_crowd():
    with desks.Desk(limits=LIMITS) as desk:
        desk.start()
        ledger = Ledger(desk)
        makers = makers_for(desk)
        crowd = [connect(desk) for _ in range(IDLE)]
        slow = [connect(desk, GET[:9]) for _ in range(HEADERS)] + [connect(desk, FORM + b"q_story=") for _ in range(BODIES)]
        crowd += slow + [do_not_read(desk) for _ in range(READERS)]
        honest(desk, makers, ledger, f"beside {len(crowd)}")
        for connection in slow:
            try:
                connection.sendall(b"x")
            except OSError:
                pass     # one of those that made room
        honest(desk, makers, ledger, "and again")
        for connection in crowd:
            connection.close()
        ledger.compare(exact=True)
        desk.stop()
        desk.check()


def without_descriptors():
    with desks.Desk(limits=LIMITS) as desk:
        desk.start(["prlimit", f"--nofile={FEW_DESCRIPTORS}:{FEW_DESCRIPTORS}"])
        ledger = Ledger(desk)
        makers = makers_for(desk)
        early = http.client.HTTPConnection(*desk.public, timeout=60)
        early.request("GET", "/healthz")
        early.getresponse().read()
        crowd = [connect(desk, GET[:9]) for _ in range(2 * FEW_DESCRIPTORS)]
        late = makers.sms()
        coming = threading.Thread(target=late.again, args=(desk.public,), daemon=True)
        coming.start()
        waited = Load(desk.public, makers, kinds=())
        waited.wait_until(lambda: "accept_failed" in desk.last_errors(), "the server to run out of descriptors")
        first = makers.sms()
        first.send(early)
        if late.outcome != "unknown":
            desks.fail(f"who came late was not kept waiting: {late.outcome}")
        for connection in crowd:
            connection.close()
        coming.join(60)
        ledger.add([first, late])
        if len(ledger.acknowledged()) != 2:
            desks.fail(f"without descriptors: {first.outcome} for who was connected, {late.outcome} for who waited")
        honest(desk, makers, ledger, "after descriptors had run out")
        ledger.compare(exact=True)
        desk.stop()
        desk.check()


def main():
    needed = IDLE + HEADERS + BODIES + READERS + 200
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < needed:
        desks.skip(f"this user may open {most} files, {needed} are needed")
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, most))
    in_a_crowd()
    without_descriptors()


if __name__ == "__main__":
    main()
