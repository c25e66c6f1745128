// The desk as this browser checked it: nothing of it is believed without the desk key's signature.
import { computed, signal } from "@preact/signals";
import { api } from "../api/client";
import { keys, KeysError } from "../keys/keys";
import type { DeskView, KnownMember, MemberRow } from "../keys/types";
import { knownDesk, rememberDesk } from "./known_desk";
import { me, worksOnReports } from "./session";

export const desk = signal<DeskView | null>(null);
/** Stops everything: what the server says of the desk does not hold. */
export const alarm = computed(() => desk.value?.failures ?? []);

export const memberById = computed(() => new Map((desk.value?.members ?? []).map((member) => [member.id, member])));
/** Somebody who has left. */
export const formerOf = (id: string): MemberRow | undefined => desk.value?.former.find((one) => one.id === id);
export const memberOf = (id: string): KnownMember | undefined => memberById.value.get(id);
export const vouchedMembers = computed(() => (desk.value?.members ?? []).filter((member) => member.vouched));

/** Epochs whose keys are held here. */
export const heldEpochs = computed(() => {
  const held = new Set(desk.value?.held);
  return (desk.value?.epochs ?? []).filter((epoch) => held.has(epoch.id));
});

/** What the server said when it was checked last. */
let checked = "";
let asked = 0;
let taken = 0;

/** Fetches desk and grants anew and checks them. After unlocking, and whenever members, epochs or grants may have changed. */
export async function loadDesk(): Promise<DeskView> {
  const turn = ++asked;
  const whose = me.value?.id;
  const [said, { grants }] = await Promise.all([api.get("/api/v1/desk"), api.get("/api/v1/grants", { query: { kind: "epoch,desk_key" } })]);
  if (me.value?.id !== whose) throw new KeysError("locked");   // somebody else sits here by now
  if (turn < taken && desk.value) return desk.value;           // what was asked for later came first
  taken = turn;
  const member = await keys.memberId();
  const known = knownDesk(member, said.desk.id);
  const view = await keys.enter({ desk: said.desk, epochs: said.epochs, members: said.members, former: said.former, grants, known });
  if (view.failures.length === 0) rememberDesk(member, { id: view.desk.id, words: view.words });
  checked = JSON.stringify(said);
  desk.value = view;
  return view;
}

/**
 * The same where anything about the desk changed, or an epoch's key is still waited for; else it costs one small request. Before anything is sealed to
 * members, and whenever the server says that something changed: colleagues come and go while a page is open.
 */
export async function refreshDesk(): Promise<void> {
  const said = desk.value && (await api.get("/api/v1/desk"));
  const waits = worksOnReports.value && desk.value !== null && heldEpochs.value.length < desk.value.epochs.length;
  if (said === null || waits || JSON.stringify(said) !== checked) await loadDesk();
}
