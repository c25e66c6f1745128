// What went wrong with a change of a case, in words: that somebody was quicker, or what anything else on the page says of it.
import type { JSX } from "preact";
import { Failure, Notice } from "../../parts/notice";
import { Conflict } from "../../state/casework/case_file";
import { say } from "../../words/words";

export function conflictWords(conflict: Conflict): string {
  if (conflict.what === "claimed") return conflict.who ? say("was_claimed", { name: conflict.who }) : say("was_claimed_unnamed");
  return say(`was_${conflict.what}`);
}

export function Trouble({ error }: { error: unknown }): JSX.Element {
  return error instanceof Conflict ? <Notice kind="problem"><p>{conflictWords(error)}</p></Notice> : <Failure error={error} />;
}
