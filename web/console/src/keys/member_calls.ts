// Calls about who one is: passphrase, enrolment, founding, recovery.
import { base64url, blake, derive, hex, join, newId, random, type Bytes } from "./bytes";
import type { Calls } from "./calls";
import { makeEpoch } from "./desk_calls";
import { wordsOf } from "./fingerprint";
import { held, makeGrant, memberWords, own, Refusal } from "./keyring";
import { authHash, identitySeed, memberBytes, memberPasses, passphraseKeys, recoveryAuth, recoveryWrap, signingSeed, unwrapSecret, wrapSecret } from "./member_keys";
import { weakness } from "./passphrase_rules";
import { groupsOf, newRecoveryCode, readRecoveryCode } from "./recovery_code";
import { Identity } from "./sealing";
import { memberMessage, publicKeyOf, sign } from "./signing";
import type { Enrolment, MemberRow, Role } from "./types";

const passesMax = 16;
const memoryBytesMax = 1024 * 1024 * 1024;

let wrap: Bytes | undefined;
let recovery: { code: string } | undefined;

function expectStrong(passphrase: string, name = ""): void {
  const weak = weakness(passphrase, name);
  if (weak) throw new Refusal(weak);
}

/** The server names the cost. Less than ours would hand it a passphrase that is cheap to guess. */
async function keysOf(passphrase: string, cost: { salt: string; operations: number; memory_bytes: number }): Promise<{ auth: Bytes; wrap: Bytes }> {
  const salt = base64url.decode(cost.salt);
  const fits = cost.operations >= memberPasses && cost.operations <= passesMax && cost.memory_bytes >= memberBytes && cost.memory_bytes <= memoryBytesMax;
  if (!fits || salt.length !== 16) throw new Refusal("cost_odd");
  try {
    return await passphraseKeys(passphrase, salt, cost.operations, cost.memory_bytes);
  } catch {
    throw new Refusal("memory");
  }
}

async function freshKeys(passphrase: string, name?: string): Promise<{ auth: Bytes; wrap: Bytes; salt: Bytes }> {
  expectStrong(passphrase, name);
  const salt = random(16);
  return { ...(await keysOf(passphrase, { salt: base64url.encode(salt), operations: memberPasses, memory_bytes: memberBytes })), salt };
}

interface Made {
  enrolment: Enrolment;
  secret: Bytes;
  code: string;
}

const paper = (id: string, secret: Bytes): { code: string; recovery_wrapped: string; recovery_auth_hash: string } => {
  const code = newRecoveryCode();
  return {
    code, recovery_wrapped: base64url.encode(wrapSecret(recoveryWrap(code), id, secret)), recovery_auth_hash: base64url.encode(authHash(recoveryAuth(code))),
  };
};

async function makeMember(name: string, role: Role, passphrase: string): Promise<Made> {
  const keys = await freshKeys(passphrase, name);
  const id = newId();
  const secret = random(32);
  const identity = await Identity.of(identitySeed(secret));
  const { code, ...onPaper } = paper(id, secret);
  const member: MemberRow = {
    id, name, role, recipient: base64url.encode(identity.recipient), sign_key: base64url.encode(publicKeyOf(signingSeed(secret))),
  };
  const wrapped_secret = base64url.encode(wrapSecret(keys.wrap, id, secret));
  return {
    enrolment: { member, salt: base64url.encode(keys.salt), auth_hash: base64url.encode(authHash(keys.auth)), wrapped_secret, ...onPaper }, secret, code,
  };
}

type MemberCall = "derive" | "proof" | "unlock" | "memberId" | "enrol" | "found" | "changePassphrase" | "recoveryAuth" | "recover" | "newPaper" | "codeHash" | "newCode";
type Async<Name extends keyof Calls> = { [N in Name]: (...given: Parameters<Calls[N]>) => Promise<ReturnType<Calls[N]>> };

const hashOfCode = (kind: "invitation" | "founding", code: string): { hex: string; base64url: string } => {
  const hash = blake(join(`hotline/v1/${kind}`, code));
  return { hex: hex(hash), base64url: base64url.encode(hash) };
};

