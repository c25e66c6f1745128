/** RFC 4648 section 5 without padding; of few bytes. */
export const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...Array.from(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
