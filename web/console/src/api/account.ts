// Calls about who one is: signing in, second factors, sessions, recovery, founding. Those that answer before anybody is signed in are
// quiet: their 401 and 403 are answers.
import type { DeskRow, Enrolment, EpochRow, GrantRow } from "../keys/types";
import { api, type Taken } from "./client";

export type SignInAnswer = Taken<"/api/v1/session", "post">;
export type SecondAsked = Extract<SignInAnswer, { second: unknown }>["second"];
export type SessionAnswer = Taken<"/api/v1/session", "get">;
export type SecondFactors = Taken<"/api/v1/second-factors", "get">;
export type SessionRow = Taken<"/api/v1/sessions", "get">["sessions"][number];
export type InvitationRow = Taken<"/api/v1/invitations", "get">["invitations"][number];
export type PasskeyOptions = Taken<"/api/v1/second-factors/passkey/options", "post">;

export interface Assertion {
  credential: string;
  authenticator_data: string;
  client_data: string;
  signature: string;
}

export const account = {
  cost: (name: string) => api.get("/api/v1/sign-in/{name}", { path: { name } }),
  signIn: (name: string, auth: string) => api.post("/api/v1/session", { body: { name, auth }, quiet: true }),
  second: (ticket: string, proof: { totp: string } | { passkey: Assertion }) => api.post("/api/v1/session/second", { body: { ticket, ...proof }, quiet: true }),
  session: (tries?: number) => api.get("/api/v1/session", { quiet: true, ...(tries !== undefined && { tries }) }),
  signOut: () => api.delete("/api/v1/session", { quiet: true }),

  proof: (auth: string) => api.post("/api/v1/session/proof", { body: { auth } }),
  finishProof: (body: { ticket: string; totp?: string; passkey?: Assertion }) => api.put("/api/v1/session/proof", { body }),

  sessions: () => api.get("/api/v1/sessions"),
  endSession: (id: string) => api.delete("/api/v1/sessions/{id}", { path: { id } }),
  changePassphrase: (body: { auth: string; salt: string; auth_hash: string; wrapped_secret: string }) => api.put("/api/v1/passphrase", { body }),

  secondFactors: () => api.get("/api/v1/second-factors"),
  newTotp: () => api.post("/api/v1/second-factors/totp", { body: {} as never }),
  confirmTotp: (code: string) => api.post("/api/v1/second-factors/totp/confirm", { body: { code } }),
  passkeyOptions: () => api.post("/api/v1/second-factors/passkey/options", { body: {} as never }),
  newPasskey: (body: { name: string; attestation_object: string; client_data: string }) => api.post("/api/v1/second-factors/passkey", { body }),
  removeSecondFactor: (id: string) => api.delete("/api/v1/second-factors/{id}", { path: { id } }),

  recovery: (name: string, recovery_auth: string) => api.post("/api/v1/recovery", { body: { name, recovery_auth }, quiet: true }),
  finishRecovery: (body: { ticket: string; salt: string; auth_hash: string; wrapped_secret: string; recovery_wrapped: string; recovery_auth_hash: string }) =>
    api.post("/api/v1/recovery/finish", { body, quiet: true }),

  paperCode: (auth: string) => api.post("/api/v1/recovery-code", { body: { auth }, quiet: true }),
  finishPaperCode: (body: { ticket: string; recovery_wrapped: string; recovery_auth_hash: string; totp?: string; passkey?: Assertion }) =>
    api.put("/api/v1/recovery-code", { body, quiet: true }),

  invitations: () => api.get("/api/v1/invitations"),
  withdraw: (which: string) => api.delete("/api/v1/invitations/{which}", { path: { which } }),
  about: () => api.get("/api/v1/about", { quiet: true }),

  founding: (hash: string) => api.get("/api/v1/foundings/{hash}", { path: { hash }, quiet: true }),
  found: (hash: string, body: Enrolment & { desk: DeskRow; voucher: string; epoch: EpochRow; grants: GrantRow[] }) =>
    api.post("/api/v1/foundings/{hash}", { path: { hash }, body, quiet: true }),

  resetSecondFactors: (id: string) => api.delete("/api/v1/members/{id}/second-factors", { path: { id } }),
  endSessionsOf: (id: string) => api.delete("/api/v1/members/{id}/sessions", { path: { id } }),
};
