// Calls about who one is: signing in, second factors, sessions, recovery, founding. What signing in answers has two forms.
import type { Cost, Enrolment, EpochRow, DeskRow, GrantRow, Role } from "../keys/types";
import { api, untyped } from "./client";

export interface SignedInMember {
  id: string;
  name: string;
  role: Role;
  desk: string;
}
export interface SecondAsked {
  ticket: string;
  totp: boolean;
  passkey: { challenge: string; rp_id: string; credentials: string[] } | null;
}
export type SignInAnswer = { second: SecondAsked } | { member: SignedInMember; wrapped_secret: string; must_enrol: boolean };

export interface SessionAnswer extends Cost {
  id: string;
  name: string;
  role: Role;
  desk: string;
  wrapped_secret: string;
  must_enrol: boolean;
  second_factors: number;
  demo: boolean;
}
export interface SecondFactors {
  totp: { id: string; created_day: number } | null;
  passkeys: { id: string; name: string; created_day: number }[];
}
export interface SessionRow {
  id: string;
  client: "browser" | "command";
  begun_hour: number;
  seen_hour: number;
  current: boolean;
}
export interface PasskeyOptions {
  challenge: string;
  rp_id: string;
  rp_name: string;
  user_id: string;
  user_name: string;
  exclude: string[];
}
export interface Assertion {
  credential: string;
  authenticator_data: string;
  client_data: string;
  signature: string;
}

export const account = {
  cost: (name: string): Promise<Cost> => api.get("/api/v1/sign-in/{name}", { path: { name } }),
  signIn: (name: string, auth: string) => untyped<SignInAnswer>("post", "/api/v1/session", { body: { name, auth }, quiet: true }),
  second: (ticket: string, proof: { totp: string } | { passkey: Assertion }) =>
    untyped<SignInAnswer>("post", "/api/v1/session/second", { body: { ticket, ...proof }, quiet: true }),
  session: (tries?: number) => untyped<SessionAnswer>("get", "/api/v1/session", { quiet: true, ...(tries !== undefined && { tries }) }),
  signOut: () => untyped<undefined>("delete", "/api/v1/session", { quiet: true }),

  sessions: () => untyped<{ sessions: SessionRow[] }>("get", "/api/v1/sessions"),
  endSession: (id: string) => untyped<undefined>("delete", "/api/v1/sessions/{id}", { path: { id } }),
  changePassphrase: (body: { auth: string; salt: string; auth_hash: string; wrapped_secret: string }) => untyped<undefined>("put", "/api/v1/passphrase", { body }),

  secondFactors: () => untyped<SecondFactors>("get", "/api/v1/second-factors"),
  newTotp: () => untyped<{ secret: string; uri: string; qr: string[] }>("post", "/api/v1/second-factors/totp", { body: {} }),
  confirmTotp: (code: string) => untyped<undefined>("post", "/api/v1/second-factors/totp/confirm", { body: { code } }),
  passkeyOptions: () => untyped<PasskeyOptions>("post", "/api/v1/second-factors/passkey/options", { body: {} }),
  newPasskey: (body: { name: string; attestation_object: string; client_data: string }) => untyped<{ id: string }>("post", "/api/v1/second-factors/passkey", { body }),
  removeSecondFactor: (id: string) => untyped<undefined>("delete", "/api/v1/second-factors/{id}", { path: { id } }),

  recovery: (name: string, recovery_auth: string) =>
    untyped<{ ticket: string; member_id: string; recovery_wrapped: string }>("post", "/api/v1/recovery", { body: { name, recovery_auth }, quiet: true }),
  finishRecovery: (body: { ticket: string; salt: string; auth_hash: string; wrapped_secret: string; recovery_wrapped: string; recovery_auth_hash: string }) =>
    untyped<undefined>("post", "/api/v1/recovery/finish", { body, quiet: true }),

  founding: (hash: string) => untyped<object>("get", "/api/v1/foundings/{hash}", { path: { hash }, quiet: true }),
  found: (hash: string, body: Enrolment & { desk: DeskRow; voucher: string; epoch: EpochRow; grants: GrantRow[] }) =>
    untyped<object>("post", "/api/v1/foundings/{hash}", { path: { hash }, body, quiet: true }),

  resetSecondFactors: (id: string) => untyped<undefined>("delete", "/api/v1/members/{id}/second-factors", { path: { id } }),
  endSessionsOf: (id: string) => untyped<undefined>("delete", "/api/v1/members/{id}/sessions", { path: { id } }),
};
