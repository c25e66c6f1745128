#!/usr/bin/env python3
"""What comes from outside and should not: slow senders, bodies over the limit, broken HTTP, wrong types. The answers are those of
interfaces: 4xx with the limit or the reason, the same security headers as everywhere, nothing that was sent in them, nothing kept.
The HTTP room's own tests hold the long list of malformed requests (tests/unit/http); here the whole server answers.

Seen red: without the idle and body deadlines the slow senders keep their connection; with Server and the input echoed the words are found.
"""
import json
import os
import socket

import desk as desks
from senders import Load, get, makers_for, multipart

MARK = "mark" + os.urandom(6).hex()
LIMITS = """header_deadline = 3
body_grace = 3
idle_deadline = 5
drain_deadline = 3
file_bytes_max = 200000
body_bytes_max = 400000
files_max = 2"""
SECURITY_HEADERS = (b"x-content-type-options: nosniff", b"referrer-policy: no-referrer", b"content-security-policy: ", b"x-frame-options: deny",
                    b"cache-control: no-store", b"cross-origin-opener-policy: same-origin")


def exchange(desk, sent, hold_open=False):
    """Sends bytes as they are and reads until the server closes. With `hold_open` our side never says that it is done."""
    with socket.create_connection(desk.public, timeout=60) as connection:
        try:
            connection.sendall(sent)
            if not hold_open:
                connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass     # refused before it was all sent: the answer is there all the same
        answer = b""
        try:
            while piece := connection.recv(65536):
                answer += piece
        except ConnectionResetError:
            pass
        return answer


def expect(desk, what, statuses, sent, contains=None, hold_open=False, gives_back=False):
    answer = exchange(desk, sent, hold_open)
    head = answer.split(b"\r\n\r\n")[0].lower()
    status = int(answer.split(b" ")[1]) if answer.startswith(b"HTTP/1.1 ") else None
    if status not in statuses:
        desks.fail(f"{what}: {status} instead of {statuses}: {answer[:200]!r}")
    if answer.count(b"HTTP/1.1 ") > 1:
        desks.fail(f"{what}: answered as more than one request")
    if status is None:
        return
    for header in SECURITY_HEADERS:
        if header not in head:
            desks.fail(f"{what}: {status} without {header.decode()}")
    if b"\nserver:" in head or b"hotline/" in head or b"beast" in answer.lower():
        desks.fail(f"{what}: {status} says what answers")
    if (MARK.encode() in answer) != gives_back:
        desks.fail(f"{what}: {status} holds what was sent" if not gives_back else f"{what}: {status} does not give back what was typed")
    if contains is not None and contains not in answer:
        desks.fail(f"{what}: {status} does not say {contains!r}: {answer[-300:]!r}")


