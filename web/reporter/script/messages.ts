// What the page and its worker say to each other.
import type { Answer } from "./answers";
import type { Fields } from "./document";

/** A form as it is sent: what FormData holds, but for the files. */
export interface Message {
  fields: Fields;
  files: File[];
  language: string;
  /** 32 random bytes, base64url: the same token and content are stored once. */
  token: string;
}

export interface Started {
  /** The browser has no WebAssembly: the server makes the code and sees it, and answers cannot be opened here. */
  assisted: boolean;
  files_max: number;
  file_bytes_max: number;
  body_bytes_max: number;
}

/** Each call with its arguments and its answer. `token` of start: that of the form, if the page has one. */
export interface Calls {
  start: { given: { questions: string; token: string }; taken: Started };
  tell: { given: Message; taken: string };
  open: { given: { code: string }; taken: Answer[] };
  write: { given: Message; taken: null };
  /** Gives up the message that is being sent. It may have arrived; sent again unchanged it counts once. */
  stop: { given: null; taken: null };
  /** Gives up one file of the message that is being sent. */
  cancel: { given: { file: number }; taken: null };
}
export type Call = keyof Calls;

/** `file`: one file's sealed bytes that have arrived; `wait`: a pause before the next try. */
export type Progress = { file: number; sent: number; all: number } | { wait: "offline" | "busy"; seconds: number };

export type Ask = { [C in Call]: { number: number; call: C; given: Calls[C]["given"] } }[Call];
/** `failed`: a Reason of network.ts, or the id of a text of the page ("problem.nothing"). */
export type Reply = { number: number; taken: unknown } | { number: number; failed: string } | { number: number; progress: Progress };
