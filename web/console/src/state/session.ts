// Who is signed in, and how far. Signals; the acts that change them are in state/signing_in.ts.
import { computed, signal } from "@preact/signals";
import type { Role } from "../keys/types";

/** starting: the server is asked; signed_out; second: a second factor is asked for; must_enrol: one has to be set up first;
 *  waiting: nobody has compared words with this member yet; locked: signed in, keys wiped; in: at work. */
export type Phase = "starting" | "signed_out" | "second" | "must_enrol" | "waiting" | "locked" | "in";

export interface Me {
  id: string;
  name: string;
  role: Role;
  desk: string;
  demo: boolean;
}

export const phase = signal<Phase>("starting");
export const me = signal<Me | null>(null);

/** Keys are here: only then anything is done in the member's name. */
export const isUnlocked = computed(() => phase.value === "in" || phase.value === "must_enrol" || phase.value === "waiting");

/** Roles that open reports. */
export const deskWorkers: readonly Role[] = ["caseworker", "supervisor", "admin"];
export const worksOnReports = computed(() => me.value !== null && deskWorkers.includes(me.value.role));
export const isAdmin = computed(() => me.value?.role === "admin");
/** May assign others, close, reopen, lower. */
export const leads = computed(() => me.value?.role === "admin" || me.value?.role === "supervisor");
