// What an admin does with members. Keys are handed on only to those whose words were compared.
import { account } from "../api/account";
import { api } from "../api/client";
import { keys } from "../keys/keys";
import type { KnownMember, Role } from "../keys/types";
import { desk, loadDesk } from "./desk";
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

/** Vouches for exactly the keys whose words are given, and hands on all that the caller can open but colleagues' cases. Gives the number of keys. */
export async function letIn(member: KnownMember): Promise<number> {
  const view = desk.value!;
  const { grants: mine } = await api.get("/api/v1/grants");
  await keys.enter({ desk: view.desk, epochs: view.epochs, members: view.members, former: view.former, grants: mine, known: knownDesk(await keys.memberId(), view.desk.id) });
  const { voucher, grants } = await keys.vouchAndGrant({ member: member.id, words: member.words, role: member.role, without: await casesOfOthers(member) });
  await api.put("/api/v1/members/{id}/voucher", { path: { id: member.id }, body: { voucher } });
  const atOnce = 100;
  for (let at = 0; at < grants.length; at += atOnce) await api.post("/api/v1/grants", { body: { grants: grants.slice(at, at + atOnce) }, again: true });
  await loadDesk();
  return grants.length;
}

export class EpochNotBegun extends Error {}

export async function beginEpoch(): Promise<void> {
  const { epoch, grants } = await keys.newEpoch({});
  await api.post("/api/v1/epochs", { body: { epoch, grants } });
  await loadDesk();
}

/** Takes all access and begins a new epoch at once, so that nothing new can be opened with what they may have kept. */
export async function removeMember(id: string): Promise<void> {
  await api.delete("/api/v1/members/{id}", { path: { id } });
  try {
    const { epoch, grants } = await keys.newEpoch({ except: id });
    await api.post("/api/v1/epochs", { body: { epoch, grants } });
  } catch {
    throw new EpochNotBegun();
  } finally {
    await loadDesk();
  }
}

export const resetSecondFactors = (id: string): Promise<undefined> => account.resetSecondFactors(id);
