// What has become of a text to a phone; while it waits to leave it can be taken back.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { TextRow } from "../../api/casework";
import { Button } from "../../parts/button";
import { say, sayOf } from "../../words/words";
import { Trouble } from "./trouble";

/** In words. */
function textState(row: TextRow | undefined): string {
  if (!row) return say("text_never_ordered");
  if (row.state === "waiting") return say("text_waiting");
  if (row.state === "sent") return say("text_sent");
  if (row.state === "delivered") return say("text_delivered");
  if (row.reason === "perhaps-sent") return say("text_perhaps");
  const reason = sayOf("text_reason", row.reason.replace(/-/g, "_"));
  return `${say(row.state === "refused" ? "text_refused" : "text_not_sent")}: ${reason}${row.code ? ` (${row.code})` : ""}`;
}

interface TextProps {
  /** Absent: the server knows of none. */
  row: TextRow | undefined;
  /** Absent: not for this member. */
  onTakeBack?: ((text: string) => Promise<void>) | undefined;
}

export function TextLine({ row, onTakeBack }: TextProps): JSX.Element {
  const [error, setError] = useState<unknown>(null);
  const takeBack = async (): Promise<void> => {
    setError(null);
    await onTakeBack!(row!.id).catch(setError);
  };
  return (
    <>
      <p class="soft">{textState(row)} {row?.state === "waiting" && onTakeBack ? <Button kind="quiet" onPress={takeBack}>{say("text_take_back")}</Button> : null}</p>
      <Trouble error={error} />
    </>
  );
}
