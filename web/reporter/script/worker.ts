// The worker: everything that computes or sends. The page only shows. Nothing is kept but in this worker's memory.
import { base64url, blake, join } from "./bytes";
import { type Answer, readAnswers } from "./answers";
import { type Desk, type Desks, fetchDesks } from "./desks";
import { type Attachment, type Fields, type Head, type Questions, answersOf, baseName, cleanText, followupDocument, followupPriorityOf, priorityOf, reportDocument, safetyOf } from "./document";
import { groupsOf } from "./code";
import { type Mailbox, codeOfToken, openMailbox, wayBack } from "./mailbox";
import type { Ask, Message, Progress, Reply, Started } from "./messages";
import { Failure, expectTaken, postJson, request, titleOf } from "./network";
import { Proofs } from "./proof";
import { padJson, seal } from "./sealing";
import { upload } from "./upload";

const proofWaitMilliseconds = 3000;
const deliveriesMax = 2;

/** What the person has to set right: the id of a text of the page. */
class Objection extends Error {}

/** What is sealed, and how urgent it is. */
interface Composed {
  document: object;
  priority: number;
}

/** Whether WebAssembly is there and allowed. */
function hasWebAssembly(): boolean {
  try {
    return new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)) instanceof WebAssembly.Module;
  } catch {
    return false;
  }
}

class Office {
  private desks!: Desks;
  private questions!: Questions;
  private prepared: { code: string; mailbox: Mailbox } | undefined;
  private opened: Mailbox | undefined;
  private readonly proofs = new Proofs();
  private cancels: AbortController[] = [];
  private stopping = new AbortController();

  async start({ questions, token }: { questions: string; token: string }): Promise<Started> {
    const asked = request(questions, { cache: "default" }, undefined, 3).then(async (response) => expectTaken(response).json());
    const [desks, data] = await Promise.all([fetchDesks(), asked]);
    this.desks = desks;
    this.questions = data as Questions;
    let assisted = !hasWebAssembly();
    if (token !== "" && !assisted) {
      const code = codeOfToken(base64url.decode(token));
      try {
        this.prepared = { code, mailbox: await openMailbox(code, desks.house) };
      } catch {
        assisted = true;
      }
    }
    this.proofs.prepare();
    const { files_max, file_bytes_max, body_bytes_max } = desks;
    return { assisted, files_max, file_bytes_max, body_bytes_max };
  }

  async tell(message: Message, progress: (what: Progress) => void): Promise<string> {
    this.expect(message.files);
    const { desk, never } = this.choose(message.fields);
    const token = base64url.decode(message.token);
    const code = codeOfToken(token);
    const answers = answersOf(message.fields, this.questions);
    if (answers.length === 0 && message.files.length === 0) throw new Objection("problem.nothing");
    const mailbox = this.prepared?.code === code ? this.prepared.mailbox : await this.mailboxByServer(code, progress);
    const head: Head = { desk: desk.id, language: message.language, never };
    await this.deliver(message.files, desk, token, progress, (attachments) => {
      if (answers.length === 0 && attachments.length === 0) throw new Objection("problem.nothing");
      const document = reportDocument(head, answers, attachments, wayBack(mailbox), this.questions);
      return { document, priority: priorityOf(answers, attachments.length, this.questions) };
    });
    return groupsOf(code);
  }

  async open({ code }: { code: string }, progress: (what: Progress) => void): Promise<Answer[]> {
    const mailbox = await openMailbox(code, this.desks.house);
    this.opened = mailbox;
    const headers = await this.proofs.headers();
    const spend = (): Record<string, string> => headers;
    return readAnswers({ ...mailbox, identity: mailbox.identity! }, spend, (wait, seconds) => progress({ wait, seconds }));
  }

  async write(message: Message, progress: (what: Progress) => void): Promise<null> {
    this.expect(message.files);
    const { opened } = this;
    if (!opened) throw new Failure("broken");
    const value = (name: string): string => message.fields.find((field) => field[0] === name)?.[1] ?? "";
    // What is ticked counts with each of the buttons, as in server/intake/mailbox_page.cpp.
    const ticked = value("q_share") !== "";
    const wish = value("delete") === "1" ? "delete" : value("consents") === "1" || ticked ? "consents" : undefined;
    if (wish === "delete" && ticked) throw new Objection("problem.wish_two");
    const text = cleanText(value("message"));
    const answers = answersOf(message.fields, this.questions);
    const says = wish !== undefined || text.trim() !== "" || safetyOf(answers, this.questions).length > 0;
    if (!says && message.files.length === 0) throw new Objection("problem.message_empty");
    const several = this.desks.desks.length > 1;
    if (several && value("desk") === "") throw new Objection("problem.desk_missing");
    const { desk, never } = this.choose(message.fields);
    const head: Head = { desk: desk.id, language: message.language, never };
    await this.deliver(message.files, desk, base64url.decode(message.token), progress, (attachments) => {
      if (!says && attachments.length === 0) throw new Objection("problem.message_empty");
      const document = followupDocument(head, text, wish, answers, attachments, wayBack(opened), this.questions);
      return { document, priority: followupPriorityOf(answers, this.questions) };
    });
    return null;
  }

  /** From here on each of them can be given up, also while something else is waited for. */
  private expect(files: File[]): void {
    this.cancels = files.map(() => new AbortController());
    this.stopping = new AbortController();
  }

