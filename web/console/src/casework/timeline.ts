// One line of time for a conversation: what the reporter sent and what the desk did. Arrivals are kept to the hour only, so what the desk
// did stands after the last report that its author had seen. As server/cli/case_view.cpp.
import { type OpenedEvent, type OpenedReport, numberIn } from "./content";
import { type Message, messagesOf } from "./text_parts";

export type Entry = { kind: "message"; message: Message; report: OpenedReport } | { kind: "event"; event: OpenedEvent };

/** The number of the last report that the event's author had seen; without it, of the last that came before its hour ended. */
function seenBy(event: OpenedEvent, reports: readonly OpenedReport[]): number {
  const seen = numberIn(event.body, "seen");
  if (seen !== undefined && seen >= 0) return seen;
  return Math.max(0, ...reports.filter(({ row }) => row.received_hour <= event.row.recorded_hour).map(({ row }) => row.number));
}

/** `reports` in order of arrival, `events` in the server's order. Oldest first. */
export function timelineOf(reports: readonly OpenedReport[], events: readonly OpenedEvent[]): Entry[] {
  const messages = messagesOf(reports).map((message): [number, number, number, Entry] => {
    const report = reports[message.reports[0]!]!;
    return [report.row.number, 0, report.row.number, { kind: "message", message, report }];
  });
  // The server's order of events holds among themselves, whatever their authors say that they had seen.
  let after = 0;
  const desk = events.map((event): [number, number, number, Entry] => {
    after = Math.max(after, seenBy(event, reports));
    return [after, 1, event.row.number, { kind: "event", event }];
  });
  return [...messages, ...desk].sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]).map(([, , , entry]) => entry);
}
