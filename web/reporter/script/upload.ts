// A sealed file, sent by tus 1.0.0 (https://tus.io/protocols/resumable-upload) in windows of modest size. A window stays in memory until
// the server has it, so that a dropped connection or a server that was started again costs a question for the offset and no byte twice.
// When the server no longer knows the upload, the file is sealed anew from its beginning. Runs in the worker.
import { Failure, type OnWait, expectRoom, expectTaken, type Whole, fetchInTime, pause, request } from "./network";
import { SealedFile } from "./sealing";

const windowBytesMin = 64 * 1024;
const windowBytesMax = 1024 * 1024;
const quickMilliseconds = 2000;   // a window that went faster makes the next one larger
const triesMax = 10;              // without a byte of progress
const startsMax = 3;
const waitSecondsMax = 30;

export interface UploadOptions {
  signal: AbortSignal;
  /** Headers of the request that opens the upload. */
  headers: () => Promise<Record<string, string>>;
  onProgress: (sent: number, all: number) => void;
  onWait: OnWait;
}

export interface Uploaded {
  id: string;
  sha256: string;
}

const tus = { "Tus-Resumable": "1.0.0" };
const offsetOf = (response: Whole): number => {
  const text = response.headers.get("Upload-Offset") ?? "";
  return /^\d+$/.test(text) ? Number(text) : NaN;
};

/** The upload is not there any more: begin again. */
class Lost extends Error {}

class Upload {
  private offset = 0;
  private windowStart = 0;
  private window = new Uint8Array(0);
  private windowBytes = windowBytesMin;

  constructor(private readonly sealed: SealedFile, readonly path: string, private readonly options: UploadOptions) {}

  static async begin(file: Blob, recipient: string, options: UploadOptions): Promise<Upload> {
    const sealed = await SealedFile.of(file, recipient);
    const response = expectTaken(await request("/api/v1/uploads", {
      method: "POST", headers: { ...tus, "Upload-Length": String(sealed.size), ...(await options.headers()) }, signal: options.signal,
    }, options.onWait));
    const path = new URL(response.headers.get("Location") ?? "", response.url).pathname;
    if (!/^\/api\/v1\/uploads\/[0-9a-f]{32}$/.test(path)) throw new Failure("broken");
    return new Upload(sealed, path, options);
  }

  async run(): Promise<Uploaded> {
    while (this.offset < this.sealed.size) {
      await this.fill();
      await this.send();
      this.options.onProgress(this.offset, this.sealed.size);
    }
    return { id: this.path.slice(-32), sha256: this.sealed.sha256() };
  }

  private async fill(): Promise<void> {
    const end = this.windowStart + this.window.length;
    if (this.offset < end) return;
    this.windowStart = end;
    try {
      this.window = await this.sealed.next(this.windowBytes);
    } catch {
      throw new Failure("file");
    }
    if (this.window.length === 0) throw new Failure("broken");
  }

  /** Sends what is left of the window, until at least a part of it has arrived. */
  private async send(): Promise<void> {
    const before = this.offset;
    for (let attempt = 0; this.offset === before; attempt++) {
      if (attempt >= triesMax) throw new Failure("offline");
      const started = Date.now();
      const response = await this.ask({
        method: "PATCH", body: this.window.subarray(this.offset - this.windowStart),
        headers: { ...tus, "Upload-Offset": String(this.offset), "Content-Type": "application/offset+octet-stream" },
      });
      if (response?.ok) {
        this.accept(offsetOf(response));
        const quick = Date.now() - started < quickMilliseconds;
        this.windowBytes = quick ? Math.min(2 * this.windowBytes, windowBytesMax) : Math.max(this.windowBytes / 2, windowBytesMin);
        continue;
      }
      this.windowBytes = windowBytesMin;
      if (response?.status === 404 || response?.status === 410) throw new Lost();
      const refused = response !== undefined && response.status < 500 && ![400, 408, 409, 423, 429].includes(response.status);
      if (refused) throw new Failure(response.status === 413 ? "large" : "refused", response.status);
      if (response) await expectRoom(response);
      const seconds = Math.min(2 ** attempt, waitSecondsMax);
      this.options.onWait(response ? "busy" : "offline", seconds);
      await pause(seconds, this.options.signal);
      const head = await this.ask({ method: "HEAD", headers: tus });
      if (head?.status === 404 || head?.status === 410) throw new Lost();
      if (head?.ok) this.accept(offsetOf(head));
    }
  }

  /** One request without a second try; nothing when no answer came. */
  private async ask(options: RequestInit): Promise<Whole | undefined> {
    try {
      return await fetchInTime(this.path, { signal: this.options.signal, ...options });
    } catch (error) {
      if (this.options.signal.aborted) throw error;
      return undefined;
    }
  }

  private accept(offset: number): void {
    // Outside of the window are bytes that we no longer have, or never sent.
    if (!(offset >= this.windowStart && offset <= this.windowStart + this.window.length)) throw new Lost();
    this.offset = offset;
  }
}

/** Seals and sends a file; gives its id and the SHA-256 of the original. */
export async function upload(file: Blob, recipient: string, options: UploadOptions): Promise<Uploaded> {
  for (let start = 1; ; start++) {
    let running: Upload | undefined;
    try {
      running = await Upload.begin(file, recipient, options);
      return await running.run();
    } catch (error) {
      if (error instanceof Lost && start < startsMax) continue;
      if (running && !(error instanceof Lost)) {
        // Nobody waits for this; the server drops what is never claimed.
        fetch(running.path, { method: "DELETE", headers: tus, credentials: "omit", keepalive: true }).catch(() => undefined);
      }
      // The lock works: our computer lets no upload stay.
      throw error instanceof Lost ? new Failure("busy") : error;
    }
  }
}
