// What a return code opens: docs/formats.md, section 4. Runs in the worker.
import { bech32 } from "@scure/base";
import { identityToRecipient } from "age-encryption";
import { argon2id } from "hash-wasm";
import { base64url, blake, derive, fromHex, join, number, utf8 } from "./bytes";
import { codeOfBits } from "./code";

export interface Mailbox {
  /** Makes the tags; travels inside the sealed report. */
  key: Uint8Array;
  /** What answers are sealed to. */
  recipient: string;
  /** Opens answers; absent when the server made the mailbox. */
  identity?: string;
}

export const answerWindow = 8;

export const codeOfToken = (token: Uint8Array): string => codeOfBits(derive(token, "hotline/v1/return-code"));

/** `house`: id of the server's first desk, 32 hex digits. Takes 19 MiB and some tenths of a second; throws without WebAssembly. */
export async function openMailbox(code: string, house: string): Promise<Mailbox> {
  const salt = blake(join("hotline/v1/return-code", fromHex(house))).subarray(0, 16);
  const root = await argon2id({
    password: utf8(code), salt, iterations: 2, memorySize: 19 * 1024, parallelism: 1, hashLength: 32, outputType: "binary",
  });
  const seed = derive(root, "hotline/v1/mailbox/identity");
  const identity = bech32.encodeFromBytes("AGE-SECRET-KEY-PQ-", seed).toUpperCase();
  return { key: derive(root, "hotline/v1/mailbox/tags"), identity, recipient: await identityToRecipient(identity) };
}

export const tagOf = (key: Uint8Array, index: number): Uint8Array =>
  blake(join("hotline/v1/mailbox/tag", number(index, 4)), key).subarray(0, 16);

export const wayBack = (mailbox: Mailbox): { key: string; recipient: string } =>
  ({ key: base64url.encode(mailbox.key), recipient: mailbox.recipient });
