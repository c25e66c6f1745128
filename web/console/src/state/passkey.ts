// Passkeys, as the browser offers them (WebAuthn). Binary is base64url here and in the API.
import type { Assertion, PasskeyOptions, SecondAsked } from "../api/account";

const decode = (text: string): Uint8Array<ArrayBuffer> => {
  const bytes = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(bytes, (character) => character.charCodeAt(0));
};
const encode = (buffer: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const named = (id: string): PublicKeyCredentialDescriptor => ({ type: "public-key", id: decode(id) });

/** ES256, EdDSA, RS256: what the server verifies. */
const algorithms = [-7, -8, -257];
const waitMilliseconds = 120_000;

/** Passkeys are bound to a name: there are none at an address of numbers. */
export const hasPasskeys = (): boolean => typeof PublicKeyCredential === "function" && isSecureContext && !/^[\d.]+$|:/.test(location.hostname);

/** Throws what the browser throws when the person gives up. */
export async function makePasskey(options: PasskeyOptions): Promise<{ attestation_object: string; client_data: string }> {
  const made = (await navigator.credentials.create({
    publicKey: {
      challenge: decode(options.challenge), rp: { id: options.rp_id, name: options.rp_name }, timeout: waitMilliseconds, attestation: "none",
      user: { id: decode(options.user_id), name: options.user_name, displayName: options.user_name },
      pubKeyCredParams: algorithms.map((alg) => ({ type: "public-key" as const, alg })), excludeCredentials: options.exclude.map(named),
      authenticatorSelection: { userVerification: "required", residentKey: "discouraged" },
    },
  })) as PublicKeyCredential;
  const response = made.response as AuthenticatorAttestationResponse;
  return { attestation_object: encode(response.attestationObject), client_data: encode(response.clientDataJSON) };
}

export async function usePasskey(asked: NonNullable<SecondAsked["passkey"]>): Promise<Assertion> {
  const used = (await navigator.credentials.get({
    publicKey: {
      challenge: decode(asked.challenge), rpId: asked.rp_id, allowCredentials: asked.credentials.map(named), userVerification: "required", timeout: waitMilliseconds,
    },
  })) as PublicKeyCredential;
  const response = used.response as AuthenticatorAssertionResponse;
  return {
    credential: encode(used.rawId), authenticator_data: encode(response.authenticatorData), client_data: encode(response.clientDataJSON), signature: encode(response.signature),
  };
}
