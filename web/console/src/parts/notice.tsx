import type { ComponentChildren, JSX } from "preact";
import { ApiError } from "../api/client";
import { KeysError } from "../keys/keys";
import { language } from "../state/settings";
import { refusalWords } from "../words/refusals";
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

/** What to do about something that was thrown, by its type, by what the server said, or at least by what kind of refusal it was. */
export function adviceOn(error: unknown): string {
  if (error instanceof KeysError) return sayOf("failure", error.reason) === error.reason ? say("failure_broken") : sayOf("failure", error.reason);
  if (error instanceof ApiError) {
    const said = refusalWords(error.detail, language.value);
    if (error.type === "busy" && said) return said;
    const known = sayOf("failure", error.type);
    if (known !== error.type) return known;
    if (said) return said;
    if (error.status === 401) return say("failure_signed_out");
    const kind = sayOf("failure_status", String(error.status));
    return kind === String(error.status) ? say("failure_refused" satisfies Word) : kind;
  }
  return say("failure_broken");
}

export function Failure({ error }: { error: unknown }): JSX.Element | null {
  return error === null || error === undefined ? null : <Notice kind="problem"><p>{adviceOn(error)}</p></Notice>;
}
