// The light proof of work of GET /api/v1/work: solved in small slices beforehand, spent once. Never needed; it only moves whoever sends it
// forward in a crowd. So nothing here fails, and nobody waits for it long. Runs in the worker.
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8 } from "./bytes";
import { request } from "./network";

const triesPerSlice = 500;
const bitsMax = 22;
const freshMilliseconds = 50 * 60 * 1000;   // a challenge holds for an hour

export function solves(text: string, bits: number): boolean {
  const hash = sha256(utf8(text));
  for (let i = 0; i < bits; i++) if (hash[i >> 3]! & (128 >> (i & 7))) return false;
  return true;
}

/** `challenge`.`nonce` such that its SHA-256 starts with so many zero bits. */
export async function solve(challenge: string, bits: number): Promise<string> {
  for (let nonce = 0; ; nonce++) {
    const solution = `${challenge}.${nonce}`;
    if (solves(solution, bits)) return solution;
    if (nonce % triesPerSlice === triesPerSlice - 1) await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

export class Proofs {
  private ready = "";
  private made = 0;
  private running: Promise<void> | undefined;

  prepare(): void {
    this.running ??= this.make().catch(() => undefined).then(() => (this.running = undefined));
  }

  private async make(): Promise<void> {
    const response = await request("/api/v1/work", {}, undefined, 1);
    if (!response.ok) return;
    const { challenge, bits } = (await response.json()) as { challenge: string; bits: number };
    if (typeof challenge !== "string" || !(bits <= bitsMax)) return;
    this.ready = await solve(challenge, bits);
    this.made = Date.now();
  }

  /** Headers for one request: with a solution when there is one, or will be in `wait` milliseconds. */
  async headers(wait = 0): Promise<Record<string, string>> {
    if (this.ready === "" || Date.now() - this.made > freshMilliseconds) {
      this.ready = "";
      this.prepare();
      if (wait > 0) await Promise.race([this.running, new Promise((resolve) => setTimeout(resolve, wait))]);
    }
    const solution = this.ready;
    this.ready = "";
    return solution === "" ? {} : { "Hotline-Work": solution };
  }
}
