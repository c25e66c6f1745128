import type { JSX } from "preact";
import { dueState } from "../../casework/targets";
import { hourNow } from "../../state/clock";
import { clockTime } from "../../parts/time";
import { say } from "../../words/words";

/** Days from two on, else hours. */
export function hoursInWords(hours: number): string {
  return hours >= 48 ? say("days_short", { n: Math.floor(hours / 24) }) : say("hours_short", { n: hours });
}

/** Until when, and how long that is; overdue by word, mark and colour. `word`: what is due. */
export function Due({ hour, word }: { hour: number; word?: string }): JSX.Element {
  const due = dueState(hour, hourNow());
  const at = clockTime(3600 * hour);
  const prefix = word ? `${word} ` : "";
  if (due.state === "overdue") return <span class="due overdue"><span aria-hidden="true">! </span>{prefix}{say("overdue_by", { time: hoursInWords(due.hours), at })}</span>;
  if (due.state === "now") return <span class="due soon">{prefix}{say("due_this_hour")}</span>;
  return <span class={due.hours <= 2 ? "due soon" : "due"}>{prefix}{say("due_in", { time: hoursInWords(due.hours), at })}</span>;
}
