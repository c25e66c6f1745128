// The page's end of the keys worker. lock() ends it with all it holds.
import type { Calls } from "./calls";
import { workerUrl } from "./worker_url";

/** A refusal by name: the words for people are `failure_…`. */
export class KeysError extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}

type Remote = { readonly [Name in keyof Calls]: (...given: Parameters<Calls[Name]>) => Promise<ReturnType<Calls[Name]>> };
export interface Ask {
  number: number;
  call: keyof Calls;
  given: unknown[];
}
export type Reply = { number: number; taken: unknown } | { number: number; failed: string };

interface Waiting {
  resolve: (taken: never) => void;
  reject: (error: KeysError) => void;
}

let worker: Worker | undefined;
let last = 0;
const waiting = new Map<number, Waiting>();

function fail(reason: string): void {
  for (const { reject } of waiting.values()) reject(new KeysError(reason));
  waiting.clear();
}

function started(): Worker {
  if (worker) return worker;
  const made = new Worker(workerUrl() as string, { type: "module" });
  made.onmessage = ({ data }: MessageEvent<Reply>) => {
    const one = waiting.get(data.number);
    waiting.delete(data.number);
    if (!one) return;
    if ("failed" in data) one.reject(new KeysError(data.failed));
    else one.resolve(data.taken as never);
  };
  made.onerror = (event) => {
    event.preventDefault();
    lock("worker_broken");
  };
  worker = made;
  return made;
}

const call = (name: keyof Calls, given: unknown[]): Promise<never> =>
  new Promise((resolve, reject) => {
    const number = ++last;
    waiting.set(number, { resolve, reject });
    started().postMessage({ number, call: name, given } satisfies Ask, given.filter((one) => one instanceof ArrayBuffer) as ArrayBuffer[]);
  });

/** Each call goes to the worker and comes back, in order of asking. ArrayBuffers that are given are gone here. */
export const keys = new Proxy({} as Remote, {
  get: (_, name: keyof Calls) => (...given: unknown[]) => call(name, given),
});

/** Ends the worker: all secrets are gone; what still waited fails with "locked". */
export function lock(reason = "locked"): void {
  worker?.terminate();
  worker = undefined;
  fail(reason);
}

/** Starts the worker ahead of use. */
export const prepareKeys = (): void => void started();
