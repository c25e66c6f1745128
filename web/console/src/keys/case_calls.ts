// Calls about reports and cases. What a row holds is believed only when id and signatures say so.
import { sha256 } from "@noble/hashes/sha2.js";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { sealAnswerParts, tagOf } from "./answer";
import { base64url, blake, fromUtf8, hex, join, newId, random, utf8, type Bytes } from "./bytes";
import type { Calls } from "./calls";
import type { ReportContent } from "./content";
import { openEvent, sealEvent } from "./events";
import { caseIdentity, caseReader, caseRecipient, desk, held, keyId, makeGrant, own, Refusal, takeGrant, vouchedMember } from "./keyring";
import { draftKey } from "./member_calls";
import { Identity, parseObject } from "./sealing";
import { bytesOf } from "./signing";
import type { CaseRow, GrantRow, OpenedCase, OpenedEvent, OpenedReport, ReportRow } from "./types";

/** What browsers show without running anything; the rest is bytes to be saved. The type is whatever the reporter's device said. */
const shownTypes = /^(image\/(png|jpeg|gif|webp|avif|bmp)|audio\/[\w.+-]+|video\/[\w.+-]+)$/;

/** Opens with the identity of its epoch, else with another: a browser may have sealed to the epoch before. */
async function openWithEpoch(epoch: string, sealed: Bytes): Promise<Uint8Array | "no_key" | undefined> {
  if (held.epochs.size === 0) return "no_key";
  const first = held.epochs.get(epoch);
  const opened = await first?.open(sealed);
  if (opened) return opened;
  for (const [id, identity] of held.epochs) {
    const other = id === epoch ? undefined : await identity.open(sealed);
    if (other) return other;
  }
  return first ? undefined : "no_key";
}

async function openReport(row: ReportRow): Promise<OpenedReport> {
  const refused = (problem: OpenedReport["problem"]): OpenedReport => ({ id: row.id, number: row.number, content: null, problem });
  const sealed = bytesOf(row.sealed);
  if (!sealed || hex(blake(join("hotline/v1/report-id", sealed)).subarray(0, 16)) !== row.id) return refused("changed");
  const opened = await openWithEpoch(row.epoch, sealed);
  if (opened === "no_key") return refused("no_key");
  const content = opened && parseObject(opened);
  if (!content) return refused("unreadable");
  if (content["v"] !== undefined && content["v"] !== 1) return refused("newer");
  return { id: row.id, number: row.number, content: { type: "report", ...content } as ReportContent, problem: null };
}

/** What a case's key has opened, signed by a colleague, proves the key. */
function noteProof(id: string, opened: readonly OpenedEvent[]): void {
  if (opened.some((event) => event.problem === null)) held.proved.add(id);
}

async function openCase(row: CaseRow): Promise<OpenedCase> {
  if (row.grant && row.grant.kind === "case" && row.grant.scope === row.id) await takeGrant(row.grant);
  if (!held.cases.has(row.id) || held.foisted.has(row.id)) return { id: row.id, held: false, summary: null, problem: "no_key" };
  if (!row.summary) return { id: row.id, held: true, summary: null, problem: null };
  const { id, author, sealed } = row.summary;
  const summary = await openEvent({ case: row.id }, { id, author, sealed }, caseReader(row.id));
  if (summary.problem === null) noteProof(row.id, [summary]);
  const problem = summary.problem ?? (summary.content?.kind === "summary" ? null : "changed");
  return { id: row.id, held: true, summary: problem ? null : summary.content, problem };
}

async function grantsTo(members: readonly string[], scope: string, secret: Bytes, earlier: readonly Identity[] = []): Promise<GrantRow[]> {
  const grants: GrantRow[] = [];
  for (const id of new Set(members)) {
    const member = vouchedMember(id);
    if (member) grants.push(await makeGrant("case", scope, secret, member, earlier));
  }
  return grants;
}

const recipientOfEpoch = (id: string): Uint8Array => {
  const epoch = desk().epochs.find((one) => one.id === id);
  if (!epoch) throw new Refusal("no_key");
  return base64url.decode(epoch.recipient);
};

type CaseCall = Exclude<keyof Calls, "derive" | "proof" | "unlock" | "memberId" | "enrol" | "found" | "changePassphrase" | "recoveryAuth" | "recover" | "newPaper" | "codeHash" | "newCode"
  | "enter" | "wordsOf" | "vouchAndGrant" | "grantAll" | "newEpoch" | "searchAdd" | "searchRemove" | "searchQuery">;
