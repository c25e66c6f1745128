// An answer to a reporter's mailbox: docs/formats.md, section 2 (reply) and section 4.
import { base64url, blake, fromUtf8, join, newId, number, utf8 } from "./bytes";
import type { MailboxRef } from "./content";
import { Refusal } from "./keyring";
import { padJson, seal } from "./sealing";
import { bytesOf } from "./signing";

const paddedBytes = 4096;
const textBytesMax = 64 * 1024;
/** Room for text beside the object's other members, as it is written with its escapes. */
const partWrittenMax = 3800;

const writtenBytes = (character: string): number => new TextEncoder().encode(JSON.stringify(character)).length - 2;

/** Cut between characters, each piece short enough for one part. */
export function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let piece = "";
  let written = 0;
  for (const character of text) {
    const bytes = writtenBytes(character);
    if (written + bytes > partWrittenMax) {
      pieces.push(piece);
      piece = "";
      written = 0;
    }
    piece += character;
    written += bytes;
  }
  return [...pieces, piece];
}

const keyOf = (mailbox: MailboxRef): Uint8Array => {
  const key = bytesOf(mailbox.key);
  if (key?.length !== 32) throw new Refusal("no_way_back");
  return key;
};

export const tagOf = (mailbox: MailboxRef, tag: number): string =>
  base64url.encode(blake(join("hotline/v1/mailbox/tag", number(tag, 4)), keyOf(mailbox)).subarray(0, 16));

export interface Answer {
  text: string;
  desk?: string | undefined;
  outcome?: "deleted" | "kept" | undefined;
}

/** The sealed parts, in order. */
export async function sealAnswerParts(mailbox: MailboxRef, { text, desk, outcome }: Answer): Promise<string[]> {
  const { recipient } = mailbox;
  if (typeof recipient !== "string" || !recipient.startsWith("age1pq1")) throw new Refusal("no_way_back");
  if (text === "") throw new Refusal("text_empty");
  const written = utf8(text);   // half a character becomes a replacement character here, not in the reader's browser
  if (written.length > textBytesMax) throw new Refusal("text_long");
  const whole = fromUtf8(written);
  const id = newId();
  const day = Math.floor(Date.now() / 86_400_000);
  const pieces = piecesOf(whole);
  const sealed: string[] = [];
  for (const [part, piece] of pieces.entries()) {
    const document = { v: 1, type: "reply", id, part, parts: pieces.length, day, ...(desk && { desk }), ...(outcome && { outcome }), text: piece };
    sealed.push(base64url.encode(await seal(padJson(document, paddedBytes), recipient)));
  }
  return sealed;
}
