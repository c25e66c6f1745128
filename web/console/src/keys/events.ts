// Events as they are written and read: docs/formats.md, section 2.
import { holds } from "./browser_curves";
import { base64url, newId, type Bytes } from "./bytes";
import type { EventContent } from "./content";
import { desk, own } from "./keyring";
import { padJson, parseObject, seal, type Identity } from "./sealing";
import { bytesOf, eventMessage, sign } from "./signing";
import type { NewEvent, OpenedEvent } from "./types";

/** Where an event belongs: a case, or for views a report that is in no case yet. */
export type Place = { case: string } | { report: string };

/** A new event, signed by the member and sealed to `recipient`. */
export async function sealEvent(place: Place, { kind, body }: NewEvent, recipient: Uint8Array): Promise<{ id: string; sealed: string }> {
  const me = own();
  const id = newId();
  const signed = JSON.stringify({ v: 1, type: "event", id, ...place, author: me.id, kind, time: Math.floor(Date.now() / 1000), body });
  const signature = base64url.encode(sign(me.signingSeed, eventMessage(signed)));
  const sealed = await seal(padJson({ v: 1, type: "event", signed, signature }), recipient);
  return { id, sealed: base64url.encode(sealed) };
}

const isEvent = (content: Record<string, unknown> | undefined): content is Record<string, unknown> & EventContent =>
  content !== undefined && typeof content["kind"] === "string" && typeof content["body"] === "object" && content["body"] !== null;

export interface Row {
  /** Without one (views of a report) the event's own is taken. */
  id?: string | undefined;
  author?: string | undefined;
  number?: number | undefined;
  recorded_hour?: number | undefined;
  sealed: string;
}

/** Opens one and checks that its author signed it, for this place and this row. */
export async function openEvent(place: Place, row: Row, identity: Pick<Identity, "openJson">): Promise<OpenedEvent> {
  const opened: OpenedEvent = {
    id: row.id ?? "", number: row.number ?? 0, author: row.author ?? "", recorded_hour: row.recorded_hour ?? 0, content: null, problem: "unreadable",
  };
  const sealed = bytesOf(row.sealed);
  const outer = sealed && (await identity.openJson(sealed));
  const signed = outer?.["signed"];
  const signature = bytesOf(outer?.["signature"]);
  const content = typeof signed === "string" ? parseObject(signed) : undefined;
  if (typeof signed !== "string" || !signature || !isEvent(content)) return opened;
  opened.content = content;
  if (content["v"] !== 1) return { ...opened, problem: "newer" };
  opened.id ||= content.id;
  opened.author ||= content.author;
  const [name, where] = Object.entries(place)[0] as [string, string];
  const ownRow = content["id"] === opened.id && content[name] === where && content["author"] === opened.author;
  opened.problem = ownRow ? await verified(opened.author, signed, signature) : "changed";
  return opened;
}

/** Only those whom the desk key vouches for write events, also if they have left since: others could be of the server's own making. */
async function verified(author: string, signed: string, signature: Bytes): Promise<OpenedEvent["problem"]> {
  const member = desk().authors.get(author);
  if (!member) return "author_unknown";
  const key = bytesOf(member.sign_key);
  return key && (await holds(key, eventMessage(signed), signature)) ? null : "changed";
}
