// What the worker holds: the member's own keys, the desk as it was checked, and the identities that grants opened.
import { base64url, blake, hex, join, type Bytes } from "./bytes";
import { padJson, Identity, seal } from "./sealing";
import { wordsOf } from "./fingerprint";
import { memberHolds, bytesOf, publicKeyOf } from "./signing";
import type { DeskRow, EpochRow, GrantRow, MemberRow, ScopeKind } from "./types";

const isSame = (one: Bytes, other: Bytes): boolean => one.length === other.length && one.every((byte, at) => byte === other[at]);

/** Fails a call by a name that has words for people: `failure_…`. */
export class Refusal extends Error {}

export interface Own {
  id: string;
  secret: Bytes;
  identity: Identity;
  signingSeed: Bytes;
  signKey: Bytes;
}

export interface CheckedDesk {
  row: DeskRow;
  key: Bytes;
  epochs: EpochRow[];
  members: MemberRow[];
  former: MemberRow[];
  /** By id the members whose keys the desk key vouches for: nothing is sealed to any other key. */
  vouched: Map<string, MemberRow>;
  /** The same with those who have left: nobody else's signature counts. */
  authors: Map<string, MemberRow>;
}

interface Held {
  own?: Own;
  desk?: CheckedDesk;
  deskSeed?: Bytes;
  readonly epochs: Map<string, Identity>;
  /** Their keys of now. */
  readonly cases: Map<string, Identity>;
  /** Those that cases had before somebody left who held them, the last one first. */
  readonly earlier: Map<string, Identity[]>;
  /** The sealed grants by which cases are held: another one brings other keys. */
  readonly caseGrants: Map<string, string>;
  /** Cases whose key was made here, or opened what a colleague had signed: nothing is sealed to another. */
  readonly proved: Set<string>;
  /** Cases for which the server gave out a key that follows on none of those that were held: nothing more is done with them. */
  readonly foisted: Set<string>;
}

export const held: Held = { epochs: new Map(), cases: new Map(), earlier: new Map(), caseGrants: new Map(), proved: new Set(), foisted: new Set() };

export function own(): Own {
  if (!held.own) throw new Refusal("locked");
  return held.own;
}
export function desk(): CheckedDesk {
  if (!held.desk) throw new Refusal("desk_not_checked");
  return held.desk;
}
export function deskSeed(): Bytes {
  if (!held.deskSeed) throw new Refusal("no_desk_key");
  return held.deskSeed;
}
export function caseIdentity(id: string): Identity {
  if (held.foisted.has(id)) throw new Refusal("case_key_changed");
  const identity = held.cases.get(id);
  if (!identity) throw new Refusal("no_key");
  return identity;
}

/**
 * What something new is sealed to. A grant is sealed by nobody in particular, so that a server can make one of its own with a key that it knows; it cannot
 * make what that key opens, signed by a colleague.
 */
export function caseRecipient(id: string): Bytes {
  const { recipient } = caseIdentity(id);
  if (!held.proved.has(id)) throw new Refusal("case_key_unproved");
  return recipient;
}

/** Opens what is sealed to a case: by its key of now, else by an earlier one. */
export function caseReader(id: string): Pick<Identity, "openJson"> {
  const all = [caseIdentity(id), ...(held.earlier.get(id) ?? [])];
  return {
    openJson: async (sealed) => {
      for (const identity of all) {
        const opened = await identity.openJson(sealed);
        if (opened) return opened;
      }
      return undefined;
    },
  };
}
/** Names a case's key to the server, which refuses what is sealed to one that somebody took along: docs/formats.md, section 9. */
export const keyId = (recipient: Bytes): string => hex(blake(recipient).subarray(0, 16));

/** The member's row, if the desk key vouches for exactly these keys. */
export const vouchedMember = (id: string): MemberRow | undefined => desk().vouched.get(id);

export const memberWords = (member: Pick<MemberRow, "recipient" | "sign_key">): string =>
  wordsOf(join(bytesOf(member.recipient) ?? new Uint8Array(), bytesOf(member.sign_key) ?? new Uint8Array()));

export async function vouchedOf(deskKey: Bytes, id: string, members: readonly MemberRow[]): Promise<Map<string, MemberRow>> {
  const held = await Promise.all(members.map((member) => memberHolds(deskKey, id, member)));
  return new Map(members.filter((_, at) => held[at]).map((member) => [member.id, member]));
}

/** The keys of a case out of its grant. Once one is held, another is taken only from somebody who knew it: whoever changes a case's key hands the earlier ones along. */
async function takeCase(id: string, secret: Bytes, before: Bytes[]): Promise<boolean> {
  const now = held.cases.get(id);
  const older = held.earlier.get(id) ?? [];
  if (now && older.some((one) => isSame(one.seed, secret))) return true;   // an answer of the server that was late: it follows on nothing
  if (now && !isSame(now.seed, secret) && !before.some((one) => isSame(one, now.seed))) {
    held.foisted.add(id);
    return false;
  }
  held.earlier.set(id, await Promise.all(before.map((one) => Identity.of(one))));
  held.cases.set(id, now && isSame(now.seed, secret) ? now : await Identity.of(secret));
  return true;
}

/**
 * Opens a grant into the keyring; false when it is not for us, names another scope than its row, or brings a key for a case that follows on none of
 * those that are held.
 */
export async function takeGrant(grant: GrantRow): Promise<boolean> {
  const known = grant.kind === "epoch" ? held.epochs : grant.kind === "case" ? held.cases : undefined;
  if (grant.kind === "case" ? held.caseGrants.get(grant.scope) === grant.sealed : known?.has(grant.scope)) return true;
  const sealed = bytesOf(grant.sealed);
  const document = sealed && (await own().identity.openJson(sealed));
  const secret = document && bytesOf(document["secret"]);
  if (!document || document["type"] !== "identity" || document["scope"] !== grant.kind || document["id"] !== grant.scope || secret?.length !== 32) return false;
  if (grant.kind === "case") {
    const before = Array.isArray(document["earlier"]) ? document["earlier"].map(bytesOf) : [];
    if (!(await takeCase(grant.scope, secret, before.flatMap((one) => (one?.length === 32 ? [one] : []))))) return false;
    held.caseGrants.set(grant.scope, grant.sealed);
    return true;
  }
  if (known) known.set(grant.scope, await Identity.of(secret));
  else held.deskSeed = secret;
  return true;
}

/** Seals a scope's secret to a member, with the earlier ones of a case. */
export async function makeGrant(kind: ScopeKind, scope: string, secret: Bytes, member: Pick<MemberRow, "id" | "recipient">,
  earlier: readonly Identity[] = []): Promise<GrantRow> {
  const before = earlier.length > 0 ? { earlier: earlier.map(({ seed }) => base64url.encode(seed)) } : {};
  const document = padJson({ v: 1, type: "identity", scope: kind, id: scope, secret: base64url.encode(secret), ...before });
  const sealed = await seal(document, base64url.decode(member.recipient));
  return { kind, scope, member: member.id, sealed: base64url.encode(sealed) };
}

export const holdsDeskKeyOf = (key: Bytes): boolean =>
  held.deskSeed !== undefined && publicKeyOf(held.deskSeed).every((byte, at) => byte === key[at]);