def post(path, type_, body, *headers, length=None):
    lines = [f"POST {path} HTTP/1.1", "Host: hotline.test", f"Content-Type: {type_}", f"Content-Length: {len(body) if length is None else length}",
             "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def slow_senders(desk, makers):
    """They are let go after the deadlines; others are served meanwhile."""
    waiting = Load(desk.public, makers, kinds=("sealed", "sms"))
    # Our side stays open and sends nothing more: it is the server that must end it.
    expect(desk, "half a request line", (408, None), b"POST /en/te", hold_open=True)
    expect(desk, "headers that never end", (408,), f"POST /en/tell HTTP/1.1\r\nHost: h\r\nX-A: {MARK}\r\n".encode(), hold_open=True)
    form = f"q_story={MARK}".encode()
    type_ = "application/x-www-form-urlencoded"
    expect(desk, "a form that stops", (408,), post("/en/tell", type_, form, length=5000), hold_open=True)
    expect(desk, "a sealed report that stops", (408,), post("/api/v1/reports", *multipart([("report", "r", MARK.encode())]), length=5000), hold_open=True)
    expect(desk, "a text that stops", (408,), post("/sms/crash", type_, f"Body={MARK}".encode(), length=5000), hold_open=True)
    waiting.wait_until(lambda: len(waiting.acknowledged_at) > 0, "a report taken beside slow senders")
    return waiting.join()


def over_the_limit(desk, makers):
    form = "application/x-www-form-urlencoded"
    big = MARK.encode() * 30_000
    expect(desk, "a form over the limit", (413,), post("/en/tell", form, b"q_story=" + big[:70_000]), gives_back=True)
    expect(desk, "a body over the limit, announced", (413,), post("/en/tell", form, b"q_story=", length=1 << 40))
    chunked = b"POST /en/tell HTTP/1.1\r\nHost: h\r\nContent-Type: " + form.encode() + b"\r\nTransfer-Encoding: chunked\r\n\r\n"
    expect(desk, "a body over the limit, in chunks", (413,), chunked + b"q_story=" .join([b"8\r\n", b"\r\n"]) + b"".join(b"8000\r\n" + big[:0x8000] + b"\r\n" for _ in range(16)))
    photo = big[:330_000]
    expect(desk, "a file over the limit", (413,), post("/en/tell", *multipart([("q_story", None, b"x"), ("file", "a.jpg", photo)])))
    sealed = makers.sealed_pool[0]
    many = [("report", "r", sealed), *(("file", os.urandom(16).hex(), makers.file_pool[0][1]) for _ in range(3))]
    expect(desk, "too many files", (413,), post("/api/v1/reports", *multipart(many)), contains=b"At most 2 files of 200000 bytes")
    expect(desk, "a sealed file over the limit", (413,), post("/api/v1/reports", *multipart([("report", "r", sealed), ("file", "a" * 32, sealed[:2000] + photo)])), contains=b"200000")
    expect(desk, "a text over the limit", (413,), post("/sms/crash", form, b"Body=" + big[:70_000]))
    expect(desk, "too long a header", (431, 400, 413), f"GET / HTTP/1.1\r\nHost: h\r\nX-A: {MARK * 2000}\r\n\r\n".encode())
    expect(desk, "too long a path", (414, 431, 400), f"GET /{MARK * 2000} HTTP/1.1\r\nHost: h\r\n\r\n".encode())


def broken_http(desk):
    inner = f"\r\n\r\nGET /{MARK} HTTP/1.1\r\nHost: h\r\n\r\n".encode()
    for what, head in (("two lengths", "POST /en/tell HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nContent-Length: 5"),
                       ("a length and chunks", "POST /en/tell HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked"),
                       ("a length with a sign", "POST /en/tell HTTP/1.1\r\nHost: h\r\nContent-Length: +4"),
                       ("no host", f"GET /{MARK} HTTP/1.1\r\nX: y"),
                       ("two hosts", "GET / HTTP/1.1\r\nHost: h\r\nHost: i"),
                       ("a space before the colon", "GET / HTTP/1.1\r\nHost : h"),
                       ("a folded header", f"GET / HTTP/1.1\r\nHost: h\r\nX-A: a\r\n {MARK}"),
                       ("a NUL", "GET / HTTP/1.1\r\nHost: h\r\nX-A: a\0b"),
                       ("another coding", "POST /en/tell HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked"),
                       ("another version", "GET / HTTP/3.7\r\nHost: h"),
                       ("no request at all", f"{MARK}")):
        expect(desk, what, (400, 501, 505), head.encode("latin-1") + inner)
    expect(desk, "chunks with a sign", (400,), b"POST /en/tell HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n"
           b"Transfer-Encoding: chunked\r\n\r\n+4\r\nabcd\r\n0\r\n\r\n")
    expect(desk, "TLS where there is none", (400, None), bytes.fromhex("16030100c8010000c40303") + os.urandom(200))
    expect(desk, "a method that is not there", (405, 501, 400), b"BREW / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    expect(desk, "a path that is not there", (404,), f"GET /{MARK} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode())


def wrong_types(desk, makers):
    sealed = makers.sealed_pool[0]
    mark = MARK.encode()
    reports = "/api/v1/reports"
    for what, statuses, request in (
            ("a form as text", (415,), post("/en/tell", "text/plain", b"q_story=" + mark)),
            ("a form as JSON", (415,), post("/en/tell", "application/json", json.dumps({"q_story": MARK}).encode())),
            ("an empty form", (422,), post("/en/tell", "application/x-www-form-urlencoded", b"")),
            ("multipart without a boundary", (400, 415), post("/en/tell", "multipart/form-data", mark)),
            ("multipart that ends early", (400,), post("/en/tell", "multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="q_story"\r\n\r\n' + mark)),
            ("a sealed report as JSON", (415,), post(reports, "application/json", b'{"report":"' + mark + b'"}')),
            ("a report that is not sealed", (422,), post(reports, *multipart([("report", "r", mark)]))),
            ("a report cut short", (422,), post(reports, *multipart([("report", "r", sealed[:100])]))),
            ("no report", (422,), post(reports, *multipart([("other", None, mark)]))),
            ("a file that is not sealed", (422,), post(reports, *multipart([("report", "r", sealed), ("file", "a" * 32, mark)]))),
            ("a file without its id", (422,), post(reports, *multipart([("report", "r", sealed), ("file", MARK, sealed)]))),
            ("a priority that is none", (422,), post(reports, *multipart([("report", "r", sealed), ("priority", None, b"9")]))),
            ("a priority in words", (422,), post(reports, *multipart([("report", "r", sealed), ("priority", None, mark)]))),
            ("an epoch that is none", (422,), post(reports, *multipart([("report", "r", sealed), ("epoch", None, mark)]))),
            ("an epoch that nobody has", (422,), post(reports, *multipart([("report", "r", sealed), ("epoch", None, b"0" * 32)]))),
            ("too long an idempotency key", (422,), post(reports, *multipart([("report", "r", sealed)]), "Idempotency-Key: " + MARK * 30)),
            ("a mailbox asked with a number", (422,), post("/api/v1/mailbox", "application/json", b'{"tags":7}')),
            ("a mailbox asked with seven tags", (422,), post("/api/v1/mailbox", "application/json", json.dumps({"tags": ["A" * 22] * 7}).encode())),
            ("a mailbox asked with what is no JSON", (422, 400), post("/api/v1/mailbox", "application/json", b'{"tags":[' + mark)),
            ("a text that nobody signed", (403,), post("/sms/crash", "application/x-www-form-urlencoded", b"From=1&To=2&Body=" + mark)),
            ("a text to no gateway", (404,), post("/sms/" + MARK, "application/x-www-form-urlencoded", b"Body=" + mark)),
            ("a code that is none", (422,), post("/en/answers", "application/x-www-form-urlencoded", b"code=0000"))):
        expect(desk, what, statuses, request)


def main():
    with desks.Desk(limits=LIMITS) as desk:
        desk.start()
        makers = makers_for(desk)
        taken = slow_senders(desk, makers)
        over_the_limit(desk, makers)
        broken_http(desk)
        wrong_types(desk, makers)
        if get(desk.public, "/healthz")[0] != 200:
            desks.fail("the server is not well afterwards")
        with open(f"/proc/{desk.server.pid}/fd/2") as log:
            if MARK in log.read():
                desks.fail("what was sent is in the log")
        desk.stop()
        counts = desk.check()
        if counts["reports"] != len([one for one in taken if one.outcome == "acknowledged"]) or counts["files"] != 0:
            desks.fail(f"something that was refused was kept: {counts}")
        if any(MARK in case["text"] for case in desk.cases()):
            desks.fail("something that was refused was kept")
        print("slow senders, bodies over the limit, broken HTTP, wrong types: refused, others served meanwhile, nothing kept or repeated")


if __name__ == "__main__":
    main()
