// One line of the queue: how urgent and why, since when and until when, whose, and the first words.
import type { JSX } from "preact";
import type { QueueItem } from "../../api/casework";
import { type OpenedReport, languageOf, textIn, wordsIn } from "../../casework/content";
import { oneLine } from "../../casework/summary";
import { urgencyOf } from "../../casework/urgency_hint";
import { Time } from "../../parts/time";
import { book, openedCase, openedReport } from "../../state/casework/opened";
import { questionnaire } from "../../state/casework/questions";
import { labelText } from "../../state/casework/vocabulary";
import { hourNow } from "../../state/clock";
import { hrefTo } from "../../state/route";
import { count, say, sayOf } from "../../words/words";
import { Due } from "./due";
import { personName } from "./people";
import { reasonsOf, UrgencyMark } from "./urgency";
import { useOpenedInView } from "./view_opening";

const rowBytes = 220;
const labelsShown = 3;

interface RowProps {
  item: QueueItem;
  /** The one that is open beside. */
  current: boolean;
  /** Further messages of the same conversation that the list does not show. */
  more: number;
}

/** Where it leads. */
export const addressOf = (item: QueueItem): [string, string] => (item.kind === "report" ? ["report", item.report.id] : ["case", item.case.id]);

export function QueueRow({ item, current, more }: RowProps): JSX.Element {
  const element = useOpenedInView(item);
  return (
    <li ref={element} class="queue_row">
      <a href={hrefTo(...addressOf(item))} aria-current={current ? "true" : undefined}>
        {item.kind === "report" ? <ReportLines id={item.report.id} row={item.report} more={more} /> : <CaseLines item={item} />}
      </a>
    </li>
  );
}

function problemLine(report: OpenedReport): string {
  return sayOf("problem", report.problem);
}

function ReportLines({ id, row, more }: { id: string; row: Extract<QueueItem, { kind: "report" }>["report"]; more: number }): JSX.Element {
  const report = openedReport(id).value;
  const hint = report ? urgencyOf(report, questionnaire.value) : { level: row.priority, because: [] };
  const inCase = report ? book.caseOf(report) : undefined;
  const reasons = reasonsOf(hint);
  return (
    <>
      <span class="row_top">
        <UrgencyMark level={hint.level} />
        {row.state === "new" || row.state === undefined ? <span class="unread">{say("unread")}</span> : null}
        <span class="row_time"><Time hour={row.received_hour} /></span>
      </span>
      <span class="row_words">{report ? firstWords(report) : <span class="opening">{say("opening")}</span>}</span>
      {reasons.length > 0 ? <span class="row_why">{reasons.join(" · ")}</span> : null}
      <span class="row_foot">
        <span>{inCase ? say("belongs_to_case") : sayOf("channel", row.channel)}</span>
        {report && languageOf([report]) ? <span>{sayOf("lang", languageOf([report]))}</span> : null}
        {row.attachments.length > 0 ? <span>{count("files", row.attachments.length)}</span> : null}
        {more > 0 ? <span>{count("more_messages", more)}</span> : null}
        {row.due_hour !== undefined && (row.state !== "seen" || row.due_hour < hourNow()) ? <Due hour={row.due_hour} word={say(row.state === "seen" ? "take_up" : "read")} /> : null}
      </span>
    </>
  );
}

function firstWords(report: OpenedReport): JSX.Element {
  if (report.problem !== "") return <span class="soft">{problemLine(report)}</span>;
  const words = oneLine(wordsIn(report), rowBytes);
  if (words !== "") return <span lang={textIn(report.content, "language") || undefined}>{words}</span>;
  if (textIn(report.content, "wish") === "delete") return <span class="soft">{say("asks_delete")}</span>;
  return <span class="soft">{textIn(report.content, "type") === "media" ? say("brings_picture") : say("no_words")}</span>;
}

function CaseLines({ item: { case: row } }: { item: Extract<QueueItem, { kind: "case" }> }): JSX.Element {
  const summary = openedCase(row.id).value?.summary;
  const known = openedCase(row.id).value;
  const labels = (summary?.labels ?? []).filter((label) => label !== "child");
  return (
    <>
      <span class="row_top">
        <UrgencyMark level={row.urgency} />
        {summary?.last.from === "reporter" && row.state !== "closed" ? <span class="waiting_tag">{say("waits_for_us")}</span> : null}
        <span class="row_time">{summary ? <Time hour={summary.last.hour} /> : <Time hour={row.created_hour} />}</span>
      </span>
      <span class="row_words">
        {!known ? <span class="opening">{say("opening")}</span> : !known.held ? <span class="soft">{say("problem_no_key")}</span>
          : !summary ? <span class="soft">{say("open_to_read")}</span>
          : summary.title !== "" ? <span lang={summary.language || undefined}>{summary.title}</span> : <span class="soft">{say("no_words")}</span>}
      </span>
      <span class="row_foot">
        {summary?.child ? <span class="tag warn">{say("child")}</span> : null}
        {summary && summary.never.length > 0 ? <span class="tag alarm">{say("never_short")}</span> : null}
        {row.state !== "open" ? <span class="tag">{sayOf("state", row.state)}</span> : null}
        <span>{row.assignee ? personName(row.assignee) : say("nobody_has_it")}</span>
        {labels.slice(0, labelsShown).map((label) => <span key={label} class="label">{labelText(label)}</span>)}
        {labels.length > labelsShown ? <span>+{labels.length - labelsShown}</span> : null}
        {row.due_hour !== null && row.state !== "closed" ? <Due hour={row.due_hour} word={say("due")} /> : null}
      </span>
    </>
  );
}
