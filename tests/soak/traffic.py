"""Clients of the soak: steady ones at a pace, and those that cost a server most while they do least."""
import http.client
import random
import socket
import threading
import time

import desk as desks
import senders

# One line a request; files are few, since the disk is not what is tried.
MIX = ("sealed",) * 12 + ("form",) * 4 + ("sms",) * 12 + ("form+file", "sealed+file") + ("page",) * 16 + ("mailbox",) * 4
PAGES = ("/en/", "/es/", "/en/tell", "/es/tell", "/en/answers", "/en/check")


class Steady:
    """Sends requests one after the other, each at its time, and remembers what was acknowledged. What breaks off is sent again."""

    def __init__(self, address_of, makers, book):
        self.address_of, self.makers, self.book = address_of, makers, book
        self.pause = 0.0                    # seconds from the beginning of one request to the next
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        connection, pending = None, None
        due = time.monotonic()
        while not self.ending.is_set() or (pending is not None and not self.book.giving_up):
            due = max(due + self.pause, time.monotonic() - self.pause)
            self.ending.wait(max(0.0, due - time.monotonic()))
            try:
                if connection is None:
                    connection = http.client.HTTPConnection(*self.address_of(), timeout=60)
                kind = random.choice(MIX) if pending is None else None
                begun = time.monotonic()
                if kind == "page":
                    self.fetch(connection, "GET", random.choice(PAGES), None)
                elif kind == "mailbox":
                    self.fetch(connection, "POST", "/en/answers", desks.form_encoded([("code", random.choice(self.book.codes))]))
                else:
                    pending = pending or self.makers.all[kind]()
                    pending.send(connection)
                    if pending.outcome == senders.ACKNOWLEDGED:
                        self.book.acknowledged(pending)
                        pending = None
                self.book.took(time.monotonic() - begun)
            except senders.Unexpected as error:
                self.book.wrong.append(str(error))
                return
            except (OSError, http.client.HTTPException):
                if connection is not None:
                    connection.close()
                connection = None
                self.book.cut += 1
                time.sleep(0.05)

    @staticmethod
    def fetch(connection, method, path, body):
        connection.request(method, path, body, {"Content-Type": "application/x-www-form-urlencoded"} if body else {})
        answer = connection.getresponse()
        answer.read()
        if answer.status not in (200, 503):
            raise senders.Unexpected(f"{method} {path} is answered {answer.status}")


class Slow:
    """So many connections that are idle, send a byte now and then, or do not read. Who is let go comes again."""

    STARTS = (b"", b"GET /en/tell HT", b"GET /en/ HTTP/1.1\r\nHost: h\r\n\r\n" * 50,
              b"POST /en/tell HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\nq_story=")

    def __init__(self, address_of, count):
        self.address_of, self.count = address_of, count
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        held = []
        while not self.ending.is_set():
            kept = []
            for connection in held:
                try:
                    if random.random() < 0.2:
                        connection.send(b"x")
                    kept.append(connection)
                except OSError:
                    connection.close()
            held = kept
            try:
                while len(held) < self.count and not self.ending.is_set():
                    connection = socket.create_connection(self.address_of(), timeout=10)
                    connection.setblocking(False)
                    connection.send(random.choice(self.STARTS))
                    held.append(connection)
            except OSError:
                pass
            self.ending.wait(1)
        for connection in held:
            connection.close()
