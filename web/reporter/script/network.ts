// Requests to our own server, and what to make of their failing. Runs in the worker.

/** Why something was not done: "offline" no connection; "busy" the server asks to wait; "refused" it does not take this;
 *  "large" too long or too big; "full" it has no room for files; "file" one of the files cannot be read; "stopped" the person wanted it so; "broken" anything else. */
export type Reason = "offline" | "busy" | "refused" | "large" | "full" | "file" | "stopped" | "broken";

export class Failure extends Error {
  constructor(readonly reason: Reason, readonly status = 0) {
    super(reason);
  }
}

const waitsSecondsMax = 60;
const triesMax = 8;

export const pause = (seconds: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = (): void => reject(new DOMException("", "AbortError"));
    if (signal?.aborted) return stop();
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, 1000 * seconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      stop();
    });
  });

const answerSecondsMax = 120;

/** An answer that came whole. */
export interface Whole {
  ok: boolean;
  status: number;
  headers: Headers;
  /** Where it came from. */
  url: string;
  json(): Promise<unknown>;
}

/** One fetch to our own server, given up after two minutes: a line can be dead without saying so, also in the middle of an answer. */
export async function fetchInTime(path: string, options: RequestInit): Promise<Whole> {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  options.signal?.addEventListener("abort", stop);
  if (options.signal?.aborted) stop();
  const timer = setTimeout(stop, 1000 * answerSecondsMax);
  try {
    const response = await fetch(path, { cache: "no-store", credentials: "omit", redirect: "error", referrerPolicy: "no-referrer", ...options, signal: controller.signal });
    const text = await response.text();
    const { ok, status, headers, url } = response;
    return { ok, status, headers, url, json: async () => JSON.parse(text) as unknown };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", stop);
  }
}

/** The title of a problem, by which those of one status are told apart. */
export async function titleOf(response: Whole): Promise<string> {
  const problem = (await response.json().catch(() => null)) as { title?: string } | null;
  return problem?.title ?? "";
}

/** A 503 that no waiting will mend: words are still taken, files are not. */
export async function expectRoom(response: Whole): Promise<void> {
  if (response.status === 503 && (await titleOf(response)) === "No room for files") throw new Failure("full", 503);
}

/** Told when a request has to wait before it is made again: why, and how many seconds. */
export type OnWait = (reason: "offline" | "busy", seconds: number) => void;

/** One request, made again after a lost connection, 429 and 5xx, with longer and longer pauses. Any other status is an answer. */
export async function request(path: string, options: RequestInit = {}, onWait: OnWait = () => undefined, tries = triesMax): Promise<Whole> {
  for (let attempt = 0; ; attempt++) {
    let reason: "offline" | "busy" = "offline";
    let seconds = Math.min(2 ** attempt, waitsSecondsMax / 2);
    try {
      const response = await fetchInTime(path, options);
      if (response.status !== 429 && response.status !== 408 && response.status < 500) return response;
      await expectRoom(response);
      reason = "busy";
      const asked = Number(response.headers.get("Retry-After"));
      if (asked > 0) seconds = Math.min(asked, waitsSecondsMax);
    } catch (error) {
      if (options.signal?.aborted || error instanceof Failure) throw error;
    }
    if (attempt + 1 >= tries) throw new Failure(reason);
    onWait(reason, seconds);
    await pause(seconds, options.signal ?? undefined);
  }
}

/** An answer that must be a 2xx. */
export function expectTaken(response: Whole): Whole {
  if (response.ok) return response;
  throw new Failure(response.status === 413 ? "large" : "refused", response.status);
}

export const postJson = (path: string, body: unknown, headers: Record<string, string>, onWait?: OnWait, signal: AbortSignal | null = null): Promise<Whole> =>
  request(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", ...headers }, signal }, onWait);
