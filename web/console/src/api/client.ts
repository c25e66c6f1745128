// Requests to our own server: typed by schema.ts, made again where that is safe, and one place that knows what a refusal means for the
// whole page.
import { signal } from "@preact/signals";
import type { paths } from "./schema";

type Method = "get" | "post" | "put" | "delete";
type Operation<P extends keyof paths, M extends Method> = Exclude<paths[P][M], undefined>;
export type PathsWith<M extends Method> = { [P in keyof paths]: [Operation<P, M>] extends [never] ? never : P }[keyof paths];
type Json<R> = R extends { content: { "application/json": infer Body } } ? Body : undefined;
export type Taken<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { responses: infer R } ? Json<R[Extract<keyof R, 200 | 201 | 202 | 204>]> : never;
type Sent<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { requestBody?: { content: { "application/json": infer Body } } } ? Body : undefined;

export interface Given<Body = unknown> {
  /** For each {name} of the path. */
  path?: Record<string, string>;
  query?: Record<string, string | number | undefined>;
  body?: Body;
  signal?: AbortSignal;
  /** Also a POST is made again after a lost connection: the server takes the same one twice as one. */
  again?: boolean;
  /** A 401 is an answer, not the end of the session. */
  quiet?: boolean;
  /** How often it is tried in all. */
  tries?: number;
}

/**
 * A refusal. `type` is the problem's type, or "offline", "busy". `lost`: an answer to this request, or to the same one before it, did not come: it may
 * have been done all the same, and then a refusal only says that it cannot be done twice.
 */
export class ApiError extends Error {
  constructor(readonly status: number, readonly type: string, readonly detail: string, readonly lost = false) {
    super(type);
  }
}

/** How it stands with the line: shown on every page. */
export const connection = signal<"fine" | "offline" | "busy">("fine");

interface Listeners {
  signedOut: () => void;
  secondFactorNeeded: () => void;
  /** Asks the person who they are; whether it was proved. */
  proofNeeded: () => Promise<boolean>;
}
const listeners: Listeners = { signedOut: () => undefined, secondFactorNeeded: () => undefined, proofNeeded: async () => false };
export const onRefusal = (told: Partial<Listeners>): void => void Object.assign(listeners, told);

const triesMax = 6;
const waitSecondsMax = 30;
const answerSecondsMax = 60;

const pause = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

function address(path: string, given: Given): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(given.path?.[name] ?? ""));
  const query = Object.entries(given.query ?? {}).filter(([, value]) => value !== undefined).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return query.length > 0 ? `${filled}?${query.join("&")}` : filled;
}

async function problemOf(response: Response, lost: boolean): Promise<ApiError> {
  const problem = (await response.json().catch(() => null)) as { type?: string; detail?: string } | null;
  return new ApiError(response.status, problem?.type ?? "about:blank", problem?.detail ?? "", lost);
}

async function once(method: Method, path: string, given: Given): Promise<Response> {
  const limit = AbortSignal.timeout(1000 * answerSecondsMax);
  const stop = new AbortController();
  const end = (): void => stop.abort();
  for (const one of [limit, given.signal]) one?.addEventListener("abort", end);
  if (given.signal?.aborted) end();
  try {
    return await fetch(address(path, given), {
      method: method.toUpperCase(), cache: "no-store", credentials: "same-origin", redirect: "error", referrerPolicy: "no-referrer", signal: stop.signal,
      ...(given.body === undefined ? {} : { body: JSON.stringify(given.body), headers: { "Content-Type": "application/json" } }),
    });
  } finally {
    for (const one of [limit, given.signal]) one?.removeEventListener("abort", end);
  }
}

/** The answer to a request, made again after 429 and 503 (nothing was taken), and after a lost connection where twice is as good as once. */
async function request(method: Method, path: string, given: Given): Promise<{ response: Response; lost: boolean }> {
  const safe = method !== "post" || given.again === true;
  let lost = false;
  for (let attempt = 1; ; attempt++) {
    let seconds = Math.min(2 ** (attempt - 1), waitSecondsMax);
    let status = 0;
    let refused: Response | undefined;
    try {
      const response = await once(method, path, given);
      status = response.status;
      if (status !== 429 && status !== 503 && !(status >= 502 && safe)) {
        connection.value = "fine";
        return { response, lost: lost || status >= 500 };
      }
      refused = response;
      const problem = status === 503 ? await problemOf(response.clone(), false) : undefined;
      if (problem?.type === "wrong-busy") {   // sent again it would be as wrong, and count again
        connection.value = "fine";
        throw problem;
      }
      seconds = Math.min(Number(response.headers.get("Retry-After")) || seconds, waitSecondsMax);
    } catch (error) {
      if (given.signal?.aborted || (error instanceof ApiError && error.type === "wrong-busy")) throw error;
    }
    lost ||= status !== 429 && status !== 503;
    connection.value = status === 0 ? "offline" : "busy";
    if (attempt >= (given.tries ?? triesMax) || (status === 0 && !safe)) {
      throw new ApiError(status, status === 0 ? "offline" : "busy", refused ? (await problemOf(refused, lost)).detail : "", lost);
    }
    await pause(seconds);
  }
}

async function taken(method: Method, path: string, given: Given, proved = false): Promise<Response> {
  const { response, lost } = await request(method, path, given);
  if (response.ok) return response;
  const problem = await problemOf(response, lost);
  if (problem.type === "proof-needed" && !proved && await listeners.proofNeeded()) return taken(method, path, given, true);
  if (problem.status === 401 && !given.quiet) listeners.signedOut();
  if (problem.status === 403 && problem.type === "second-factor-needed") listeners.secondFactorNeeded();
  throw problem;
}

async function json(method: Method, path: string, given: Given = {}): Promise<never> {
  const response = await taken(method, path, given);
  return (response.status === 204 ? undefined : await response.json()) as never;
}

export const api = {
  get: <P extends PathsWith<"get">>(path: P, given?: Given): Promise<Taken<P, "get">> => json("get", path, given),
  post: <P extends PathsWith<"post">>(path: P, given?: Given<Sent<P, "post">>): Promise<Taken<P, "post">> => json("post", path, given),
  put: <P extends PathsWith<"put">>(path: P, given?: Given<Sent<P, "put">>): Promise<Taken<P, "put">> => json("put", path, given),
  delete: <P extends PathsWith<"delete">>(path: P, given?: Given): Promise<Taken<P, "delete">> => json("delete", path, given),
  /** A stored file, sealed. */
  bytes: async (path: PathsWith<"get">, given: Given = {}): Promise<ArrayBuffer> => (await taken("get", path, given)).arrayBuffer(),
};

/** The same by a type of the caller's. */
export const untyped = <T>(method: Method, path: string, given: Given = {}): Promise<T> => json(method, path, given);
