#!/usr/bin/env python3
"""A disk that is really full: the database on a small tmpfs, filled by a ballast file under load, emptied again; a start on the full disk.

Needs no rights: it runs in a user and mount namespace of its own, and skips where the system does not allow that.
Seen red with the same change as failing_disk.py.
"""
import os
import subprocess
import sys
import tempfile

import desk as desks
from failing_disk import RECOVERED_ENOUGH, REFUSED_ENOUGH, healthy
from ledger import Ledger
from senders import Load, makers_for

DISK_BYTES = 6 * 1024 * 1024
INSIDE = "--inside"


def fill(folder):
    """Takes what space there is, to the last byte."""
    path = os.path.join(folder, "ballast")
    with open(path, "wb", buffering=0) as ballast:
        try:
            while True:
                if ballast.write(bytes(4096)) < 4096:
                    break
        except OSError:
            pass
    return path


def main(storage):
    began = desks.now()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=700", "none", storage], check=True)
    with desks.Desk(storage=storage) as desk:
        ledger = Ledger(desk)
        desk.start()
        for turn in range(3):
            load = Load(desk.public, makers_for(desk), kinds=("sealed", "form", "sms"))
            load.wait_until(lambda: load.acknowledged_between(0, desks.now()) >= RECOVERED_ENOUGH, "reports taken on a disk with space")
            ballast = fill(storage)
            load.wait_until(lambda: load.refused >= REFUSED_ENOUGH, "refusals on the full disk")
            # The log starts over now and then, and then a small write fits for a moment: /healthz is right to say so.
            load.wait_until(lambda: not healthy(desk), "/healthz to say that the disk is full")
            if turn == 1:
                # Killed on the full disk: nothing is lost, and a start says what is wrong or serves what it can.
                desk.kill()
                ledger.add(load.join())
                ledger.compare_counts(desk.check(), exact=False)
                done = subprocess.run(["timeout", "3", *desk.command("serve")], capture_output=True, text=True)
                if done.returncode == 1 and ("full" not in done.stderr or done.stderr.count("\n") != 1):
                    desks.fail(f"a start on a full disk says: {done.stderr}")
                os.unlink(ballast)
                desk.start()
                ledger.send_open_ones_again()
            else:
                os.unlink(ballast)
                well_again = desks.now()
                load.wait_until(lambda: healthy(desk), "recovery without a restart once there is space")
                load.wait_until(lambda: load.acknowledged_between(well_again, desks.now()) >= 10, "reports taken once there is space")
                ledger.add(load.join())
                ledger.send_open_ones_again()
            ledger.compare_counts(desk.check(), exact=True)
            ledger.compare(exact=True)
        desk.stop()
        ledger.compare_counts(desk.check(), exact=True)
        print(f"a full disk 3 times, {len(ledger.acknowledged())} reports acknowledged and found, {desks.now() - began:.0f} s")


def in_a_namespace_of_its_own(storage):
    apart = ["unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run([*apart, "true"], capture_output=True).returncode != 0:
        desks.skip("this system does not let a user have a mount namespace (kernel.unprivileged_userns_clone)")
    return subprocess.run([*apart, sys.executable, "-B", os.path.abspath(__file__), INSIDE, storage]).returncode


if __name__ == "__main__":
    if INSIDE in sys.argv:
        main(sys.argv[-1])
    else:
        with tempfile.TemporaryDirectory(prefix="hotline-disk-") as place:
            sys.exit(in_a_namespace_of_its_own(place))
