#!/usr/bin/env python3
"""kill -9 at random moments, 50 times, under load: every acknowledged report is there afterwards, once, and whatever was cut off can be
sent again. Some of the kills come while the server starts, some while it ends.

Seen red: with Writer::run_thread completing the jobs before run_batch, acknowledged reports are missing after the first kills.
"""
import os
import signal

import desk as desks
from ledger import Ledger
from senders import Load, makers_for

KILLS = int(os.environ.get("CRASH_KILLS", "50"))
LIFE = float(os.environ.get("CRASH_LIFE", "1"))      # how many times longer the server lives under load each time: CRASH_KILLS=55 CRASH_LIFE=40 for very many reports
LOOK_EVERY = 10 if LIFE <= 2 else KILLS // 2         # all reports are opened after so many kills, and at the end


def under_load(desk, makers, ledger, chance):
    load = Load(desk.public, makers)
    load.ending.wait(chance.uniform(0.02, 0.45 * LIFE))
    desk.kill()
    ledger.add(load.join())


def while_ending(desk, makers, ledger, chance):
    load = Load(desk.public, makers)
    load.ending.wait(chance.uniform(0.1, 0.3))
    os.kill(desk.server.pid, signal.SIGTERM)
    load.ending.wait(chance.uniform(0, 0.06))
    desk.kill()
    ledger.add(load.join())


def while_starting(desk, makers, ledger, chance):
    """After a crash under load, so that there is a log to be read."""
    under_load(desk, makers, ledger, chance)
    desk.spawn()
    try:
        desk.server.wait(timeout=chance.uniform(0, 0.05))
    except desks.subprocess.TimeoutExpired:
        pass
    desk.kill()


def main():
    chance = desks.seeded()
    began = desks.now()
    with desks.Desk() as desk:
        desk.start()
        makers = makers_for(desk)
        ledger = Ledger(desk)
        again = 0
        kinds = [while_starting] * (KILLS // 6) + [while_ending] * (KILLS // 8)
        kinds += [under_load] * (KILLS - len(kinds))
        chance.shuffle(kinds)
        for number, crash in enumerate(kinds, 1):
            crash(desk, makers, ledger, chance)
            ledger.compare_counts(desk.check(), exact=False)
            desk.start()
            again += ledger.send_open_ones_again()
            if number % LOOK_EVERY == 0:
                ledger.compare(exact=True)
        desk.stop()
        ledger.compare_counts(desk.check(), exact=True)
        files = ledger.compare_files(ledger.compare(exact=True), 6)
        kinds = {}
        for one in ledger.acknowledged():
            kinds[one.kind] = kinds.get(one.kind, 0) + 1
        print(f"{KILLS} kills, {len(ledger.acknowledged())} reports acknowledged and found {kinds}, {again} of them cut off and sent again, "
              f"{files} files compared bit for bit, {desks.now() - began:.0f} s")


if __name__ == "__main__":
    main()
