#!/usr/bin/env python3
"""Writes that find the disk full, writes and syncs that fail, under load: everybody gets 503 with Retry-After, /healthz says so too,
nothing is acknowledged meanwhile, and once the disk is well again the same server goes on without a restart.

The server is started under strace, which makes the calls fail from the Nth on (counted for each thread) and lets go of it when told to.

Seen red: with Writer::run_batch taking a failed COMMIT for done, reports are acknowledged while nothing can be written.
"""
import os
import shutil
import signal

import desk as desks
from ledger import Ledger
from senders import Load, get, makers_for

# The writer's thread alone writes while the server runs; starting takes less than this many calls of its own thread.
FAULTS = (
    ("the disk is full", "pwrite64", "ENOSPC", 40, 400),
    ("writes fail", "pwrite64", "EIO", 40, 400),
    ("syncs fail", "fsync,fdatasync", "EIO", 6, 40),
    ("the disk is full when synced", "fsync,fdatasync", "ENOSPC", 6, 40),
    ("writes and syncs fail", "pwrite64,fsync,fdatasync,ftruncate", "EIO", 40, 200),
)
REFUSED_ENOUGH = 40
RECOVERED_ENOUGH = 40


def tracer_of(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("TracerPid"))


def healthy(desk):
    status, headers, body = get(desk.public, "/healthz")
    if (status, body) == (200, b"ok"):
        return True
    if status != 503 or headers["Retry-After"] is None:
        desks.fail(f"/healthz answers {status} {body!r}, Retry-After {headers['Retry-After']}")
    return False


def survive(desk, ledger, what, calls, error, first):
    strace = ["strace", "-D", "-f", "-I2", "-qq", "-o", os.devnull, "-e", f"trace={calls}", "-e", f"inject={calls}:error={error}:when={first}+"]
    desk.start(strace)
    tracer = tracer_of(desk.server.pid)
    load = Load(desk.public, makers_for(desk))
    load.wait_until(lambda: load.refused >= REFUSED_ENOUGH, f"refusals while {what}")
    load.wait_until(lambda: not healthy(desk), f"/healthz to say that {what}")
    well_again = desks.now()     # before the signal: what is taken right after it is not the fault's
    os.kill(tracer, signal.SIGTERM)
    load.wait_until(lambda: tracer_of(desk.server.pid) == 0, "strace letting go")
    load.wait_until(lambda: healthy(desk), f"recovery without a restart after {what}")
    load.wait_until(lambda: load.acknowledged_between(well_again, desks.now()) >= RECOVERED_ENOUGH, f"reports taken after {what}")
    sent = load.join()
    taken = load.acknowledged_between(load.first_refusal, well_again)
    if taken:
        desks.fail(f"{taken} reports were acknowledged while {what}")
    ledger.add(sent)
    return load.refused


def main():
    if shutil.which("strace") is None:
        desks.skip("strace is not installed: deploy/dependencies --tests")
    chance = desks.seeded()
    began = desks.now()
    with desks.Desk() as desk:
        ledger = Ledger(desk)
        for turn, (what, calls, error, least, most) in enumerate(FAULTS):
            first = chance.randrange(least, most)
            refused = survive(desk, ledger, what, calls, error, first)
            # What was acknowledged must not hang on the server's memory.
            if turn % 2 == 0:
                desk.kill()
            else:
                desk.stop()
            ledger.compare_counts(desk.check(), exact=False)
            desk.start()
            ledger.send_open_ones_again()
            ledger.compare(exact=True)
            desk.stop()
            print(f"{what} ({calls}: {error} from call {first} on): {refused} refusals, recovered without a restart, all acknowledged there", flush=True)
        ledger.compare_counts(desk.check(), exact=True)
        files = ledger.compare_files(ledger.compare(exact=True), 3)
        print(f"{len(FAULTS)} faults, {len(ledger.acknowledged())} reports acknowledged and found, {files} files compared bit for bit, "
              f"{desks.now() - began:.0f} s")


if __name__ == "__main__":
    main()
