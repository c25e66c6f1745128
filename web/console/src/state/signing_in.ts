// The acts by which someone comes to work and goes: sign in, second factor, unlock, lock, sign out.
import { signal } from "@preact/signals";
import { account, type Assertion, type SecondAsked, type SignInAnswer } from "../api/account";
import { ApiError, onRefusal } from "../api/client";
import { keys, KeysError, lock as endKeys } from "../keys/keys";
import { desk, loadDesk } from "./desk";
import { forgetDrafts } from "./drafts";
import { endProof } from "./proof";
import { isUnlocked, me, phase } from "./session";
import { settleBeforeLock } from "./before_lock";

/** What the second step asks for. */
export const second = signal<SecondAsked | null>(null);
/** Said on the sign-in page: why one is there. */
export const farewell = signal<"ended" | "signed_out" | null>(null);

/** On opening the page: a session may be there, its keys never are. */
export async function begin(): Promise<void> {
  try {
    const session = await account.session(1);
    me.value = session;
    phase.value = "locked";
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    phase.value = "signed_out";
  }
}

/** Raised by everything that ends a coming in: what still waited for the server then goes no further. */
let ends = 0;

/** Throws when the person has signed out, or begun again, since `begun`. */
function goOn(begun: number): void {
  if (ends !== begun) throw new KeysError("locked");
}

async function enter(mustEnrol: boolean, begun: number): Promise<void> {
  if (mustEnrol) {
    phase.value = "must_enrol";
    return;
  }
  const { members, failures } = await loadDesk();
  if (ends !== begun) desk.value = null;
  goOn(begun);
  const own = await keys.memberId();
  // Another id than that of the keys: the server takes this member for somebody else.
  if (me.value?.id !== own) {
    wipe();
    throw new KeysError("own_id");
  }
  const letIn = members.some((member) => member.id === own && member.vouched);
  phase.value = letIn || failures.length > 0 ? "in" : "waiting";
}

/** Whether somebody has compared words meanwhile. */
export const lookAgain = (): Promise<void> => enter(false, ends);

async function taken(answer: SignInAnswer, begun: number): Promise<void> {
  goOn(begun);
  farewell.value = null;
  if ("second" in answer) {
    second.value = answer.second;
    phase.value = "second";
    return;
  }
  second.value = null;
  await keys.unlock({ id: answer.member.id, wrapped_secret: answer.wrapped_secret });
  const session = await account.session();
  goOn(begun);
  me.value = session;
  await enter(answer.must_enrol, begun);
}

export async function signIn(name: string, passphrase: string): Promise<void> {
  const begun = ends;
  const { auth } = await keys.derive(passphrase, await account.cost(name));
  await taken(await account.signIn(name, auth), begun);
}

export async function proveSecond(proof: { totp: string } | { passkey: Assertion }): Promise<void> {
  const begun = ends;
  await taken(await account.second(second.value!.ticket, proof), begun);
}

/** A second factor was set up where one had to be. */
export const enrolledSecond = (): Promise<void> => enter(false, ends);

export async function unlock(passphrase: string): Promise<void> {
  const begun = ends;
  const session = await account.session().catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 401) ended();
    throw error;
  });
  goOn(begun);
  me.value = session;
  await keys.derive(passphrase, session);
  await keys.unlock({ id: session.id, wrapped_secret: session.wrapped_secret });
  goOn(begun);
  await enter(session.must_enrol, begun);
}

function wipe(): void {
  ends += 1;
  endProof(false);
  endKeys();
  desk.value = null;
  second.value = null;
}

/** Keys are wiped; drafts are sealed before. */
export async function lock(): Promise<void> {
  if (!isUnlocked.value) return;
  const begun = ends;
  await settleBeforeLock();
  if (ends !== begun) return;   // signed out meanwhile, or the server ended the session: that stands
  wipe();
  phase.value = "locked";
}

/** The server knows the session no more. */
export function ended(): void {
  wipe();
  me.value = null;
  farewell.value = "ended";
  phase.value = "signed_out";
}

export async function signOut(): Promise<void> {
  wipe();
  forgetDrafts();
  me.value = null;
  farewell.value = "signed_out";
  phase.value = "signed_out";
  await account.signOut().catch(() => undefined);
}

/** Back to the name and passphrase. */
export function startOver(): void {
  wipe();
  phase.value = "signed_out";
}

onRefusal({
  signedOut: () => {
    if (phase.value !== "signed_out") ended();
  },
  secondFactorNeeded: () => {
    if (phase.value === "in") phase.value = "must_enrol";
  },
});

export const isWrongPassphrase = (error: unknown): boolean =>
  (error instanceof ApiError && error.status === 403) || (error instanceof KeysError && error.reason === "wrong_passphrase");
