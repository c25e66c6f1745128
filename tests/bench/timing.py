#!/usr/bin/env python3
"""Does the time of an answer tell whether there was something? For each pair of requests that must look alike: thousands of each, in
random order on one connection, Welch's t of their times, of all and of the quicker nine tenths (where a difference of the work shows best).
|t| below 4.5 is what chance gives. Prints a table; nothing fails on a figure.

    tests/bench/timing.py [--tries 2000] [--codes 500] [--binary build/release/hotline] [--rows build/release/tests/integration/database_rows]

Run it on a machine that does nothing else. `--codes` is apart, as each return code costs an Argon2id.
"""
import argparse
import json
import math
import os
import random
import socket
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests/crash"))
SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
WARM_UP = 50


def mean_and_variance(times):
    mean = sum(times) / len(times)
    return mean, sum((one - mean) ** 2 for one in times) / (len(times) - 1)


def welch(a, b):
    (mean_a, variance_a), (mean_b, variance_b) = mean_and_variance(a), mean_and_variance(b)
    spread = math.sqrt(variance_a / len(a) + variance_b / len(b))
    return (mean_a - mean_b) / spread if spread else 0.0


def quicker(times, whole):
    """Those below the time that nine tenths of both kinds together are below."""
    bound = sorted(whole)[len(whole) * 9 // 10]
    return [one for one in times if one <= bound]


class Connection:
    def __init__(self, address):
        self.socket = socket.create_connection(address, timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def time(self, request):
        """(nanoseconds until the first bytes of the answer, status, bytes of the body)"""
        begun = time.perf_counter_ns()
        self.socket.sendall(request)
        answer = self.socket.recv(65536)
        ended = time.perf_counter_ns()
        while b"\r\n\r\n" not in answer:
            answer += self.socket.recv(65536)
        head, _, body = answer.partition(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        while len(body) < length:
            body += self.socket.recv(65536)
        return ended - begun, int(head.split(b" ")[1]), len(body)


def request(method, path, body=b"", type_="application/json"):
    head = f"{method} {path} HTTP/1.1\r\nHost: hotline.test\r\n"
    if body:
        head += f"Content-Type: {type_}\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


def compare(name, address, kinds, tries):
    """`kinds`: two functions that make a request each."""
    connection = Connection(address)
    for make in kinds:
        for _ in range(WARM_UP):
            connection.time(make())
    order = [0, 1] * tries
    random.shuffle(order)
    times, seen = ([], []), (set(), set())
    for kind in order:
        taken, status, size = connection.time(kinds[kind]())
        times[kind].append(taken)
        seen[kind].add((status, size))
    whole = times[0] + times[1]
    t_all = welch(*times)
    t_quick = welch(quicker(times[0], whole), quicker(times[1], whole))
    medians = [sorted(one)[len(one) // 2] / 1000 for one in times]
    alike = "alike" if seen[0] == seen[1] else f"differ: {sorted(seen[0])[:3]} and {sorted(seen[1])[:3]}"
    print(f"| {name} | {tries} | {medians[0]:.0f} and {medians[1]:.0f} | {t_all:+.1f} | {t_quick:+.1f} | {alike} |", flush=True)


def random_code():
    """docs/formats.md: fifteen symbols and a check, Damm over GF(2^5)."""
    values = [random.randrange(32) for _ in range(15)]
    interim = 0
    for value in values:
        interim = (interim ^ value) << 1
        if interim & 32:
            interim ^= 0b100101
    text = "".join(SYMBOLS[value] for value in [*values, interim])
    return "-".join(text[i:i + 4] for i in range(0, 16, 4))


def code_of(page):
    return page.split('<output id="code"', 1)[1].split(">", 1)[1].split("<", 1)[0]


def encoded(raw):
    import base64
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def tell(desks, makers, address):
    import http.client
    connection = http.client.HTTPConnection(*address, timeout=60)
    sent = makers.form()
    connection.request("POST", sent.path, sent.body, sent.headers)
    return sent.word, code_of(connection.getresponse().read().decode())


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--tries", type=int, default=2000)
    options.add_argument("--codes", type=int, default=500)
    options.add_argument("--binary", default=os.path.join(ROOT, "build/release/hotline"))
    options.add_argument("--rows", default=os.path.join(ROOT, "build/release/tests/integration/database_rows"))
    options = options.parse_args()
    os.environ["HOTLINE_BINARY"] = options.binary
    import desk as desks
    import senders
    with desks.Desk() as desk:
        desk.start()
        makers = senders.makers_for(desk)
        told = [tell(desks, makers, desk.public) for _ in range(20)]
        unanswered, answered = [code for _, code in told[:10]], told[10:]
        by_word = {word: case["id"] for case in desk.cases() for word in case["text"].split() if word.startswith("w")}
        for word, _ in answered:
            desk.case("reply", by_word[word], "--text", "we are here")
        rows = subprocess.run([options.rows, desk.database, os.path.join(desk.folder, "hotline.key")], check=True, capture_output=True, text=True)
        tags = [bytes.fromhex(row["tag"]["hex"]) for row in map(json.loads, rows.stdout.splitlines()) if row["table"] == "mailbox"]
        console = desk.console
        print("| what must look alike | of each | median µs | t, all | t, quicker 90 % | status and size |\n|---|---|---|---|---|---|")

        def mailbox(hit):
            asked = [os.urandom(16) for _ in range(8)]
            if hit:
                asked[random.randrange(8)] = random.choice(tags)
            return request("POST", "/api/v1/mailbox", json.dumps({"tags": [encoded(tag) for tag in asked]}).encode())

        def code(known):
            typed = random.choice(unanswered) if known else random_code()
            return request("POST", "/en/answers", desks.form_encoded([("code", typed)]), "application/x-www-form-urlencoded")

        def name(known):
            # As long as the known one.
            return request("GET", f"/api/v1/sign-in/{'tester' if known else os.urandom(3).hex()}")

        compare("mailbox: a tag with an answer, and none", desk.public, (lambda: mailbox(True), lambda: mailbox(False)), options.tries)
        compare("sign-in: a name that is there, and one that is not", console, (lambda: name(True), lambda: name(False)), options.tries)
        compare("return code: nothing answered yet, and a code of nobody", desk.public, (lambda: code(True), lambda: code(False)), options.codes)
        compare("one against itself: what chance gives here", console, (lambda: name(False), lambda: name(False)), options.tries)
        desk.stop()


if __name__ == "__main__":
    main()
