"""What reporters and gateways send, so that it can be sent again, byte for byte, and found again afterwards."""
import base64
import hashlib
import hmac
import http.client
import itertools
import json
import os
import threading

import desk as desks

ACKNOWLEDGED, REFUSED, UNKNOWN = "acknowledged", "refused", "unknown"
PATIENCE_S = 120      # for machines that are busy with something else; nothing is measured by it
RUN = os.urandom(4).hex()
NUMBERS = itertools.count(1)     # of all makers together: no word and no telephone number comes twice


class Unexpected(Exception):
    """An answer that nobody should get."""


class Sent:
    """One request, and what became of it. It carries a word (or, sealed elsewhere, an id) by which its report is found again."""

    def __init__(self, kind, path, headers, body, word=None, report_id=None, files=()):
        self.kind, self.path, self.headers, self.body = kind, path, headers, body
        self.word, self.report_id = word, report_id
        self.files = files          # (name, SHA-256) of each
        self.outcome = UNKNOWN

    def send(self, connection):
        """Sends it; the outcome stays UNKNOWN when the connection breaks, which is raised."""
        connection.request("POST", self.path, self.body, self.headers)
        answer = connection.getresponse()
        page = answer.read()
        if self.acknowledges(answer.status, page):
            self.outcome = ACKNOWLEDGED
        elif answer.status == 503:
            if answer.getheader("Retry-After") is None:
                raise Unexpected(f"{self.kind}: a 503 without Retry-After")
            self.outcome = REFUSED
        else:
            raise Unexpected(f"{self.kind}: {answer.status} {page[:300]!r}")

    def acknowledges(self, status, page):
        if self.kind.startswith("sealed"):
            return status == 201 and json.loads(page) == {"received": True}
        if self.kind.startswith("form"):
            return status == 200 and b'<output id="code"' in page
        return status == 200 and page == b"<Response/>"

    def again(self, address):
        connection = http.client.HTTPConnection(*address, timeout=60)
        try:
            self.send(connection)
        finally:
            connection.close()


def multipart(parts):
    """(name, filename or None, content) of each part → (content type, body)."""
    boundary = "crash" + os.urandom(8).hex()
    body = b""
    for name, filename, content in parts:
        named = f'; filename="{filename}"' if filename else ""
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + content + b"\r\n"
    return f"multipart/form-data; boundary={boundary}", body + f"--{boundary}--\r\n".encode()


def report_id(sealed):
    """docs/formats.md, section 1."""
    return hashlib.blake2b(b"hotline/v1/report-id" + sealed, digest_size=32).hexdigest()[:32]


class Makers:
    """Makes requests of every kind. Threads may share it."""

    def __init__(self, desk, desk_json):
        self.desk = desk
        self.desk_id = desk_json["id"]
        self.recipient = desk_json["epoch"]["recipient"]
        self.sealed_pool = [self.seal_report(f"pool {i}", []) for i in range(8)]
        self.file_pool = []
        for size in (100, 70_000, 600_000):
            plain = os.urandom(size)
            self.file_pool.append((plain, desk.seal(plain, self.recipient)))
        self.file_turns = itertools.count()
        self.all = {"sealed": self.sealed, "sealed+file": self.sealed_with_files, "form": self.form, "form+file": self.form_with_file,
                    "sms": self.sms}

    def word(self):
        return f"w{RUN}x{next(NUMBERS)}"

    def seal_report(self, story, attachments):
        document = {"v": 1, "type": "report", "desk": self.desk_id, "channel": "api", "language": "en", "answers": {"q_story": story},
                    "consents": [], "attachments": attachments}
        plain = json.dumps(document).encode()
        return self.desk.seal(plain.ljust(max(1024, 1 << (len(plain) - 1).bit_length())), self.recipient)

    def sealed(self):
        """Sealed elsewhere. Sealing each would be this program's load, not the server's: another tag makes another report, which no key
        opens, but whose id proves every byte of it."""
        sealed = self.sealed_pool[next(NUMBERS) % len(self.sealed_pool)][:-16] + os.urandom(16)
        type_, body = multipart([("report", "report.age", sealed), ("priority", None, b"2")])
        return Sent("sealed", "/api/v1/reports", {"Content-Type": type_, "Idempotency-Key": os.urandom(12).hex()}, body,
                    report_id=report_id(sealed))

    def sealed_with_files(self):
        """As a browser would: truly sealed, with one or two files."""
        word = self.word()
        attachments, parts, files = [], [], []
        for _ in range(1 + next(self.file_turns) % 2):
            plain, sealed = self.file_pool[next(self.file_turns) % len(self.file_pool)]
            blob, digest = os.urandom(16).hex(), hashlib.sha256(plain).hexdigest()
            attachments.append({"id": blob, "name": "photo.jpg", "media_type": "image/jpeg", "bytes": len(plain), "sha256": digest})
            parts.append(("file", blob, sealed))
            files.append((f"{blob}.jpg", digest))
        sealed = self.seal_report(word, attachments)
        type_, body = multipart([("report", "report.age", sealed), *parts])
        return Sent("sealed+file", "/api/v1/reports", {"Content-Type": type_}, body, word=word, report_id=report_id(sealed), files=files)

    def fields(self, word):
        token = base64.urlsafe_b64encode(os.urandom(32)).rstrip(b"=").decode()
        return [("t", token), ("q_safe_now", "yes"), ("q_story", f"They keep my papers. {word}")]

    def form(self):
        word = self.word()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return Sent("form", "/en/tell", headers, desks.form_encoded(self.fields(word)), word=word)

    def form_with_file(self):
        word = self.word()
        content = os.urandom(1000 + 150_000 * (next(self.file_turns) % 4))
        type_, body = multipart([*((name, None, value.encode()) for name, value in self.fields(word)), ("file", "photo.jpg", content)])
        return Sent("form+file", "/es/tell", {"Content-Type": type_}, body, word=word, files=[(None, hashlib.sha256(content).hexdigest())])

    def sms(self):
        word = self.word()
        # A number of its own for each, so that each becomes a case of its own.
        fields = {"From": f"+5016{next(NUMBERS):07d}", "To": "+15005550006", "Body": f"help me {word}", "MessageSid": "SM" + os.urandom(16).hex(),
                  "NumMedia": "0", "AccountSid": "AC" + "0" * 32}
        signed = desks.sms_url() + "".join(name + fields[name] for name in sorted(fields))
        signature = base64.b64encode(hmac.new(desks.TOKEN.encode(), signed.encode(), "sha1").digest()).decode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
        return Sent("sms", "/sms/crash", headers, desks.form_encoded(fields), word=word)


