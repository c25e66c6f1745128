// In place of modules that age-encryption can use for other kinds of recipients (NIST curves, passphrases). Ours are mlkem768x25519 only;
// without these the bundle is a quarter smaller. Enough shape for the modules to load; whoever calls one of them gets an error.
const absent = (): never => {
  throw new Error("not in this bundle");
};
const lengths = { secretKey: 32, publicKey: 33, publicKeyUncompressed: 65, seed: 48 };
const curve = { lengths, keygen: absent, getPublicKey: absent, getSharedSecret: absent, Point: { Fn: { isLE: false } } };

export const p256 = curve;
export const p384 = curve;
export const scrypt = absent;
