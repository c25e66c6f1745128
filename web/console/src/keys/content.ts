// What is inside of sealed things, as docs/formats.md section 2 describes it. Whoever seals a report writes it: every member may be absent or odd.

export interface Attachment {
  id: string;
  name: string;
  media_type: string;
  bytes: number;
  sha256: string;
}

/** The way back to a reporter: answers are sealed to `recipient` and stored under tags made of `key`. */
export interface MailboxRef {
  key: string;
  recipient?: string;
}

export interface SmsRef {
  gateway: string;
  from: string;
  to: string;
}

/** A `report`, `followup` or `sms`. Only `type` is certain. */
export interface ReportContent {
  v?: number;
  type: string;
  desk?: string;
  channel?: string;
  language?: string;
  answers?: Record<string, string | string[]>;
  text?: string;
  wish?: "delete" | "consents";
  consents?: string[];
  never?: string[];
  attachments?: Attachment[];
  mailbox?: MailboxRef;
  received_hour?: number;
  gateway?: string;
  message_id?: string;
  from?: string;
  to?: string;
  media?: { url: string; type: string }[];
  flags?: string[];
  sms?: SmsRef;
  asked?: { question: string; language: string; code: string };
  part?: { reference: number; number: number; count: number };
  raw?: string;
  [more: string]: unknown;
}

/** The inside of an event, as its author signed it. `body` is by kind. */
export interface EventContent {
  v: number;
  type: "event";
  id: string;
  case: string;
  author: string;
  kind: string;
  /** Seconds since 1970, by the author's clock. */
  time: number;
  body: Record<string, unknown>;
}

export interface SummaryBody {
  title: string;
  labels: string[];
  reports: string[];
  ways: string[];
  language: string;
  child: boolean;
  never: string[];
  tasks: { task: string; text: string; due_hour: number | null }[];
  last: { hour: number; from: "reporter" | "desk" };
  event: number;
}
