#!/usr/bin/env python3
"""The power fails, again and again, under load, on a disk that keeps only what was synced: of what was written since, it keeps some
sectors and loses others, in any order, as disks do. Every acknowledged report is there afterwards, and the database is sound.

kill -9 proves less: there the kernel still has what was written. Here write_log.cpp notes what the server writes and syncs, and from the
notes the disk is made as it may have looked, several times for each failure, since chance decides what is kept.

Seen red: with `PRAGMA synchronous=OFF`, and with NORMAL, for the writer, at the first failures.
"""
import collections
import os
import shutil
import struct

import desk as desks
from ledger import Ledger
from senders import Load, makers_for

FAILURES = int(os.environ.get("CRASH_FAILURES", "8"))
DISKS_EACH = 3       # ways in which the disk may have looked, for each failure
SECTOR = 512
RECORD = struct.Struct("<cHQQ")


def records(path):
    """(what, path, number, data) of each note; the last may have been cut off."""
    with open(path, "rb") as file:
        notes = file.read()
    at = 0
    while at + RECORD.size <= len(notes):
        what, path_bytes, number, data_bytes = RECORD.unpack_from(notes, at)
        at += RECORD.size
        if at + path_bytes + data_bytes > len(notes):
            return
        yield what.decode(), notes[at:at + path_bytes].decode(), number, notes[at + path_bytes:at + path_bytes + data_bytes]
        at += path_bytes + data_bytes


class Disk:
    """The files of a folder: what is safe of each, and what was done to it since."""

    def __init__(self, folder):
        self.folder = os.path.realpath(folder)
        self.safe = {}
        self.since = collections.defaultdict(list)    # path → what was done and is not synced
        self.named = set()                            # whose names the directory holds for sure
        self.gone = set()                             # removed, but the directory was not synced since
        self.begun = {}                               # (thread, path) → how much had been done when its sync began
        self.counts = collections.Counter()
        for name in os.listdir(folder):
            path = os.path.join(self.folder, name)
            with open(path, "rb") as file:
                self.safe[path] = file.read()
            self.named.add(path)

    def replay(self, log):
        for what, path, number, data in records(log):
            self.counts[what] += 1
            if what in "wt":
                self.gone.discard(path)
                self.since[path].append((what, number, data))
            elif what == "u":
                self.since.pop(path, None)
                self.safe.pop(path, None)
                self.gone.add(path)
            elif path == self.folder:
                if what == "s":
                    continue
                self.named.update(self.since)
                self.named.update(self.safe)
                self.named -= self.gone
                self.gone.clear()
            elif what == "s":
                self.begun[number, path] = len(self.since[path])
            else:
                done = self.begun.pop((number, path), 0)
                content = bytearray(self.safe.get(path, b""))
                for one in self.since[path][:done]:
                    apply(content, *one)
                self.safe[path] = bytes(content)
                del self.since[path][:done]
                # Syncs that are under way on the same file began with more to do.
                for key in [key for key in self.begun if key[1] == path]:
                    self.begun[key] = max(0, self.begun[key] - done)

    def after_the_failure(self, chance):
        """path → content, as the disk may look now. What SQLite shares between processes in memory is no file of the disk."""
        found = {}
        for path in set(self.safe) | set(self.since):
            if path.endswith("-shm") or (path not in self.named and chance.random() < 0.5):
                continue
            content = bytearray(self.safe.get(path, b""))
            kept = chance.choice((0.0, 0.5, 0.9, 1.0))
            for what, number, data in self.since[path]:
                if what == "t":
                    if chance.random() < kept:
                        apply(content, what, number, data)
                    continue
                for begin in range(0, len(data), SECTOR):
                    if chance.random() < kept:
                        apply(content, what, number + begin, data[begin:begin + SECTOR])
            found[path] = content
        return found


def apply(content, what, number, data):
    if what == "t":
        del content[number:]
        content.extend(bytes(number - len(content)))
        return
    if len(content) < number:
        content.extend(bytes(number - len(content)))
    content[number:number + len(data)] = data


def write_disk(folder, files):
    shutil.rmtree(folder)
    os.mkdir(folder, 0o700)
    for path, content in files.items():
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(content)


def main():
    library = os.environ.get("HOTLINE_WRITE_LOG_LIBRARY") or desks.sys.exit("run through ctest, or name the library in HOTLINE_WRITE_LOG_LIBRARY")
    chance = desks.seeded()
    began = desks.now()
    disks = lost = 0
    with desks.Desk(found=False) as place:
        storage = os.path.join(place.folder, "disk")
        log = os.path.join(place.folder, "log")
        os.mkdir(storage, 0o700)
        with desks.Desk(storage=storage) as desk:
            ledger = Ledger(desk)
            makers = None
            for _ in range(FAILURES):
                disk = Disk(storage)
                desk.start(["env", f"LD_PRELOAD={library}", f"HOTLINE_WRITE_LOG={log}", f"HOTLINE_WRITE_LOG_FOLDER={storage}"])
                makers = makers or makers_for(desk)
                load = Load(desk.public, makers)
                load.ending.wait(chance.uniform(0.1, 0.6))
                desk.kill()
                ledger.add(load.join())
                disk.replay(log)
                os.unlink(log)
                if disk.counts["w"] == 0 or disk.counts["S"] == 0:
                    desks.fail(f"the writes of the server were not seen: {dict(disk.counts)}")
                lost += sum(len(done) for done in disk.since.values())
                for _ in range(DISKS_EACH):
                    write_disk(storage, disk.after_the_failure(chance))
                    ledger.compare_counts(desk.check(), exact=False)
                    disks += 1
                desk.start()
                ledger.send_open_ones_again()
                ledger.compare(exact=True)
                desk.stop()
            files = ledger.compare_files(ledger.compare(exact=True), 3)
            print(f"{FAILURES} failures, {disks} disks, {lost} writes that were not synced, {len(ledger.acknowledged())} reports acknowledged and "
                  f"found, {files} files compared bit for bit, {desks.now() - began:.0f} s")


if __name__ == "__main__":
    main()
