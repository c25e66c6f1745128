// What goes to the keys worker and comes back. Binary is base64url without padding, ids are 32 hex digits, as in the API.
import type { EventContent, ReportContent } from "./content";

export type Role = "caseworker" | "supervisor" | "admin" | "auditor" | "analyst" | "partner";
export type ScopeKind = "desk_key" | "epoch" | "case";

export interface Cost {
  salt: string;
  operations: number;
  memory_bytes: number;
}

export interface GrantRow {
  kind: ScopeKind;
  scope: string;
  member: string;
  sealed: string;
}

export interface DeskRow {
  id: string;
  name: string;
  desk_key: string;
  demo: boolean;
}

export interface EpochRow {
  id: string;
  recipient: string;
  not_before: number;
  not_after: number;
  signature: string;
}

export interface MemberRow {
  id: string;
  name: string;
  role: Role;
  recipient: string;
  sign_key: string;
  voucher?: string;
}

/** A desk as this browser saw it before: the words are its key's. */
export interface KnownDesk {
  id: string;
  words: string;
}

/** Why something does not open or does not hold. Each has words `problem_…`. */
export type Problem =
  | "no_key"          // no grant for its epoch or case
  | "changed"         // the row holds another content than its id or its signature says
  | "unreadable"      // opened to nothing that can be read
  | "newer"           // written in a form that a newer version reads
  | "author_unknown"; // nobody whom the desk key vouches for, now or in the past

export interface ReportRow {
  id: string;
  number: number;
  epoch: string;
  sealed: string;
}
export interface OpenedReport {
  id: string;
  number: number;
  content: ReportContent | null;
  problem: Problem | null;
}

export interface EventRow {
  number?: number;
  id: string;
  case: string;
  author?: string;
  recorded_hour?: number;
  sealed: string;
}
/** `content` may be there with a problem: then it must be shown as not proved. */
export interface OpenedEvent {
  id: string;
  number: number;
  author: string;
  recorded_hour: number;
  content: EventContent | null;
  problem: Problem | null;
}

export interface CaseRow {
  id: string;
  recipient: string;
  /** The caller's own grant; without one the case stays closed unless its key is held already. */
  grant?: GrantRow | null;
  summary?: { id: string; author: string; sealed: string } | null;
}
export interface OpenedCase {
  id: string;
  held: boolean;
  summary: EventContent | null;
  problem: Problem | null;
}

export interface NewEvent {
  kind: string;
  body: Record<string, unknown>;
}
export interface SealedEvent {
  id: string;
  case: string;
  sealed: string;
  /** Names the key that it is sealed to: `if.key` of a change. */
  key: string;
}

/** A member as this browser judges them. */
export interface KnownMember extends MemberRow {
  words: string;
  /** The desk key vouches for exactly these keys. Nothing is sealed to others. */
  vouched: boolean;
}

/** What the desk key holds together. `failures` is empty or the console must not go on. */
export interface DeskView {
  desk: DeskRow;
  words: string;
  epochs: EpochRow[];
  members: KnownMember[];
  /** Who has left, for their names. */
  former: MemberRow[];
  /** Ids of epochs and cases whose key is held. */
  held: string[];
  holds_desk_key: boolean;
  /** Grants that did not open. */
  unreadable: number;
  failures: DeskFailure[];
}
export type DeskFailure = "desk_key_changed" | "desk_key_not_held" | "epoch_not_signed" | "member_not_signed" | "own_keys_changed";

/** Keys of a new or renewed member, without the secret ones. */
export interface Enrolment {
  member: MemberRow;
  salt: string;
  auth_hash: string;
  wrapped_secret: string;
  recovery_wrapped: string;
  recovery_auth_hash: string;
}