type Async<Name extends keyof Calls> = { [N in Name]: (...given: Parameters<Calls[N]>) => Promise<ReturnType<Calls[N]>> };

export const caseCalls: Async<CaseCall> = {
  async openReports(rows) {
    desk();
    return Promise.all(rows.map(openReport));
  },

  async openCases(rows) {
    desk();
    return Promise.all(rows.map(openCase));
  },

  async openEvents(case_id, rows) {
    const reader = caseReader(case_id);
    const opened = await Promise.all(rows.map((row) => openEvent({ case: case_id }, row, reader)));
    noteProof(case_id, opened);
    return opened;
  },

  async openFile(report, attachment, sealed) {
    const opened = await openWithEpoch(report.epoch, new Uint8Array(sealed));
    if (opened === "no_key") throw new Refusal("no_key");
    if (!opened) throw new Refusal("file_broken");
    const content = opened.subarray(0, Math.min(attachment.bytes, opened.length)) as Bytes;
    const whole = content.length === attachment.bytes && hex(sha256(content)) === attachment.sha256;
    return { blob: new Blob([content], { type: shownTypes.test(attachment.media_type) ? attachment.media_type : "application/octet-stream" }), whole };
  },

  async sealEvents(case_id, events) {
    const recipient = caseRecipient(case_id);
    return Promise.all(events.map(async (event) => ({ ...(await sealEvent({ case: case_id }, event, recipient)), case: case_id, key: keyId(recipient) })));
  },

  async sealSummary(case_id, body) {
    return sealEvent({ case: case_id }, { kind: "summary", body }, caseRecipient(case_id));
  },

  async newCase({ members, events, summary }) {
    const me = own();
    const id = newId();
    const secret = random(32);
    const identity = await Identity.of(secret);
    const grants = await grantsTo(members.filter((member) => member !== me.id), id, secret);
    grants.push(await makeGrant("case", id, secret, { id: me.id, recipient: base64url.encode(me.identity.recipient) }));
    held.cases.set(id, identity);
    held.proved.add(id);
    return {
      id, recipient: base64url.encode(identity.recipient), grants, events: await caseCalls.sealEvents(id, events),
      summary: summary ? await caseCalls.sealSummary(id, summary) : null,
    };
  },

  async grantCase(case_id, members) {
    return grantsTo(members, case_id, caseIdentity(case_id).seed, held.earlier.get(case_id));
  },

  async caseKey(case_id) {
    return keyId(caseIdentity(case_id).recipient);
  },

  async rekeyCase({ id, recipient, members, summary }) {
    const now = caseIdentity(id);
    // A grant of another key than the members hold would open nothing of before.
    if (base64url.encode(now.recipient) !== recipient) throw new Refusal("no_key");
    const fresh = await Identity.of(random(32));
    return {
      key: keyId(now.recipient), recipient: base64url.encode(fresh.recipient), grants: await grantsTo(members, id, fresh.seed, [now, ...(held.earlier.get(id) ?? [])]),
      summary: summary ? await sealEvent({ case: id }, { kind: "summary", body: summary }, fresh.recipient) : null,
    };
  },

  async sealView(report, body) {
    return sealEvent({ report: report.id }, { kind: "view", body }, recipientOfEpoch(report.epoch));
  },

  async openViews(report, rows) {
    const identity = held.epochs.get(report.epoch);
    if (!identity) throw new Refusal("no_key");
    return Promise.all(rows.map((row) => openEvent({ report: report.id }, row, identity)));
  },

  async sealAnswer(mailbox, tag, answer) {
    const parts = await sealAnswerParts(mailbox, answer);
    return parts.map((sealed, at) => ({ tag: tag + at, tag_id: tagOf(mailbox, tag + at), sealed }));
  },

  async tagId(mailbox, tag) {
    return tagOf(mailbox, tag);
  },

  async sealDraft(text) {
    const nonce = random(24);
    return base64url.encode(join(nonce, xchacha20poly1305(draftKey(), nonce).encrypt(utf8(text))));
  },

  async openDraft(sealed) {
    try {
      const bytes = base64url.decode(sealed);
      return fromUtf8(xchacha20poly1305(draftKey(), bytes.subarray(0, 24)).decrypt(bytes.subarray(24)));
    } catch {
      return null;
    }
  },
};
