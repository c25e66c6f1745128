#!/usr/bin/env python3
"""kill -9 before one call after the other that changes or syncs a file: while a desk is founded, while somebody is invited, and while one
report of each kind is taken. Whatever is left half done, the same thing done again works: nobody is locked out, nothing is lost, nothing is there twice.

strace delivers the signal as the Nth call begins (counted for each thread), so the steps are those of every run.
Seen red: as `hotline init` was when it took an empty database file for a finished one, and as `hotline desk create` was when it wrote
the desk, its member, the grants and the epoch in four commits; and as invitations were when their line of activity was a commit of its own.
"""
import http.client
import json
import os
import shutil
import signal
import subprocess

import desk as desks
from ledger import Ledger
from senders import makers_for

KINDS = ("sealed+file", "form+file", "sms")


def killed_before(call, number):
    return ["strace", "-D", "-f", "-I2", "-qq", "-o", os.devnull, "-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={number}"]


def steps_of(attempt, calls):
    """Runs `attempt(call, number)` for each call and number until the program lives through it. Gives how often it was killed."""
    kills = 0
    for call, first, stride in calls:
        number = first
        while attempt(call, number):
            kills += 1
            number += stride
    return kills


def initialise(call, number):
    with desks.Desk(found=False) as desk:
        done = desk.run("init", before=killed_before(call, number), status=None)
        if done.returncode == 0:
            return False
        if done.returncode != -signal.SIGKILL:
            desks.fail(f"hotline init, to be killed before {call} {number}, ended with {done.returncode}: {done.stderr}")
        again = desk.run("init", status=None)
        if again.returncode != 0 and "is there already" not in again.stderr:
            desks.fail(f"hotline init after one killed before {call} {number}: {again.stderr}")
        done = desk.run(*desk.create_desk_words(), status=None)
        if done.returncode != 0:
            desks.fail(f"killed before {call} {number}, then hotline init: {again.stderr or 'done'}; then desk create: {done.stderr}")
        desk.check()
    return True


def found(call, number):
    """The desk is founded by the same words again, or was founded: then it takes a report that its member opens."""
    with desks.Desk(found=False) as desk:
        desk.run("init")
        done = desk.run(*desk.create_desk_words(), before=killed_before(call, number), status=None)
        if done.returncode == 0:
            return False
        if done.returncode != -signal.SIGKILL:
            desks.fail(f"hotline desk create, to be killed before {call} {number}, ended with {done.returncode}: {done.stderr}")
        again = desk.run(*desk.create_desk_words(), status=None)
        if again.returncode != 0 and "already" not in again.stderr:
            desks.fail(f"hotline desk create after one killed before {call} {number}: {again.stderr}")
        try:
            take_one(desk)
        except SystemExit as failure:
            desks.fail(f"desk create killed before {call} {number}, then again: {again.stderr or 'done'}; then: {failure}")
    return True


def take_one(desk):
    desk.start()
    ledger = Ledger(desk)
    ledger.add([makers_for(desk).sms()])
    ledger.send_open_ones_again()
    ledger.compare(exact=True)
    desk.stop()
    desk.check()


class Inviting:
    """Somebody is invited again and again: each invitation has its line of activity, and each line its invitation."""

    def __init__(self, desk):
        self.desk = desk
        self.count = 0

    def words(self, *words):
        return [*words, "--member", "tester", "--passphrase-file", self.desk.passphrase]

    def attempt(self, call, number):
        self.count += 1
        done = self.desk.run(*self.words("member", "invite", f"colleague {self.count}"), before=killed_before(call, number), status=None)
        if done.returncode not in (0, -signal.SIGKILL):
            desks.fail(f"member invite, to be killed before {call} {number}, ended with {done.returncode}: {done.stderr}")
        waiting = self.desk.run(*self.words("member", "invitations", "--json")).stdout.splitlines()
        told = self.desk.run(*self.words("activity", "--json", "--limit", "100000")).stdout.splitlines()
        told = sum(json.loads(line)["act"] == "member-invited" for line in told)
        if len(waiting) != told:
            desks.fail(f"member invite killed before {call} {number}: {len(waiting)} invitations, and {told} lines of activity that tell of one")
        return done.returncode == -signal.SIGKILL


class Serving:
    """One desk that takes one report of each kind again and again, and dies a step later each time."""

    def __init__(self, desk):
        self.desk = desk
        self.ledger = Ledger(desk)
        desk.start()
        self.makers = makers_for(desk)
        desk.stop()

    def attempt(self, call, number):
        self.desk.spawn(killed_before(call, number))
        sent = [self.makers.all[kind]() for kind in KINDS]
        self.ledger.add(sent)
        if self.desk.listens():
            for one in sent:
                try:
                    one.again(self.desk.public)
                except (OSError, http.client.HTTPException):
                    break
            self.desk.server.send_signal(signal.SIGTERM)
        killed = self.desk.server.wait() == -signal.SIGKILL
        self.desk.kill()
        self.ledger.compare_counts(self.desk.check(), exact=False)
        self.desk.start()
        self.ledger.send_open_ones_again()
        self.desk.stop()
        return killed


def main():
    if shutil.which("strace") is None:
        desks.skip("strace is not installed: deploy/dependencies --tests")
    began = desks.now()
    chance = desks.seeded()
    kills = steps_of(initialise, (("openat", 1, 3), ("write", 1, 1), ("fsync", 1, 1), ("fdatasync", 1, 1), ("unlink", 1, 1),
                                  ("pwrite64", 1 + chance.randrange(8), 9)))
    print(f"hotline init killed at {kills} steps: the next one finishes it", flush=True)
    kills = steps_of(found, (("fsync", 1, 1), ("fdatasync", 1, 1), ("unlink", 1, 1), ("pwrite64", 1 + chance.randrange(12), 13)))
    print(f"hotline desk create killed at {kills} steps: the next one finishes it", flush=True)
    with desks.Desk() as desk:
        kills = steps_of(Inviting(desk).attempt, (("fdatasync", 1, 1), ("pwrite64", 1 + chance.randrange(6), 7)))
        desk.check()
        print(f"hotline member invite killed at {kills} steps: each invitation has its line of activity", flush=True)
    with desks.Desk() as desk:
        serving = Serving(desk)
        kills = steps_of(serving.attempt, (("fdatasync", 1, 1), ("ftruncate", 1, 1), ("unlink", 1, 1), ("pwrite64", 1 + chance.randrange(24), 25)))
        ledger = serving.ledger
        ledger.compare_counts(desk.check(), exact=True)
        files = ledger.compare_files(ledger.compare(exact=True), 2)
        print(f"the server killed at {kills} steps: {len(ledger.acknowledged())} reports acknowledged and found, {files} files compared bit for "
              f"bit, {desks.now() - began:.0f} s")


if __name__ == "__main__":
    main()
