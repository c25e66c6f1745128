#!/usr/bin/env python3
"""A server that gets no more memory, under load: everybody gets an answer or is cut off, nothing is acknowledged that is not stored, and with
memory again the same server goes on.

Its address space is held to what it has just now, so that every allocation that needs more fails, wherever it is made.
"""
import http.client
import resource

import desk as desks
from failing_disk import RECOVERED_ENOUGH, healthy
from ledger import Ledger
from senders import ACKNOWLEDGED, MIX, Load, Unexpected, makers_for

SHORT_REQUESTS = 400


def address_space(pid):
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def limit(pid, size):
    resource.prlimit(pid, resource.RLIMIT_AS, (size, resource.RLIM_INFINITY))


def send_in_need(desk, makers):
    """One after the other, each on a connection of its own: what came of them."""
    sent = []
    cut = 0
    for turn in range(SHORT_REQUESTS):
        one = makers.all[MIX[turn % len(MIX)]]()
        sent.append(one)
        try:
            one.again(desk.public)
        except (OSError, http.client.HTTPException):
            cut += 1
        except Unexpected as error:
            desks.fail(f"short of memory, {error}")
        if desk.server.poll() is not None:
            desks.fail(f"short of memory the server ended with {desk.server.returncode}: {desk.last_errors()}")
    return sent, cut


def main():
    began = desks.now()
    with desks.Desk() as desk:
        ledger = Ledger(desk)
        desk.start()
        makers = makers_for(desk)
        for spare in (0, 1 << 20, 8 << 20):
            limit(desk.server.pid, address_space(desk.server.pid) + spare)
            sent, cut = send_in_need(desk, makers)
            refused = sum(1 for one in sent if one.outcome != ACKNOWLEDGED)
            limit(desk.server.pid, resource.RLIM_INFINITY)
            well_again = desks.now()
            load = Load(desk.public, makers)
            load.wait_until(lambda: healthy(desk), "recovery without a restart once there is memory")
            load.wait_until(lambda: load.acknowledged_between(well_again, desks.now()) >= RECOVERED_ENOUGH, "reports taken once there is memory")
            ledger.add(sent)
            ledger.add(load.join())
            ledger.send_open_ones_again()
            print(f"{spare >> 20} MiB to spare: {refused} of {len(sent)} not taken, {cut} of them cut off; recovered without a restart", flush=True)
        ledger.compare(exact=True)
        desk.stop()
        ledger.compare_counts(desk.check(), exact=True)
        print(f"{len(ledger.acknowledged())} reports acknowledged and found, {desks.now() - began:.0f} s")


if __name__ == "__main__":
    main()
