// How many came, month by month: for those who plan, report and audit.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Asked, type Count, figures, type Month } from "../api/figures";
import { csv } from "../casework/csv";
import { seesExactFigures } from "../casework/rights";
import { Button } from "../parts/button";
import { Empty } from "../parts/empty";
import { CheckField, SelectField } from "../parts/field";
import { Failure } from "../parts/notice";
import { Progress } from "../parts/progress";
import { me } from "../state/session";
import { language } from "../state/settings";
import { say, sayOf } from "../words/words";
import type { Screen } from "./screen";
import "../style/casework.css";

type What = "reports" | "cases";
interface Part {
  what: What;
  by: string;
  names: string[];
  cells: (month: Month) => Record<string, Count>;
}

const heldBack = "<5*";
const shown = (count: Count | undefined): string => (count === null || count === undefined ? heldBack : count.toLocaleString(language.value));
const monthName = (month: string): string => new Intl.DateTimeFormat(language.value, { year: "numeric", month: "short", timeZone: "UTC" }).format(new Date(`${month}-01T00:00:00Z`));

/** The tables that the months hold: one for each way of counting. */
function partsOf(months: readonly Month[]): Part[] {
  const first = months[0];
  if (!first) return [];
  return (["reports", "cases"] as const).flatMap((what) => Object.entries(first[what]).filter(([, cells]) => cells !== null && typeof cells === "object").map(([by, cells]) => ({
    what, by, names: Object.keys(cells as object), cells: (month: Month) => (month[what] as unknown as Record<string, Record<string, Count>>)[by]!,
  })));
}

function asCsv(months: readonly Month[]): string {
  const rows: (string | number)[][] = [["month", "what", "by", "value", "count"]];
  const cell = (count: Count | undefined): string | number => count ?? heldBack;
  for (const month of months) {
    for (const what of ["reports", "cases"] as const) rows.push([month.month, what, "all", "", cell(month[what].all)]);
    for (const part of partsOf(months)) for (const name of part.names) rows.push([month.month, part.what, part.by, name, cell(part.cells(month)[name])]);
  }
  return csv(rows);
}

/** What the server answered, and what it was asked: nothing is shown or saved under another question than its own. */
interface Answer {
  asked: Asked;
  exact: boolean;
  months: Month[];
}

function save({ months, exact }: Answer): void {
  const url = URL.createObjectURL(new Blob([asCsv(months)], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = exact ? "figures-exact.csv" : "figures.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The answer to what is asked now; null while it is on its way, and when it did not come. What came for an older question is dropped. */
function useAnswer(asked: Asked): { answer: Answer | null; error: unknown; again: () => void } {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [tries, setTries] = useState(0);
  const { from, to, exact } = asked;
  useEffect(() => {
    const stop = new AbortController();
    setError(null);
    figures(asked, stop.signal).then((said) => stop.signal.aborted || setAnswer({ ...said, asked }), (thrown: unknown) => stop.signal.aborted || setError(thrown));
    return () => stop.abort();
  }, [from, to, exact, tries]);
  // Also for the moment until the effect above has run.
  const fits = answer !== null && answer.asked.exact === exact && answer.asked.from === from && answer.asked.to === to;
  return { answer: fits ? answer : null, error, again: () => setTries(tries + 1) };
}

function Table({ part, months }: { part: Part; months: readonly Month[] }): JSX.Element {
  const title = say(`figures_${part.by}` as "figures_urgency");
  return (
    <>
      <h3>{title}</h3>
      <div class="table_box" role="region" aria-label={`${say(`figures_${part.what}`)}: ${title}`} tabIndex={0}>
        <table class="activity_table numbers">
          <thead><tr><th scope="col">{say("statistics_month")}</th><th scope="col">{say("statistics_all")}</th>{part.names.map((name) => <th key={name} scope="col">{sayOf(`${part.by}_n`, name)}</th>)}</tr></thead>
          <tbody>{months.map((month) => <tr key={month.month}><th scope="row">{monthName(month.month)}</th><td>{shown(month[part.what].all)}</td>{part.names.map((name) => <td key={name}>{shown(part.cells(month)[name])}</td>)}</tr>)}</tbody>
        </table>
      </div>
    </>
  );
}

/** Months to choose from: five years back. `latest`: this month or the last one. */
function choices(exact: boolean): { value: string; label: string }[] {
  const today = new Date();
  return Array.from({ length: 60 }, (_, at) => new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - at - (exact ? 0 : 1), 1)).toISOString().slice(0, 7))
    .map((value) => ({ value, label: monthName(value) }));
}

function Statistics(): JSX.Element {
  const [exact, setExact] = useState(false);
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const options = choices(exact);
  const first = from || options[11]!.value;
  const last = to || options[0]!.value;
  const { answer, error, again } = useAnswer({ from: first, to: last, exact });
  const newestFirst = [...(answer?.months ?? [])].reverse();
  return (
    <div class="page">
      <div class="head"><h1>{say("statistics")}</h1>{answer && answer.months.length > 0 ? <Button onPress={() => save(answer)}>{say("save_table")}</Button> : null}</div>
      <section class="panel">
        <p class="soft">{say("statistics_what")}</p>
        <div class="choices">
          <SelectField label={say("statistics_from")} value={first} onChange={setFrom} options={options} />
          <SelectField label={say("statistics_to")} value={last} onChange={setTo} options={options} />
        </div>
        {me.value && seesExactFigures(me.value.role) ? <CheckField label={say("statistics_exact")} hint={say("statistics_exact_hint")} checked={exact} onChange={setExact} /> : null}
        {exact ? null : <p class="hint">{say("statistics_held")}</p>}
        {error ? <><Failure error={error} /><div><Button onPress={again}>{say("try_again")}</Button></div></> : null}
        {answer === null && !error ? <Progress label={say("loading")} /> : null}
        {answer?.months.length === 0 ? <Empty title={say("statistics_none")} /> : null}
      </section>
      {newestFirst.length === 0 ? null : (["reports", "cases"] as const).map((what) => (
        <section class="panel" key={what}>
          <h2>{say(`figures_${what}`)}</h2>
          {partsOf(newestFirst).filter((part) => part.what === what).map((part) => <Table key={part.by} part={part} months={newestFirst} />)}
        </section>
      ))}
    </div>
  );
}

export const statisticsScreen: Screen = { path: "statistics", title: "statistics", nav: { key: "f", icon: "M4.5 19.5h15M7 16v-5M12 16V5.5M17 16V9" }, roles: ["supervisor", "admin", "auditor", "analyst"], draw: Statistics };
