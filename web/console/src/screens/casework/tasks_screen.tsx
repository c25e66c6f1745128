// All tasks of the cases that one has, those that are due first.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type CaseRow, casework, type View } from "../../api/casework";
import { tasksMax } from "../../casework/summary";
import { Button } from "../../parts/button";
import { Empty } from "../../parts/empty";
import { Progress } from "../../parts/progress";
import { changed } from "../../state/casework/changes";
import { openCases, openedCase } from "../../state/casework/opened";
import { hrefTo } from "../../state/route";
import { leads } from "../../state/session";
import { language } from "../../state/settings";
import { say } from "../../words/words";
import "../../style/casework.css";
import { Due } from "./due";
import { personName } from "./people";
import { Trouble } from "./trouble";
import { UrgencyMark } from "./urgency";

const pageItems = 100;

/** Every case of the view, told page by page, so that what is due first need not wait for the last. */
async function fetchCases(view: View, told: (rows: readonly CaseRow[]) => boolean): Promise<void> {
  const rows: CaseRow[] = [];
  for (let after: string | null = null; ;) {
    const page: Awaited<ReturnType<typeof casework.queue>> = await casework.queue(view, after, pageItems);
    const cases = page.items.flatMap((item) => (item.kind === "case" ? [item.case] : []));
    await openCases(cases);
    rows.push(...cases);
    if (!told([...rows]) || page.next === null) return;
    after = page.next;
  }
}

/** Those of the view as far as they are read, and read again after every change; what stands there stays meanwhile. */
function useCases(view: View, tries: number): { rows: readonly CaseRow[] | null; complete: boolean; error: unknown } {
  const [rows, setRows] = useState<readonly CaseRow[] | null>(null);
  const [complete, setComplete] = useState(false);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    let mine = true;
    let running = false;
    let first = true;
    setRows(null);
    setComplete(false);
    const readOnce = async (): Promise<void> => {
      let all: readonly CaseRow[] = [];
      await fetchCases(view, (known) => {
        all = known;
        if (mine && first) setRows(known);
        return mine;
      });
      first = false;
      if (!mine) return;
      setRows(all);
      setComplete(true);
      setError(null);
    };
    const read = async (): Promise<void> => {
      running = true;
      // A desk where much happens is read to its end before it is read again.
      for (let seen: number | undefined; mine && seen !== changed.peek();) {
        seen = changed.peek();
        await readOnce().catch((thrown: unknown) => mine && setError(thrown));
      }
      running = false;
    };
    const stop = changed.subscribe(() => {
      if (!running) void read();
    });
    return () => {
      mine = false;
      stop();
    };
  }, [view, tries]);
  return { rows, complete, error };
}

interface Line {
  row: CaseRow;
  id: string;
  text: string;
  dueHour: number;
  /** The case has as many as its summary holds: there may be more in it. */
  more: boolean;
}

function linesOf(row: CaseRow): Line[] {
  const summary = openedCase(row.id).value?.summary;
  // What is to be done is not known here; that something is, and until when, the server knows.
  if (!summary) return row.due_hour === null || row.state === "closed" ? [] : [{ row, id: row.id, text: say("open_to_read"), dueHour: row.due_hour, more: false }];
  return summary.tasks.map((task, at) => ({ row, id: `${row.id}${task.task}`, text: task.text, dueHour: task.due_hour, more: at === tasksMax - 1 }));
}

export function TasksScreen(): JSX.Element {
  const [whose, setWhose] = useState<"mine" | "all">("mine");
  const [tries, setTries] = useState(0);
  const { rows, complete, error } = useCases(whose, tries);
  const tasks = (rows ?? []).flatMap(linesOf).sort((a, b) => a.dueHour - b.dueHour);
  return (
    <div class="page tasks_page">
      <div class="row between">
        <h1 tabIndex={-1}>{say("tasks")}</h1>
        {leads.value ? <div class="views" role="group" aria-label={say("views")}>{(["mine", "all"] as const).map((one) => <button key={one} type="button" class="view" aria-pressed={whose === one} onClick={() => setWhose(one)}>{say(one === "mine" ? "tasks_mine" : "whole_desk")}</button>)}</div> : null}
      </div>
      {error ? <><Trouble error={error} /><div><Button onPress={() => setTries(tries + 1)}>{say("try_again")}</Button></div></> : null}
      {rows === null && !error ? <Progress label={say("loading")} /> : null}
      {rows !== null && !complete && !error ? <Progress label={say("tasks_reading", { n: rows.length.toLocaleString(language.value) })} /> : null}
      {complete && tasks.length === 0 ? <Empty title={say("no_tasks")}><p>{say("no_tasks_hint")}</p></Empty> : null}
      <ul class="rows task_rows">
        {tasks.map(({ row, id, text, dueHour, more }) => (
          <li key={id} class="queue_row">
            <a href={hrefTo("case", row.id)}>
              <span class="row_top"><Due hour={dueHour} word={say("due")} /><span class="row_time"><UrgencyMark level={row.urgency} /></span></span>
              <span class="row_words task_words">{text}</span>
              <span class="row_foot"><span class="own_title">{openedCase(row.id).value?.summary?.title || say("no_words")}</span><span>{row.assignee ? personName(row.assignee) : say("nobody_has_it")}</span>{more ? <span class="tag">{say("tasks_perhaps_more")}</span> : null}</span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
