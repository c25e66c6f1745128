#!/usr/bin/env python3
"""See tests/soak/run. The first half is one life of the server without a break, in which growth would show; in the second half it is
stopped or killed again and again, and backed up meanwhile."""
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tests/soak"), os.path.join(ROOT, "tests/crash")]

import desk as desks        # noqa: E402
import senders              # noqa: E402
from traffic import MIX, Slow, Steady        # noqa: E402

CLIENTS = 16
SLOW = 200
REPORT_BYTES = 26_000        # of disk for each, with its files, indexes and a backup
SAMPLE_S = 2
# What a quarter of the first half may be above the one before it settled: allocators keep some of what they once had.
MEMORY_GROWTH, MEMORY_SLACK_KIB = 1.10, 16 * 1024
DESCRIPTORS_SLACK = 16
SLOWER, SLOWER_SLACK_S = 3.0, 0.05
LIMITS = "header_deadline = 10\nbody_grace = 5\nidle_deadline = 20"


class Book:
    """What was acknowledged, and how long answers took. Threads may share it."""

    def __init__(self):
        self.lock = threading.Lock()
        self.count, self.files, self.ids = 0, 0, []
        self.times, self.wrong, self.codes = [], [], []
        self.cut, self.giving_up = 0, False

    def acknowledged(self, sent):
        with self.lock:
            self.count += 1
            self.files += len(sent.files)
            if sent.report_id is not None:
                self.ids.append(sent.report_id)

    def took(self, seconds):
        with self.lock:
            self.times.append((time.monotonic(), seconds))

    def p99(self, begin, end):
        with self.lock:
            times = sorted(taken for at, taken in self.times if begin <= at < end)
        return times[len(times) * 99 // 100] if times else 0.0

    def requests(self, begin, end):
        with self.lock:
            return sum(1 for at, _ in self.times if begin <= at < end)


def sample(pid):
    """(KiB in memory, open descriptors)"""
    with open(f"/proc/{pid}/status") as status:
        memory = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    return memory, len(os.listdir(f"/proc/{pid}/fd"))


def rest(seconds, book):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if book.wrong:
            desks.fail(book.wrong[0])
        time.sleep(min(0.2, max(0.0, end - time.monotonic())))


def saturation(book):
    """Requests a second when everybody sends as fast as answers come."""
    begun = time.monotonic()
    rest(8, book)
    return book.requests(begun + 2, begun + 8) / 6


def watch(desk, book, seconds):
    """(time, memory, descriptors) again and again."""
    samples = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        samples.append((time.monotonic(), *sample(desk.server.pid)))
        rest(min(SAMPLE_S, max(0.0, end - time.monotonic())), book)
    return samples


def quarters(samples, book):
    """Prints the quarters of the first half and says what grew."""
    begin, end = samples[0][0], samples[-1][0] + 0.001
    step = (end - begin) / 4
    rows = []
    print("| quarter | requests a second | memory MiB, median | descriptors, most | p99 ms |\n|---|---|---|---|---|")
    for i in range(4):
        since, until = begin + i * step, begin + (i + 1) * step
        part = [one for one in samples if since <= one[0] < until]
        rows.append((statistics.median(one[1] for one in part), max(one[2] for one in part), book.p99(since, until)))
        print(f"| {i + 1} | {book.requests(since, until) / step:.0f} | {rows[-1][0] / 1024:.1f} | {rows[-1][1]} | {rows[-1][2] * 1000:.1f} |", flush=True)
    found = []
    # The first quarter is not looked at: caches fill.
    if rows[3][0] > rows[1][0] * MEMORY_GROWTH + MEMORY_SLACK_KIB:
        found.append(f"memory grew from {rows[1][0] / 1024:.0f} to {rows[3][0] / 1024:.0f} MiB")
    if rows[3][1] > rows[1][1] + DESCRIPTORS_SLACK:
        found.append(f"descriptors grew from {rows[1][1]} to {rows[3][1]}")
    if rows[3][2] > rows[1][2] * SLOWER + SLOWER_SLACK_S:
        found.append(f"p99 grew from {rows[1][2] * 1000:.0f} to {rows[3][2] * 1000:.0f} ms")
    return found


def back_up(desk, number):
    """A backup while the server runs; a backup that succeeds has been checked. It goes at once: only the last is needed."""
    name = os.path.join(desk.folder, f"backup-{number}.db")
    begun = time.monotonic()
    desk.run("backup", name)
    size = os.path.getsize(name)
    os.unlink(name)
    return time.monotonic() - begun, size


def breaks(desk, book, seconds):
    """Stops or kills the server in turn, with a backup in each life."""
    lives = max(2, min(60, int(seconds // 30)))
    stops = kills = 0
    backups = []
    end = time.monotonic() + seconds
    for number in range(lives):
        if time.monotonic() > end:
            break
        backups.append(back_up(desk, number))
        rest(max(1.0, (end - time.monotonic()) / (lives - number)) - 0.5, book)
        if number % 2 == 0:
            desk.stop()
            stops += 1
        else:
            desk.kill()
            kills += 1
        desk.start()
    return stops, kills, backups


def nothing_lost(desk, book):
    """What `hotline check` counts is what was acknowledged, and each sealed report is there by its id."""
    counts = desk.check()
    found = [f"{book.count} reports acknowledged, {counts['reports']} there"] if counts["reports"] != book.count else []
    if counts["files"] != book.files:
        found.append(f"{book.files} files acknowledged, {counts['files']} there")
    rows = subprocess.run([os.environ["HOTLINE_DATABASE_ROWS"], desk.database, os.path.join(desk.folder, "hotline.key")], check=True, capture_output=True, text=True)
    there = {row["id"]["hex"] for row in map(json.loads, rows.stdout.splitlines()) if row["table"] == "report"}
    missing = sum(1 for one in book.ids if one not in there)
    return found + ([f"{missing} sealed reports are not there"] if missing else [])


def told_code(desk, sent):
    connection = http.client.HTTPConnection(*desk.public, timeout=60)
    connection.request("POST", sent.path, sent.body, sent.headers)
    page = connection.getresponse().read().decode()
    return page.split('<output id="code"', 1)[1].split(">", 1)[1].split("<", 1)[0]


def main():
    minutes = int(sys.argv[1])
    with desks.Desk(limits=LIMITS) as desk:
        desk.start()
        book = Book()
        makers = senders.makers_for(desk)
        for _ in range(4):
            book.codes.append(told_code(desk, makers.form()))
            book.count += 1
        steady = [Steady(lambda: desk.public, makers, book) for _ in range(CLIENTS)]
        saturated = saturation(book)
        share = sum(1 for kind in MIX if kind not in ("page", "mailbox")) / len(MIX)
        rate = saturated / 2
        if shutil.disk_usage(desk.folder).free < 1e9 + rate * share * minutes * 60 * REPORT_BYTES:
            desks.fail(f"too little room below {os.path.dirname(desk.folder)} for {rate * share:.0f} reports a second: name another folder in TMPDIR")
        for one in steady:
            one.pause = CLIENTS / rate
        slow = Slow(lambda: desk.public, SLOW)
        print(f"{os.cpu_count()} cores; {saturated:.0f} requests a second saturate it; going on at {rate:.0f}, beside {SLOW} slow clients", flush=True)
        found = quarters(watch(desk, book, minutes * 30), book)
        stops, kills, backups = breaks(desk, book, minutes * 30)
        slow.ending.set()
        for one in steady:
            one.ending.set()
        for one in steady:
            one.thread.join(60)
        book.giving_up = True
        if any(one.thread.is_alive() for one in steady):
            found.append("a client got no answer within a minute")
        found += book.wrong
        desk.stop()
        found += nothing_lost(desk, book)
        seconds, size = backups[-1]
        print(f"{stops} stops, {kills} kills -9, {len(backups)} backups, the last of {size / 1e6:.0f} MB in {seconds:.1f} s; {book.cut} requests cut off and sent again; "
              f"{len(book.times)} requests, {book.count} reports and {book.files} files acknowledged")
        if found:
            desks.fail("; ".join(found))
        print("nothing lost, nothing grew")


if __name__ == "__main__":
    main()
