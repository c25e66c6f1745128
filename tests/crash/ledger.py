"""Compares what was acknowledged with what is there."""
import hashlib
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor

import desk as desks
from senders import ACKNOWLEDGED

WORD = re.compile(r"\bw[0-9a-f]{8}x\d+\b")


class Ledger:
    def __init__(self, desk):
        self.desk = desk
        self.sent = []

    def add(self, sent):
        self.sent += sent

    def acknowledged(self):
        return [one for one in self.sent if one.outcome == ACKNOWLEDGED]

    def open_ones(self):
        """Refused, or cut off: whoever sent them will send them again."""
        return [one for one in self.sent if one.outcome != ACKNOWLEDGED]

    def send_open_ones_again(self):
        """Nothing that was left half done may stand in the way of the same thing sent again."""
        again = self.open_ones()
        with ThreadPoolExecutor(8) as clients:
            list(clients.map(lambda one: one.again(self.desk.public), again))
        for one in again:
            if one.outcome != ACKNOWLEDGED:
                desks.fail(f"a {one.kind} that was cut off is {one.outcome} when it is sent again: {self.desk.last_errors()}")
        return len(again)

    def compare(self, exact):
        """Every acknowledged report is there once; with `exact`, nothing else is. Sealed ones are found by the hash of every byte."""
        cases = self.desk.cases()
        by_id = {case["id"] for case in cases}
        count = {}
        for case in cases:
            for word in WORD.findall(case["text"]):
                count[word] = count.get(word, 0) + 1
        for one in self.acknowledged():
            if one.report_id is not None and one.report_id not in by_id:
                desks.fail(f"an acknowledged {one.kind} report is not there")
            if one.word is not None and one.word not in count:
                desks.fail(f"an acknowledged {one.kind} report is not there, or does not open")
        twice = [word for word, times in count.items() if times > 1]
        if twice:
            desks.fail(f"{len(twice)} reports are there twice")
        if exact and len(cases) != len(self.acknowledged()):
            desks.fail(f"{len(cases)} reports are there, {len(self.acknowledged())} were acknowledged")
        return cases

    def compare_counts(self, counts, exact):
        """The same by the counts of `hotline check`, files included: quick enough for every crash."""
        acknowledged = self.acknowledged()
        for name, there, sent in (("reports", counts["reports"], len(acknowledged)),
                                  ("files", counts["files"], sum(len(one.files) for one in acknowledged))):
            if there < sent or (exact and there != sent):
                desks.fail(f"{there} {name} are there, {sent} were acknowledged")

    def compare_files(self, cases, how_many):
        """Exports some cases with files and compares every bit of them with what was sent."""
        by_word = {word: case["id"] for case in cases for word in WORD.findall(case["text"])}
        compared = 0
        for one in [one for one in self.acknowledged() if one.files][-how_many:]:
            folder = os.path.join(self.desk.folder, "export")
            self.desk.case("export", by_word[one.word], "--output", folder)
            found = []
            for name in os.listdir(folder):
                if name.endswith(".jpg"):
                    with open(os.path.join(folder, name), "rb") as file:
                        found.append(hashlib.sha256(file.read()).hexdigest())
            if sorted(found) != sorted(digest for _, digest in one.files):
                desks.fail(f"the files of a {one.kind} report are not those that were sent")
            compared += len(found)
            shutil.rmtree(folder)
        return compared
