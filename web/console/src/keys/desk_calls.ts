// Calls about the desk: what the server says of it is checked against its key before anything else is done.
import { base64url, newId, random, type Bytes } from "./bytes";
import type { Calls } from "./calls";
import { wordsOf } from "./fingerprint";
import { desk, deskSeed, held, holdsDeskKeyOf, makeGrant, memberWords, own, Refusal, takeGrant, vouchedMember, vouchedOf } from "./keyring";
import { Identity } from "./sealing";
import { bytesOf, epochHolds, epochMessage, memberMessage, sign } from "./signing";
import type { DeskFailure, EpochRow, GrantRow, MemberRow, Role } from "./types";

const epochDays = 30;
const epochOverlapDays = 7;
const daySeconds = 86_400;
/** Roles that work on reports: others get no keys, whoever asks. */
const deskWorkers: readonly Role[] = ["caseworker", "supervisor", "admin"];

/** A new epoch signed by the desk key, with a grant for each of `members`. */
export async function makeEpoch(deskId: string, seed: Bytes, members: readonly MemberRow[]): Promise<{ epoch: EpochRow; grants: GrantRow[] }> {
  const secret = random(32);
  const identity = await Identity.of(secret);
  const begins = Math.floor(Date.now() / 1000);
  const bare = {
    id: newId(), recipient: base64url.encode(identity.recipient), not_before: begins, not_after: begins + (epochDays + epochOverlapDays) * daySeconds,
  };
  const grants: GrantRow[] = [];
  for (const member of members) grants.push(await makeGrant("epoch", bare.id, secret, member));
  return { epoch: { ...bare, signature: base64url.encode(sign(seed, epochMessage(deskId, bare)!)) }, grants };
}

/** All that the caller holds, sealed to the member: nothing for a role that does not work on reports, the desk key for admins only. */
async function allFor(member: MemberRow, without: readonly string[]): Promise<GrantRow[]> {
  const { row } = desk();
  const seed = deskSeed();
  if (!deskWorkers.includes(member.role)) return [];
  const grants: GrantRow[] = [];
  for (const [scope, identity] of held.epochs) grants.push(await makeGrant("epoch", scope, identity.seed, member));
  for (const [scope, identity] of held.cases) if (!without.includes(scope)) grants.push(await makeGrant("case", scope, identity.seed, member, held.earlier.get(scope)));
  if (member.role === "admin") grants.push(await makeGrant("desk_key", row.id, seed, member));
  return grants;
}

type DeskCall = "enter" | "wordsOf" | "vouchAndGrant" | "grantAll" | "newEpoch";
type Async<Name extends keyof Calls> = { [N in Name]: (...given: Parameters<Calls[N]>) => Promise<ReturnType<Calls[N]>> };

export const deskCalls: Async<DeskCall> = {
  async enter({ desk: row, epochs, members, former, grants, known }) {
    const me = own();
    const key = bytesOf(row.desk_key) ?? new Uint8Array(32);
    const unreadable = (await Promise.all(grants.map(takeGrant))).filter((taken) => !taken).length;
    const words = wordsOf(key);
    const vouched = await vouchedOf(key, row.id, members);
    const authors = new Map([...vouched, ...(await vouchedOf(key, row.id, former))]);
    const failures = new Set<DeskFailure>();
    if (known !== null && (known.id !== row.id || known.words !== words)) failures.add("desk_key_changed");
    if (held.deskSeed && !holdsDeskKeyOf(key)) failures.add("desk_key_not_held");
    if ((await Promise.all(epochs.map((epoch) => epochHolds(key, row.id, epoch)))).includes(false)) failures.add("epoch_not_signed");
    // Each of them once: of two rows with one id the one would be vouched for, and the other's keys sealed to.
    const isTwice = new Set([...members, ...former].map(({ id }) => id)).size < members.length + former.length;
    if (isTwice || members.some((member) => member.voucher && !vouched.has(member.id))) failures.add("member_not_signed");
    const mine = members.find((member) => member.id === me.id);
    if (mine && (mine.sign_key !== base64url.encode(me.signKey) || mine.recipient !== base64url.encode(me.identity.recipient))) failures.add("own_keys_changed");
    if (failures.size === 0) held.desk = { row, key, epochs, members, former, vouched, authors };
    else delete held.desk;
    return {
      desk: row, words, epochs, members: members.map((member) => ({ ...member, words: memberWords(member), vouched: vouched.get(member.id) === member })),
      former, held: [...held.epochs.keys(), ...held.cases.keys()], holds_desk_key: held.deskSeed !== undefined && holdsDeskKeyOf(key), unreadable, failures: [...failures],
    };
  },

  async wordsOf(keys) {
    return wordsOf(...keys.map((key) => bytesOf(key) ?? new Uint8Array()));
  },

  async vouchAndGrant({ member: id, words, role, without = [] }) {
    const { row, members } = desk();
    const seed = deskSeed();
    const member = members.find((one) => one.id === id);
    const message = member && memberMessage(row.id, member);
    // What is vouched for is what was compared, whatever the server says in the meantime.
    if (!member || !message || memberWords(member) !== words || member.role !== role) throw new Refusal("member_changed");
    const grants = await allFor(member, without);
    return { voucher: base64url.encode(sign(seed, message)), grants };
  },

  async grantAll({ member: id, without = [] }) {
    const member = vouchedMember(id);
    if (!member) throw new Refusal("member_changed");
    return allFor(member, without);
  },

  async newEpoch({ except }) {
    const { row, vouched } = desk();
    const to = [...vouched.values()].filter((member) => member.id !== except && deskWorkers.includes(member.role));
    return makeEpoch(row.id, deskSeed(), to);
  },
};
