// Whom to seal to: GET /api/v1/desks, and the signature on each epoch. Runs in the worker.
import { bech32 } from "@scure/base";
import { base64url, fromHex, join, number } from "./bytes";
import { Failure, expectTaken, request } from "./network";

export interface Desk {
  id: string;
  name: string;
  desk_key: string;
  epoch: { id: string; recipient: string; not_before: number; not_after: number; signature: string };
}

export interface Desks {
  /** Id of the server's first desk: part of the salt of return codes. */
  house: string;
  files_max: number;
  file_bytes_max: number;
  body_bytes_max: number;
  desks: Desk[];
}

/** What a desk key signs: docs/formats.md, section 6. */
export function epochMessage(desk: Desk): Uint8Array<ArrayBuffer> {
  const recipient = bech32.fromWords(bech32.decode(desk.epoch.recipient as `${string}1${string}`, false).words);
  return join("hotline/v1/epoch", fromHex(desk.id), fromHex(desk.epoch.id), number(desk.epoch.not_before, 8), number(desk.epoch.not_after, 8), recipient);
}

/** False when the signature is wrong; true also where the browser cannot check it (no Ed25519, or no secure context). */
export async function epochHolds(desk: Desk): Promise<boolean> {
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey("raw", new Uint8Array(base64url.decode(desk.desk_key)), "Ed25519", false, ["verify"]);
  } catch {
    return true;
  }
  return crypto.subtle.verify("Ed25519", key, new Uint8Array(base64url.decode(desk.epoch.signature)), epochMessage(desk));
}

export async function fetchDesks(): Promise<Desks> {
  const desks = (await expectTaken(await request("/api/v1/desks", {}, undefined, 3)).json()) as Desks;
  for (const desk of desks.desks) {
    // An epoch past its end is used all the same: better than a report that is not sent. A wrong signature is not.
    if (!(await epochHolds(desk))) throw new Failure("broken");
  }
  return desks;
}
