// What an admin does with members. Keys are handed on only to those whose words were compared.
import { account } from "../api/account";
import { api, ApiError } from "../api/client";
import { keys } from "../keys/keys";
import type { GrantRow, KnownMember, Role } from "../keys/types";
import { loadDesk, refreshDesk } from "./desk";
import { knownDesk } from "./known_desk";

/** A link with a one-time code; the server keeps its hash only. */
export async function invite(name: string, role: Role): Promise<string> {
  const made = await keys.newCode("invitation");
  await api.post("/api/v1/invitations", { body: { code_hash: made.base64url, name, role } });
  return `${location.origin}/#/join/${made.code}`;
}

/** Cases that are not for this member to read: those of others, when they do not lead the desk. */
async function casesOfOthers(member: KnownMember): Promise<string[]> {
  if (member.role !== "caseworker") return [];
  const { cases } = await api.get("/api/v1/cases");
  return cases.flatMap((row) => (row.assignee && row.assignee !== member.id ? [row.id] : []));
}

/** Takes all that the caller may open into the keys worker, with the desk as it is now. */
async function holdAll(): Promise<void> {
  const view = await loadDesk();
  const { grants } = await api.get("/api/v1/grants");
  await keys.enter({ desk: view.desk, epochs: view.epochs, members: view.members, former: view.former, grants, known: knownDesk(await keys.memberId(), view.desk.id) });
}

/** How many of all keys have been handed on. */
type Told = (done: number, all: number) => void;

async function hand(grants: readonly GrantRow[], told: Told): Promise<void> {
  const atOnce = 100;
  for (let at = 0; at < grants.length; at += atOnce) {
    told(at, grants.length);
    await api.post("/api/v1/grants", { body: { grants: grants.slice(at, at + atOnce) }, again: true });
  }
}

/** Vouches for exactly the keys whose words are given, and hands on all that the caller can open but colleagues' cases. Gives the number of keys. */
export async function letIn(member: KnownMember, told: Told = () => undefined): Promise<number> {
  await holdAll();
  const { voucher, grants } = await keys.vouchAndGrant({ member: member.id, words: member.words, role: member.role, without: await casesOfOthers(member) });
  await api.put("/api/v1/members/{id}/voucher", { path: { id: member.id }, body: { voucher } });
  await hand(grants, told).finally(loadDesk);   // vouched for is vouched for, whatever became of the keys: they are given again
  return grants.length;
}

/** Hands the same on to somebody who is let in already: what was opened without them, or never arrived when they were. */
export async function giveKeysAgain(member: KnownMember, told: Told = () => undefined): Promise<number> {
  await holdAll();
  const grants = await keys.grantAll({ member: member.id, without: await casesOfOthers(member) });
  await hand(grants, told);
  return grants.length;
}

export class EpochNotBegun extends Error {}

export async function beginEpoch(except?: string): Promise<void> {
  await refreshDesk();
  const { epoch, grants } = await keys.newEpoch(except === undefined ? {} : { except });
  await api.post("/api/v1/epochs", { body: { epoch, grants } });
  await loadDesk();
}

/** Takes all access and begins a new epoch at once, so that nothing new can be opened with what they may have kept. */
export async function removeMember(id: string): Promise<void> {
  await api.delete("/api/v1/members/{id}", { path: { id } }).catch((error: unknown) => {
    if (!(error instanceof ApiError && error.status === 404 && error.lost)) throw error;   // done: only the answer to the first try was lost
  });
  try {
    await beginEpoch(id);
  } catch {
    await loadDesk();
    throw new EpochNotBegun();
  }
}

export const resetSecondFactors = (id: string): Promise<undefined> => account.resetSecondFactors(id);
