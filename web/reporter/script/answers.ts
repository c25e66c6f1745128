// Answers out of a mailbox: opened, and put together from their parts, as crypto/answer_format.cpp does it. Runs in the worker.
import { base64url } from "./bytes";
import { type Mailbox, answerWindow, tagOf } from "./mailbox";
import { type OnWait, expectTaken, postJson } from "./network";
import { open } from "./sealing";

export interface Answer {
  text: string;
  desk?: string;
  outcome?: string;
  /** A part was not found: the text alone may say something else. */
  partMissing: boolean;
}

export interface Part {
  id: string;
  part: number;
  parts: number;
  /** Since 1970. */
  day: number;
  text: string;
  desk?: string;
  outcome?: string;
}

const windowsMin = 4;
const windowsMax = 64;

/** One part out of its sealed JSON; nothing for anything else. */
export function partOf(content: Uint8Array): Part | undefined {
  try {
    const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(content)) as Record<string, unknown>;
    if (value["v"] !== 1 || value["type"] !== "reply") return undefined;
    const { id, text, part = 0, parts = 1, day, desk, outcome } = value;
    if (typeof id !== "string" || !/^[0-9a-f]{32}$/.test(id) || typeof text !== "string") return undefined;
    if (!Number.isSafeInteger(part) || !Number.isSafeInteger(parts) || (part as number) < 0 || (part as number) >= (parts as number)) return undefined;
    return {
      id, text, part: part as number, parts: parts as number, day: Number.isSafeInteger(day) ? (day as number) : 0,
      ...(typeof desk === "string" ? { desk } : {}), ...(outcome === "deleted" || outcome === "kept" ? { outcome } : {}),
    };
  } catch {
    return undefined;
  }
}

/**
 * Parts that belong together, in the order of days, those of a day in order of appearance: low tags are used again when what they held has expired.
 * A part that comes twice counts once.
 */
export function joinParts(parts: readonly Part[]): Answer[] {
  const groups = new Map<string, Map<number, Part>>();
  for (const part of parts) {
    const group = groups.get(part.id) ?? new Map<number, Part>();
    groups.set(part.id, group);
    if (!group.has(part.part)) group.set(part.part, part);
  }
  const inOrder = [...groups.values()].map((group) => [...group.values()].sort((a, b) => a.part - b.part)).sort((a, b) => a[0]!.day - b[0]!.day);
  return inOrder.map((sorted) => {
    const { desk, outcome } = sorted[0]!;
    return {
      text: sorted.map((part) => part.text).join(""),
      ...(desk ? { desk } : {}), ...(outcome ? { outcome } : {}),
      partMissing: sorted.some((part) => part.parts !== sorted.length),
    };
  });
}

/** Windows of eight tags until one is empty, four at least. A code that nobody has makes the same requests. */
export async function readAnswers(mailbox: Mailbox & { identity: string }, headers: () => Record<string, string>, onWait: OnWait): Promise<Answer[]> {
  const parts: Part[] = [];
  for (let window = 0; window < windowsMax; window++) {
    const tags = Array.from({ length: answerWindow }, (_, i) => base64url.encode(tagOf(mailbox.key, window * answerWindow + i)));
    const response = expectTaken(await postJson("/api/v1/mailbox", { tags }, headers(), onWait));
    const { answers } = (await response.json()) as { answers: { tag: string; sealed: string }[] };
    const ours = answers.filter((answer) => tags.includes(answer.tag));
    for (const tag of tags) {
      const answer = ours.find((one) => one.tag === tag);
      if (!answer) continue;
      const content = await open(new Uint8Array(base64url.decode(answer.sealed)), mailbox.identity);
      const part = content && partOf(content);
      if (part) parts.push(part);
    }
    if (ours.length === 0 && window + 1 >= windowsMin) break;
  }
  return joinParts(parts);
}
