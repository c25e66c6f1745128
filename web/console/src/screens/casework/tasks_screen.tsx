// All tasks of the cases that one has, those that are due first.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type CaseRow, casework, type View } from "../../api/casework";
import { Empty } from "../../parts/empty";
import { Progress } from "../../parts/progress";
import { changed } from "../../state/casework/changes";
import { openCases, openedCase } from "../../state/casework/opened";
import { hrefTo } from "../../state/route";
import { leads } from "../../state/session";
import { say } from "../../words/words";
import "../../style/casework.css";
import { Due } from "./due";
import { personName } from "./people";
import { Trouble } from "./trouble";
import { UrgencyMark } from "./urgency";

const pagesMax = 5;

async function fetchCases(view: View): Promise<CaseRow[]> {
  const rows: CaseRow[] = [];
  let after: string | null = null;
  for (let page = 0; page < pagesMax; ++page) {
    const taken = await casework.queue(view, after, 100);
    rows.push(...taken.items.flatMap((item) => (item.kind === "case" ? [item.case] : [])));
    if (taken.next === null) break;
    after = taken.next;
  }
  await openCases(rows);
  return rows;
}

export function TasksScreen(): JSX.Element {
  const [whose, setWhose] = useState<"mine" | "all">("mine");
  const [rows, setRows] = useState<CaseRow[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    let mine = true;
    void fetchCases(whose).then((taken) => mine && setRows(taken), (thrown: unknown) => mine && setError(thrown));
    return () => {
      mine = false;
    };
  }, [whose, changed.value]);
  const tasks = (rows ?? []).flatMap((row) => (openedCase(row.id).value?.summary?.tasks ?? []).map((task) => ({ row, task }))).sort((a, b) => a.task.due_hour - b.task.due_hour);
  return (
    <div class="page tasks_page">
      <div class="row between">
        <h1 tabIndex={-1}>{say("tasks")}</h1>
        {leads.value ? <div class="views" role="group" aria-label={say("views")}>{(["mine", "all"] as const).map((one) => <button key={one} type="button" class="view" aria-pressed={whose === one} onClick={() => setWhose(one)}>{say(one === "mine" ? "tasks_mine" : "whole_desk")}</button>)}</div> : null}
      </div>
      <Trouble error={error} />
      {rows === null && !error ? <Progress label={say("loading")} /> : null}
      {rows !== null && tasks.length === 0 ? <Empty title={say("no_tasks")}><p>{say("no_tasks_hint")}</p></Empty> : null}
      <ul class="rows task_rows">
        {tasks.map(({ row, task }) => (
          <li key={`${row.id}${task.task}`} class="queue_row">
            <a href={hrefTo("case", row.id)}>
              <span class="row_top"><Due hour={task.due_hour} word={say("due")} /><span class="row_time"><UrgencyMark level={row.urgency} /></span></span>
              <span class="row_words task_words">{task.text}</span>
              <span class="row_foot"><span class="own_title">{openedCase(row.id).value?.summary?.title || say("no_words")}</span><span>{row.assignee ? personName(row.assignee) : say("nobody_has_it")}</span></span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