export const memberCalls: Async<MemberCall> = {
  async derive(passphrase, cost) {
    const keys = await keysOf(passphrase, cost);
    wrap = keys.wrap;
    return { auth: base64url.encode(keys.auth) };
  },

  async proof(passphrase, cost) {
    return { auth: base64url.encode((await keysOf(passphrase, cost)).auth) };
  },

  async unlock({ id, wrapped_secret }) {
    const secret = wrap && unwrapSecret(wrap, id, base64url.decode(wrapped_secret));
    if (!secret) throw new Refusal("wrong_passphrase");
    wrap = undefined;
    const signing = signingSeed(secret);
    const identity = await Identity.of(identitySeed(secret));
    held.own = { id, secret, identity, signingSeed: signing, signKey: publicKeyOf(signing) };
    const keys = { recipient: base64url.encode(identity.recipient), sign_key: base64url.encode(held.own.signKey) };
    return { ...keys, words: memberWords(keys) };
  },

  async memberId() {
    return own().id;
  },

  async enrol({ name, role, passphrase }) {
    const { enrolment, code } = await makeMember(name, role, passphrase);
    return { enrolment, recovery_code: groupsOf(code), words: memberWords(enrolment.member) };
  },

  async found({ desk, demo, name, passphrase }) {
    const { enrolment, code } = await makeMember(name, "admin", passphrase);
    const seed = random(32);
    const key = publicKeyOf(seed);
    const row = { id: newId(), name: desk, desk_key: base64url.encode(key), demo };
    const { member } = enrolment;
    const { epoch, grants } = await makeEpoch(row.id, seed, [member]);
    grants.push(await makeGrant("desk_key", row.id, seed, member));
    const voucher = base64url.encode(sign(seed, memberMessage(row.id, member)!));
    return { desk: row, enrolment, voucher, epoch, grants, recovery_code: groupsOf(code), words: memberWords(member), desk_words: wordsOf(key) };
  },

  async changePassphrase({ name, old, cost, fresh }) {
    const { id, secret } = own();
    const before = await keysOf(old, cost);
    const keys = await freshKeys(fresh, name);
    return {
      auth: base64url.encode(before.auth), salt: base64url.encode(keys.salt), auth_hash: base64url.encode(authHash(keys.auth)),
      wrapped_secret: base64url.encode(wrapSecret(keys.wrap, id, secret)),
    };
  },

  async recoveryAuth(typed) {
    const read = readRecoveryCode(typed);
    if ("wrong" in read) throw new Refusal(read.wrong);
    recovery = read;
    return { recovery_auth: base64url.encode(recoveryAuth(read.code)) };
  },

  async recover({ name, member_id, recovery_wrapped, passphrase }) {
    const secret = recovery && unwrapSecret(recoveryWrap(recovery.code), member_id, base64url.decode(recovery_wrapped));
    if (!secret) throw new Refusal("wrong_code");
    const keys = await freshKeys(passphrase, name);
    const { code, ...onPaper } = paper(member_id, secret);
    recovery = undefined;
    return {
      salt: base64url.encode(keys.salt), auth_hash: base64url.encode(authHash(keys.auth)), wrapped_secret: base64url.encode(wrapSecret(keys.wrap, member_id, secret)),
      ...onPaper, recovery_code: groupsOf(code),
    };
  },

  async newPaper({ passphrase, cost }) {
    const { id, secret } = own();
    const { auth } = await keysOf(passphrase, cost);
    const { code, ...onPaper } = paper(id, secret);
    return { auth: base64url.encode(auth), ...onPaper, recovery_code: groupsOf(code) };
  },

  async codeHash(kind, code) {
    return hashOfCode(kind, code);
  },

  async newCode(kind) {
    const code = base64url.encode(random(24));
    return { code, ...hashOfCode(kind, code) };
  },
};

/** The seed that drafts are sealed under: of the member's secret, so that a draft survives locking but not another member. */
export const draftKey = (): Bytes => derive(own().secret, "hotline/v1/member/draft");
