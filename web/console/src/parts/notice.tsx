import type { ComponentChildren, JSX } from "preact";
import { ApiError } from "../api/client";
import { KeysError } from "../keys/keys";
import { say, sayOf, type Word } from "../words/words";

interface NoticeProps {
  /** alarm: stop here; problem: something to mend; good: done; note: to know. */
  kind?: "note" | "good" | "problem" | "alarm";
  title?: string;
  children?: ComponentChildren;
}

const marks = { note: "i", good: "✓", problem: "!", alarm: "■" };

/** A word to the reader that stays. By mark, title and colour. Problems are said aloud. */
export function Notice({ kind = "note", title, children }: NoticeProps): JSX.Element {
  return (
    <div class={`notice ${kind}`} role={kind === "problem" || kind === "alarm" ? "alert" : undefined}>
      <span class="mark" aria-hidden="true">{marks[kind]}</span>
      <div>
        {title ? <p class="notice_title">{title}</p> : null}
        {children}
      </div>
    </div>
  );
}

/** What to do about something that was thrown: words of ours where we know it, else the server's own. */
export function adviceOn(error: unknown): string {
  if (error instanceof KeysError) return sayOf("failure", error.reason) === error.reason ? say("failure_broken") : sayOf("failure", error.reason);
  if (error instanceof ApiError) {
    if (error.type === "busy" && error.detail !== "") return error.detail;
    const known = sayOf("failure", error.type);
    if (known !== error.type) return known;
    if (error.status === 401) return say("failure_signed_out");
    return error.detail || say("failure_refused" satisfies Word);
  }
  return say("failure_broken");
}

export function Failure({ error }: { error: unknown }): JSX.Element | null {
  return error === null || error === undefined ? null : <Notice kind="problem"><p>{adviceOn(error)}</p></Notice>;
}
