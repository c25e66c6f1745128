// What the keys worker is asked. Secrets are made, held and used there and nowhere else; they end with the worker.
import type { Found, SearchDocument } from "../casework/search_index";
import type { Attachment, MailboxRef } from "./content";
import type {
  CaseRow, Cost, DeskRow, DeskView, Enrolment, EpochRow, EventRow, GrantRow, KnownDesk, MemberRow, NewEvent, OpenedCase, OpenedEvent, OpenedReport, ReportRow, Role,
  SealedEvent,
} from "./types";

export interface Calls {
  // --- who one is
  /** Argon2id of the passphrase, a second or so; the wrap key stays here for unlock(). `auth` is for the server. */
  derive(passphrase: string, cost: Cost): { auth: string };
  /** The same auth, of somebody who is at work: nothing is kept. */
  proof(passphrase: string, cost: Cost): { auth: string };
  /** Opens the member's secret with the last derived wrap key. Fails with "wrong_passphrase". */
  unlock(member: { id: string; wrapped_secret: string }): { recipient: string; sign_key: string; words: string };
  /** The id that the unlocked secret is bound to: whoever the server says that this is. */
  memberId(): string;
  /** Keys for an invitation. As all that set a passphrase: fails with "passphrase_short" or "passphrase_common" (passphrase_rules.ts). */
  enrol(given: { name: string; role: Role; passphrase: string }): { enrolment: Enrolment; recovery_code: string; words: string };
  /** A new desk with its first admin and first epoch. */
  found(given: { desk: string; demo: boolean; name: string; passphrase: string }): {
    desk: DeskRow; enrolment: Enrolment; voucher: string; epoch: EpochRow; grants: GrantRow[];
    recovery_code: string; words: string; desk_words: string;
  };
  /** A new passphrase for the same secret. Needs unlock(); `auth` is that of the old passphrase. */
  changePassphrase(given: { name: string; old: string; cost: Cost; fresh: string }): { auth: string; salt: string; auth_hash: string; wrapped_secret: string };
  /** Reads a recovery code: fails with "code_short", "code_form" or "code_check". */
  recoveryAuth(code: string): { recovery_auth: string };
  /** After recoveryAuth(): the secret wrapped anew. Fails with "wrong_code". */
  recover(given: { name: string; member_id: string; recovery_wrapped: string; passphrase: string }): {
    salt: string; auth_hash: string; wrapped_secret: string; recovery_wrapped: string; recovery_auth_hash: string; recovery_code: string;
  };
  /** A new recovery code for the same secret. Needs unlock(); `auth` is that of the passphrase. */
  newPaper(given: { passphrase: string; cost: Cost }): { auth: string; recovery_wrapped: string; recovery_auth_hash: string; recovery_code: string };
  /** What the server keeps of a code from a link: lower-case hex of the hash. */
  codeHash(kind: "invitation" | "founding", code: string): { hex: string; base64url: string };
  /** A fresh code for a link. */
  newCode(kind: "invitation"): { code: string; hex: string; base64url: string };

  // --- the desk
  /** Checks what the server says of the desk against its key, and opens the grants. `former`: who has left; what they signed counts as before.
   *  `known`: the member's desk as this browser saw it before. Call again whenever desk or grants were fetched anew. */
  enter(given: { desk: DeskRow; epochs: EpochRow[]; members: MemberRow[]; former: MemberRow[]; grants: GrantRow[]; known: KnownDesk | null }): DeskView;
  /** Words of any public keys, joined: a desk's key; a member's recipient and sign key. */
  wordsOf(keys: string[]): string;
  /** The voucher for a member, and all that the caller holds sealed to them (the desk key for admins only). `words` and `role`:
   *  what was compared and shown. */
  vouchAndGrant(given: { member: string; words: string; role: Role; without?: readonly string[] }): { voucher: string; grants: GrantRow[] };
  /** The same for a member whom the desk key vouches for already: what is there is not given twice by the server. */
  grantAll(given: { member: string; without?: readonly string[] }): GrantRow[];
  /** A new epoch, granted to the vouched members who work on reports, without `except`. */
  newEpoch(given: { except?: string }): { epoch: EpochRow; grants: GrantRow[] };

  // --- casework
  openReports(rows: ReportRow[]): OpenedReport[];
  /** Takes the case's grant into the keyring and opens its summary. */
  openCases(rows: CaseRow[]): OpenedCase[];
  openEvents(case_id: string, rows: EventRow[]): OpenedEvent[];
  /** A stored file, opened. `whole`: length and SHA-256 are those that the report names. */
  openFile(report: { epoch: string }, attachment: Attachment, sealed: ArrayBuffer): { blob: Blob; whole: boolean };
  /** For a case whose key is held. Fails with "case_key_unproved" before that key has opened anything that a colleague signed, and with
   *  "case_key_changed" once the server gave out one that follows on none of those that were held. */
  sealEvents(case_id: string, events: NewEvent[]): SealedEvent[];
  /** The case's `summary` as the API takes it. */
  sealSummary(case_id: string, body: Record<string, unknown>): { id: string; sealed: string };
  /** A new case with its key granted to `members` (only vouched ones; others are left out) and the caller. */
  newCase(given: { members: string[]; events: NewEvent[]; summary?: Record<string, unknown> }): {
    id: string; recipient: string; grants: GrantRow[]; events: SealedEvent[]; summary: { id: string; sealed: string } | null;
  };
  /** The case's key for more members. */
  grantCase(case_id: string, members: string[]): GrantRow[];
  /** Names the key that is held of it: `if.key` of a change. */
  caseKey(case_id: string): string;
  /** A new key for a case whose key somebody took along, sealed to `members` together with the earlier ones. `key` names the one it replaces; a summary is
   *  sealed to the new one. */
  rekeyCase(given: { id: string; recipient: string; members: string[]; summary?: Record<string, unknown> }): {
    key: string; recipient: string; grants: GrantRow[]; summary: { id: string; sealed: string } | null;
  };
  /** A signed event of kind `view`, sealed to the recipient of the report's epoch. */
  sealView(report: { id: string; epoch: string }, body: Record<string, unknown>): { id: string; sealed: string };
  /** The views of a report, verified. */
  openViews(report: { id: string; epoch: string }, rows: { author: string; recorded_hour: number; sealed: string }[]): OpenedEvent[];
  /** The parts of an answer, each with the tag it is stored under, from `tag` on. */
  sealAnswer(mailbox: MailboxRef, tag: number, answer: { text: string; desk?: string; outcome?: "deleted" | "kept" }): { tag: number; tag_id: string; sealed: string }[];
  /** What `tag` of POST /api/v1/answers is for the answer with that number. */
  tagId(mailbox: MailboxRef, tag: number): string;
  sealDraft(text: string): string;
  /** null: not ours, or from before. */
  openDraft(sealed: string): string | null;

  // --- search over what was opened
  /** Adds them, or puts them in the place of those with the same id. Gives how many there are in all. */
  searchAdd(documents: SearchDocument[]): number;
  searchRemove(ids: string[]): void;
  searchQuery(words: string, limit?: number): Found[];
}
