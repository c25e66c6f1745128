#!/usr/bin/env python3
"""Writes a database of an earlier schema as SQL: make_schema.py VERSION > schema_VERSION.sql

The tables are those that the migrations up to that version make; the rows are some of everything that a server of that time could hold. Run once
for a version, when it is released, and never again: what it wrote then is what databases out there look like.
"""
import hashlib
import pathlib
import re
import sqlite3
import struct
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
DESK, EPOCH, MEMBER, CASE = (bytes([n]) * 16 for n in (0xD1, 0xE1, 0xA1, 0xC1))
HOUR = 490_000


def some(name, size):
    """Bytes that are always the same."""
    return hashlib.shake_256(name.encode()).digest(size)


def blake2b(data):
    return hashlib.blake2b(data, digest_size=32).digest()


def report_id(sealed):
    return blake2b(b"hotline/v1/report-id" + sealed)[:16]


def migrations():
    source = (ROOT / "storage/sqlcipher/schema.cpp").read_text()
    return [(int(number), script) for number, script in re.findall(r'Migration\{(\d+), R"sql\((.*?)\)sql"', source, re.S)]


def insert(database, table, **values):
    names = ", ".join(values)
    return database.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(values))})", list(values.values())).lastrowid


def first_rows(database):
    """What version 1 can hold."""
    for purpose in ("sms-dedupe", "unknown-member-salt"):
        insert(database, "server_key", purpose=purpose, key=some(purpose, 32))
    insert(database, "desk", number=1, id=DESK, name="first", desk_key=some("desk key", 32), demo=0)
    insert(database, "epoch", number=1, id=EPOCH, desk=1, recipient=some("recipient", 1216), not_before=0, not_after=4_000_000_000, signature=some("signature", 64))
    for i, priority in enumerate((0, 1, 2, 3, 4), 1):
        sealed = some(f"report {i}", 300)
        insert(database, "report", number=i, id=report_id(sealed), desk=1, epoch=1, channel=1 + i % 3, priority=priority, received_hour=HOUR + i, sealed=sealed)
    insert(database, "blob", handle=1, id=some("file", 16), report=1, position=0, bytes=250, pieces=3)
    for position, size in enumerate((100, 100, 50)):
        insert(database, "piece", blob=1, position=position, bytes=some(f"piece {position}", size))
    insert(database, "idempotency", key=some("idempotency", 32), expiry_hour=HOUR + 24)
    insert(database, "sms_dedupe", key=some("dedupe", 32), expiry_hour=HOUR + 168)
    insert(database, "mailbox", tag=some("tag", 16), expiry_day=HOUR // 24 + 90, sealed=some("answer", 400))
    insert(database, "member", number=1, id=MEMBER, name="maria", desk=1, role=3, salt=some("salt", 16), auth_hash=some("auth", 32), wrapped_secret=some("wrapped", 72),
           recovery_wrapped=some("recovery", 72), recipient=some("member", 1216), sign_key=some("sign", 32), created_day=20_000, voucher=some("voucher", 64))
    insert(database, "access_grant", kind=2, scope=EPOCH, member=1, sealed=some("grant", 100))
    insert(database, "access_grant", kind=3, scope=CASE, member=1, sealed=some("case grant", 100))
    insert(database, "case_file", number=1, id=CASE, desk=1, recipient=some("case", 1216), state=1, urgency=1, created_hour=HOUR)
    insert(database, "case_file", number=2, id=bytes([0xC2]) * 16, desk=1, recipient=some("case 2", 1216), state=2, urgency=3, created_hour=HOUR)
    for i, case in ((1, 1), (2, 1), (3, 2)):
        insert(database, "event", number=i, id=some(f"event {i}", 16), case_file=case, author=MEMBER, recorded_hour=HOUR + i, sealed=some(f"sealed event {i}", 200))


def chained(database, chain, rows):
    """docs/formats.md, "What only grows": (position, leaf, hash) of each row, and the head."""
    before = bytes(32)
    links = []
    for row in rows:
        leaf = hashlib.sha256(b"\0" + row).digest()
        before = blake2b(f"hotline/v1/{chain}".encode() + before + leaf)
        links.append((leaf, before))
    database.execute("UPDATE chain_head SET count = ?, hash = ? WHERE chain = ?", (len(links), before, chain))
    return links


def chain_rows(database):
    """What version 6 chains: the migration itself does it for events that were there before."""
    events = database.execute("SELECT e.number, e.id, c.id, e.author, e.recorded_hour, e.sealed FROM event e JOIN case_file c ON c.number = e.case_file ORDER BY e.number").fetchall()
    rows = [struct.pack(">q", number) + event + case + author + struct.pack(">q", hour) + blake2b(sealed) for number, event, case, author, hour, sealed in events]
    for position, (leaf, link) in enumerate(chained(database, "event", rows), 1):
        insert(database, "event_link", position=position, event=events[position - 1][0], leaf=leaf, hash=link)
    database.execute("UPDATE case_file SET last_event = (SELECT max(number) FROM event WHERE case_file = case_file.number)")
    database.execute("UPDATE case_file SET closed_hour = ? WHERE state = 2", (HOUR + 3,))
    database.execute("UPDATE report SET due_hour = received_hour + CASE priority WHEN 0 THEN 0 WHEN 1 THEN 1 WHEN 2 THEN 8 WHEN 3 THEN 24 ELSE 72 END")
    # The member signed in and opened the first report.
    report, view = database.execute("SELECT id FROM report WHERE number = 1").fetchone()[0], some("sealed view", 150)
    lines = [(DESK, MEMBER, HOUR + 1, 1, 0, bytes(16), bytes(32)), (DESK, MEMBER, HOUR + 2, 16, 2, report, blake2b(view))]
    packed = [struct.pack(">q", number) + desk + member + struct.pack(">qBB", hour, act, kind) + subject + detail
              for number, (desk, member, hour, act, kind, subject, detail) in enumerate(lines, 1)]
    for number, (leaf, link) in enumerate(chained(database, "activity", packed), 1):
        desk, member, hour, act, kind, subject, detail = lines[number - 1]
        insert(database, "activity", number=number, desk=desk, member=member, hour=hour, act=act, subject_kind=kind, subject=subject, detail=detail, hash=link)
    insert(database, "report_view", number=1, id=some("view", 16), report=1, author=MEMBER, recorded_hour=HOUR + 2, activity=2, sealed=view)
    database.execute("UPDATE report SET state = 2 WHERE number = 1")
    database.execute("UPDATE report SET state = 3 WHERE number IN (2, 3)")
    insert(database, "case_summary", case_file=1, id=some("summary", 16), author=MEMBER, recorded_hour=HOUR + 2, sealed=some("sealed summary", 150))


def later_rows(database, version):
    named = {"id": some("invitation", 16), "invited_by": MEMBER, "made_hour": HOUR} if version >= 9 else {}
    insert(database, "invitation", code_hash=some("code", 32), desk=1, name="ana", role=1, expiry_hour=HOUR + 72, **named)
    if version >= 2:
        insert(database, "blob", handle=2, id=some("resumable", 16), begun_hour=HOUR, bytes=60, length=90)
        insert(database, "piece", blob=2, position=0, bytes=some("resumed", 60))
        database.execute("UPDATE resumable_total SET uploads = 1, bytes = 60")
    if version >= 3:
        insert(database, "outgoing_text", number=1, id=some("text", 16), case_file=1, author=MEMBER, gateway="main", queued_hour=HOUR, state=1, reason=0, code="",
               state_hour=HOUR, tried=0, sealed=some("sealed text", 120))
        insert(database, "outgoing_text", number=2, id=some("sent text", 16), case_file=1, author=MEMBER, gateway="main", queued_hour=HOUR, state=2, reason=0, code="",
               state_hour=HOUR, tried=1)
        insert(database, "delivery_key", key=some("delivery", 32), text=2, delivered=0, expiry_hour=HOUR + 168)
    if version >= 4:
        insert(database, "media_waiting", report=5, queued_hour=HOUR, sealed=some("picture", 80))
    if version >= 5:
        insert(database, "second_factor", id=some("factor", 16), member=1, kind=1, name="phone", created_day=20_000, key=some("totp", 20), credential=b"", algorithm=0, counter=5)
        insert(database, "founding", code_hash=some("founding", 32), expiry_hour=HOUR + 72)
    if version >= 6:
        chain_rows(database)
    if version >= 7:
        insert(database, "call_watch", desk=1, seen=5, danger_minute=0, overdue_hour=0, overdue_calls=0, overdue_minute=0)
        insert(database, "call", desk=1, entry=some("entry", 32), cause=1, since_minute=HOUR * 60, tries=1, next_minute=HOUR * 60 + 5, quiet_minute=0, quiet_danger_minute=0)
    if version >= 8:
        database.execute("UPDATE case_file SET hold = 2, hold_by = ?, hold_hour = ? WHERE number = 2", (MEMBER, HOUR + 4))
        insert(database, "case_report", report=3, case_file=2)
        database.execute("UPDATE retention_clock SET hour = ?", (HOUR,))
    if version >= 10:
        insert(database, "former_member", id=bytes([0xA2]) * 16, desk=1, name="rosa", role=1, recipient=some("former recipient", 1216), sign_key=some("former key", 32),
               voucher=some("former voucher", 64))


def main():
    version = int(sys.argv[1])
    database = sqlite3.connect(":memory:")
    for number, script in migrations():
        if number <= version:
            database.executescript(script)
    first_rows(database)
    later_rows(database, version)
    database.commit()
    print(f"-- A database of schema {version}, by make_schema.py. Never changed: it is what was out there.")
    print("\n".join(database.iterdump()))
    for pragma in ("application_id", "user_version"):
        print(f"PRAGMA {pragma} = {database.execute(f'PRAGMA {pragma}').fetchone()[0]};")


if __name__ == "__main__":
    main()
