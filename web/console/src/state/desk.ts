// The desk as this browser checked it: nothing of it is believed without the desk key's signature.
import { computed, signal } from "@preact/signals";
import { api } from "../api/client";
import { keys } from "../keys/keys";
import type { DeskView, KnownMember } from "../keys/types";
import { knownDesk, rememberDesk } from "./known_desk";

export const desk = signal<DeskView | null>(null);
/** Stops everything: what the server says of the desk does not hold. */
export const alarm = computed(() => desk.value?.failures ?? []);

export const memberById = computed(() => new Map((desk.value?.members ?? []).map((member) => [member.id, member])));
/** The name of somebody who has left. */
export const formerName = (id: string): string | undefined => desk.value?.former.find((one) => one.id === id)?.name;
export const memberOf = (id: string): KnownMember | undefined => memberById.value.get(id);
export const vouchedMembers = computed(() => (desk.value?.members ?? []).filter((member) => member.vouched));

/** Fetches desk and grants anew and checks them. After unlocking, and whenever members, epochs or grants may have changed. */
export async function loadDesk(): Promise<DeskView> {
  const [said, { grants }] = await Promise.all([api.get("/api/v1/desk"), api.get("/api/v1/grants", { query: { kind: "epoch,desk_key" } })]);
  const member = await keys.memberId();
  const known = knownDesk(member, said.desk.id);
  const view = await keys.enter({ desk: said.desk, epochs: said.epochs, members: said.members, former: said.former, grants, known });
  if (view.failures.length === 0) rememberDesk(member, { id: view.desk.id, words: view.words });
  desk.value = view;
  return view;
}
