// What is signed, and by whom: docs/formats.md, sections 2 and 6.
import { ed25519 } from "@noble/curves/ed25519.js";
import { holds } from "./browser_curves";
import { base64url, idBytes, join, number, utf8, type Bytes } from "./bytes";
import type { EpochRow, MemberRow } from "./types";

const recipientBytes = 1216;

export const publicKeyOf = (seed: Bytes): Bytes => new Uint8Array(ed25519.getPublicKey(seed));
export const sign = (seed: Bytes, message: Bytes): Bytes => new Uint8Array(ed25519.sign(message, seed));

/** Nothing for a row that makes no sense. */
export function epochMessage(desk: string, epoch: Omit<EpochRow, "signature">): Bytes | undefined {
  const recipient = bytesOf(epoch.recipient);
  if (recipient?.length !== recipientBytes || !(epoch.not_before >= 0 && epoch.not_before < epoch.not_after)) return undefined;
  const [deskId, id] = [idOf(desk), idOf(epoch.id)];
  if (!deskId || !id) return undefined;
  return join("hotline/v1/epoch", deskId, id, number(epoch.not_before, 8), number(epoch.not_after, 8), recipient);
}

export function memberMessage(desk: string, member: Pick<MemberRow, "id" | "sign_key" | "recipient">): Bytes | undefined {
  const recipient = bytesOf(member.recipient);
  const key = bytesOf(member.sign_key);
  if (recipient?.length !== recipientBytes || key?.length !== 32) return undefined;
  const [deskId, id] = [idOf(desk), idOf(member.id)];
  if (!deskId || !id) return undefined;
  return join("hotline/v1/member", deskId, id, key, recipient);
}

export const eventMessage = (signed: string): Bytes => join("hotline/v1/event", utf8(signed));

function idOf(text: string): Bytes | undefined {
  try {
    return idBytes(text);
  } catch {
    return undefined;
  }
}

/** base64url without padding; nothing for anything else. */
export function bytesOf(text: unknown): Bytes | undefined {
  try {
    return typeof text === "string" ? base64url.decode(text) : undefined;
  } catch {
    return undefined;
  }
}

export async function epochHolds(deskKey: Bytes, desk: string, epoch: EpochRow): Promise<boolean> {
  const message = epochMessage(desk, epoch);
  const signature = bytesOf(epoch.signature);
  return message !== undefined && signature !== undefined && holds(deskKey, message, signature);
}

export async function memberHolds(deskKey: Bytes, desk: string, member: MemberRow): Promise<boolean> {
  const message = memberMessage(desk, member);
  const voucher = bytesOf(member.voucher);
  return message !== undefined && voucher !== undefined && holds(deskKey, message, voucher);
}