  stop(): null {
    this.stopping.abort();
    for (const cancel of this.cancels) cancel.abort();
    return null;
  }

  /** Whether what failed was given up: an abort says so in its own way. */
  stopped(call: Ask["call"]): boolean {
    return (call === "tell" || call === "write") && this.stopping.signal.aborted;
  }

  private expectWanted(): void {
    if (this.stopping.signal.aborted) throw new Failure("stopped");
  }

  cancel({ file }: { file: number }): null {
    this.cancels[file]?.abort();
    return null;
  }

  /** As server/intake/addressees.cpp: the desk chosen, or the first that may know. */
  private choose(fields: Fields): { desk: Desk; never: string[] } {
    const all = this.desks.desks;
    const chosen = fields.find(([name, value]) => name === "desk" && value !== "")?.[1];
    const refused = new Set(fields.filter(([name]) => name === "never").map(([, value]) => value));
    if (all.every((desk) => refused.has(desk.id))) throw new Objection("problem.desk_none");
    if (chosen !== undefined && refused.has(chosen)) throw new Objection("problem.desk_never");
    const desk = all.find((one) => (chosen === undefined ? !refused.has(one.id) : one.id === chosen));
    if (!desk) throw new Objection("problem.option");
    return { desk, never: all.filter((one) => refused.has(one.id)).map((one) => one.name) };
  }

  private async mailboxByServer(code: string, progress: (what: Progress) => void): Promise<Mailbox> {
    const headers = await this.proofs.headers();
    const response = await postJson("/api/v1/return-code", { code }, headers, (wait, seconds) => progress({ wait, seconds }), this.stopping.signal);
    const { key, recipient } = (await expectTaken(response).json()) as { key: string; recipient: string };
    return { key: base64url.decode(key), recipient };
  }

  private async send(files: File[], desk: Desk, progress: (what: Progress) => void): Promise<Attachment[]> {
    const attachments: Attachment[] = [];
    for (const [i, file] of files.entries()) {
      this.expectWanted();
      const { signal } = this.cancels[i]!;
      if (signal.aborted) continue;
      try {
        const { id, sha256 } = await upload(file, desk.epoch.recipient, {
          signal,
          headers: () => this.proofs.headers(),
          onProgress: (sent, all) => progress({ file: i, sent, all }),
          onWait: (wait, seconds) => progress({ wait, seconds }),
        });
        // One that was given up at the last moment is given up.
        if (!signal.aborted) attachments.push({ id, name: baseName(file.name), media_type: cleanText(file.type).slice(0, 255), bytes: file.size, sha256 });
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
    this.expectWanted();
    return attachments;
  }

  /** Files, then what names them. Our computer may put files out before it has that: they are sent anew, once. */
  private async deliver(files: File[], desk: Desk, token: Uint8Array, progress: (what: Progress) => void, compose: (attachments: Attachment[]) => Composed): Promise<void> {
    for (let delivery = 1; delivery <= deliveriesMax; delivery++) {
      const { document, priority } = compose(await this.send(files, desk, progress));
      if (await this.post(desk, document, priority, token, progress)) return;
    }
    throw new Failure("busy");
  }

  /** Seals a document and sends it; a second time with the same token and content it is not stored again. False: its files are gone. */
  private async post(desk: Desk, document: object, priority: number, token: Uint8Array, progress: (what: Progress) => void): Promise<boolean> {
    const padded = padJson(document);
    if (!padded) throw new Failure("large");
    const form = new FormData();
    form.append("report", new Blob([new Uint8Array(await seal(padded, desk.epoch.recipient))]));
    form.append("priority", String(priority));
    form.append("epoch", desk.epoch.id);
    const { attachments, ...rest } = document as { attachments: Attachment[] };
    for (const { id } of attachments) form.append("upload", id);
    // Ids are new each time a file is sent; what the files held is not.
    const content = JSON.stringify([rest, attachments.map(({ name, sha256 }) => [name, sha256])]);
    const key = base64url.encode(blake(join("hotline/v1/sealed", content), token));
    const headers = { "Idempotency-Key": key, ...(await this.proofs.headers(proofWaitMilliseconds)) };
    this.expectWanted();
    const response = await request("/api/v1/reports", { method: "POST", body: form, headers, signal: this.stopping.signal }, (wait, seconds) => progress({ wait, seconds }));
    if (response.status === 422 && (await titleOf(response)) === "No such upload") return false;
    expectTaken(response);
    return true;
  }
}

const office = new Office();
const say = (reply: Reply): void => self.postMessage(reply);

self.onmessage = async ({ data }: MessageEvent<Ask>) => {
  const { number } = data;
  const progress = (what: Progress): void => say({ number, progress: what });
  try {
    let taken: unknown;
    if (data.call === "start") taken = await office.start(data.given);
    else if (data.call === "tell") taken = await office.tell(data.given, progress);
    else if (data.call === "open") taken = await office.open(data.given, progress);
    else if (data.call === "write") taken = await office.write(data.given, progress);
    else if (data.call === "stop") taken = office.stop();
    else taken = office.cancel(data.given);
    say({ number, taken });
  } catch (error) {
    const reason = error instanceof Failure ? error.reason : error instanceof Objection ? error.message : office.stopped(data.call) ? "stopped" : "broken";
    say({ number, failed: reason });
  }
};
