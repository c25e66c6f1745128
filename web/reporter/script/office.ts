// The page's end of the worker.
import type { Ask, Call, Calls, Progress, Reply } from "./messages";

export class Refusal extends Error {
  /** A Reason of network.ts, or the id of a text of the page. */
  constructor(readonly reason: string) {
    super(reason);
  }
}

interface Waiting {
  resolve: (taken: never) => void;
  reject: (error: Refusal) => void;
  progress: (what: Progress) => void;
}

export class Office {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private last = 0;
  private heard = false;

  constructor(url: string) {
    this.worker = new Worker(url);
    this.worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      this.heard = true;
      const waiting = this.waiting.get(data.number);
      if (!waiting) return;
      if ("progress" in data) return waiting.progress(data.progress);
      this.waiting.delete(data.number);
      if ("failed" in data) waiting.reject(new Refusal(data.failed));
      else waiting.resolve(data.taken as never);
    };
    this.worker.onerror = (event) => {
      event.preventDefault();
      // Of a script that did not come the event says nothing; of one that broke it says what, but in Firefox of one that cannot be read.
      const reason = !this.heard && !event.message ? "offline" : "broken";
      for (const { reject } of this.waiting.values()) reject(new Refusal(reason));
      this.waiting.clear();
    };
  }

  close(): void {
    this.worker.terminate();
  }

  ask<C extends Call>(call: C, given: Calls[C]["given"], progress: (what: Progress) => void = () => undefined): Promise<Calls[C]["taken"]> {
    return new Promise((resolve, reject) => {
      const number = ++this.last;
      this.waiting.set(number, { resolve, reject, progress });
      this.worker.postMessage({ number, call, given } as Ask);
    });
  }
}