MIX = ("sealed", "sealed", "sealed+file", "form", "form", "form+file", "sms", "sms")


class Load:
    """Clients that send one request after the other, each on a connection of its own, until told to end or cut off.
    What is refused is sent again until it is taken."""

    def __init__(self, address, makers, kinds=MIX):
        self.address = address
        self.makers = makers
        self.sent = []
        self.wrong = []
        self.refused = 0
        self.first_refusal = None
        self.acknowledged_at = []     # (when it was begun, when it was acknowledged) of each
        self.ending = threading.Event()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.client, args=(kind,), daemon=True) for kind in kinds]
        for thread in self.threads:
            thread.start()

    def client(self, kind):
        connection = http.client.HTTPConnection(*self.address, timeout=60)
        sent = None
        while not self.ending.is_set():
            if sent is None or sent.outcome == ACKNOWLEDGED:
                sent = self.makers.all[kind]()
                with self.lock:
                    self.sent.append(sent)
            begun = desks.now()
            try:
                sent.send(connection)
            except (OSError, http.client.HTTPException):
                connection.close()
                return
            except Exception as error:  # pylint: disable=broad-except
                self.wrong.append(f"{kind}: {error}")
                return
            self.note(sent, begun)
        connection.close()

    def note(self, sent, begun):
        with self.lock:
            if sent.outcome == ACKNOWLEDGED:
                self.acknowledged_at.append((begun, desks.now()))
            elif sent.outcome == REFUSED:
                self.refused += 1
                self.first_refusal = self.first_refusal or desks.now()

    def acknowledged_between(self, begin, end):
        """How many were begun and acknowledged between these two moments."""
        with self.lock:
            return sum(1 for begun, ended in self.acknowledged_at if begun > begin and ended < end)

    def wait_until(self, condition, what):
        """Lets the load go on until `condition()` holds."""
        limit = desks.now() + PATIENCE_S
        while not condition():
            if self.wrong:
                desks.fail(self.wrong[0])
            if desks.now() > limit:
                desks.fail(f"not seen within {PATIENCE_S} s: {what}")
            self.ending.wait(0.005)

    def join(self):
        """Ends it; an answer that nobody should get fails the test."""
        self.ending.set()
        for thread in self.threads:
            thread.join(PATIENCE_S)
            if thread.is_alive():
                desks.fail(f"a request got no answer within {PATIENCE_S} s")
        if self.wrong:
            desks.fail(self.wrong[0])
        return self.sent


def get(address, path):
    """(status, headers, body) of a GET on a connection of its own."""
    connection = http.client.HTTPConnection(*address, timeout=60)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def makers_for(desk):
    status, _, body = get(desk.public, "/api/v1/desk")
    if status != 200:
        desks.fail(f"GET /api/v1/desk answers {status}")
    return Makers(desk, json.loads(body))
