// Who did what and when, without what was in it: for those who watch over the desk.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type ActivityRow, casework, views } from "../../api/casework";
import { csv } from "../../casework/csv";
import { useAct } from "../../parts/act";
import { Button } from "../../parts/button";
import { Empty } from "../../parts/empty";
import { Confirm } from "../../parts/dialog";
import { SelectField } from "../../parts/field";
import { Failure } from "../../parts/notice";
import { Progress } from "../../parts/progress";
import { Time } from "../../parts/time";
import { counts } from "../../state/casework/queue";
import { desk } from "../../state/desk";
import { hrefTo } from "../../state/route";
import { worksOnReports } from "../../state/session";
import { language } from "../../state/settings";
import { say, sayOf } from "../../words/words";
import "../../style/casework.css";
import { personName } from "./people";

const pageRows = 100;
const exportPageRows = 200;

const actText = (act: string): string => sayOf("act", act.replace(/-/g, "_"));
const subjectText = (row: ActivityRow): string => (row.subject ? `${sayOf("subject", row.subject_kind.replace(/-/g, "_"))} ${row.subject_kind === "member" ? personName(row.subject) : row.subject.slice(0, 8)}` : "");

/** All of it, however long; `told` how many lines were read. */
async function exported(member: string | undefined, told: (lines: number) => void, stop: AbortSignal): Promise<string> {
  const rows: (string | number)[][] = [];
  for (let before: number | undefined; ;) {
    const page = await casework.activity({ before, limit: exportPageRows, member }, stop);
    for (const row of page.rows) rows.push([row.number, new Date(3_600_000 * row.hour).toISOString().slice(0, 13) + ":00Z", row.member ? personName(row.member) : "", row.act, row.subject_kind, row.subject ?? ""]);
    told(rows.length);
    if (page.rows.length < exportPageRows) break;
    before = page.rows.at(-1)!.number;
  }
  return csv([["number", "hour", "member", "act", "subject kind", "subject"], ...rows]);
}

function SaveTable({ member, onClose }: { member: string | undefined; onClose: () => void }): JSX.Element {
  const [lines, setLines] = useState(0);
  const act = useAct();
  const stop = useRef(new AbortController());
  useEffect(() => () => stop.current.abort(), []);   // whoever closes this wants no table any more
  const save = (): Promise<boolean> => act.run(async () => {
    setLines(0);
    const text = await exported(member, setLines, stop.current.signal);
    if (stop.current.signal.aborted) return;
    const url = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = "activity.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    onClose();
  });
  return (
    <Confirm title={say("save_table")} act={say("save_table")} onConfirm={save} onClose={onClose}>
      <p>{say("save_table_hint")}</p>
      {act.running ? <Progress label={say("saving_table", { n: lines.toLocaleString(language.value) })} /> : null}
      <Failure error={act.error} />
    </Confirm>
  );
}

function Subject({ row }: { row: ActivityRow }): JSX.Element {
  const text = subjectText(row);
  const leads = worksOnReports.value && row.subject && (row.subject_kind === "case" || row.subject_kind === "report");
  return leads ? <a href={hrefTo(row.subject_kind, row.subject!)}>{text}</a> : <span>{text}</span>;
}

/** How much waits, for those who see no more of it than that. */
function Figures(): JSX.Element | null {
  if (!counts.value) return null;
  return <dl class="figures">{views.map((name) => <div key={name}><dt>{say(`view_${name}`)}</dt><dd>{counts.value![name].toLocaleString()}</dd></div>)}</dl>;
}

export function ActivityScreen(): JSX.Element {
  const [rows, setRows] = useState<ActivityRow[] | null>(null);
  const [head, setHead] = useState<{ count: number; hash: string } | null>(null);
  const [ended, setEnded] = useState(false);
  const [member, setMember] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [asking, setAsking] = useState(false);
  const newest = useRef(member);
  newest.current = member;
  const more = async (before?: number): Promise<void> => {
    setError(null);
    if (before === undefined) setRows(null);
    try {
      const page = await casework.activity({ before, limit: pageRows, ...(member ? { member } : {}) });
      if (newest.current !== member) return;   // somebody else's was asked for meanwhile
      setRows((known) => [...(before === undefined ? [] : known ?? []), ...page.rows]);
      setHead(page.head);
      setEnded(page.rows.length < pageRows);
    } catch (thrown) {
      if (newest.current === member) setError(thrown);
    }
  };
  useEffect(() => void more(), [member]);
  return (
    <div class="page">
      <div class="row between"><h1 tabIndex={-1}>{say("activity")}</h1><Button onPress={() => setAsking(true)}>{say("save_table")}</Button></div>
      <Figures />
      <p class="soft">{say("activity_hint")}</p>
      <SelectField label={say("whose")} value={member} onChange={setMember} options={[{ value: "", label: say("everyone") }, ...(desk.value?.members ?? []).map((one) => ({ value: one.id, label: one.name }))]} />
      <Failure error={error} />
      {rows === null && !error ? <Progress label={say("loading")} /> : null}
      {rows?.length === 0 ? <Empty title={say("no_activity")} /> : null}
      {rows && rows.length > 0 ? (
        <div class="table_box" role="region" aria-label={say("activity")} tabIndex={0}>
          <table class="activity_table">
            <thead><tr><th scope="col">{say("when")}</th><th scope="col">{say("who")}</th><th scope="col">{say("did_what")}</th><th scope="col">{say("to_what")}</th></tr></thead>
            <tbody>{rows.map((row) => <tr key={row.number}><td><Time hour={row.hour} /></td><td>{row.member ? personName(row.member) : say("the_server")}</td><td>{actText(row.act)}</td><td><Subject row={row} /></td></tr>)}</tbody>
          </table>
        </div>
      ) : null}
      {rows && !ended ? <Button onPress={() => more(rows.at(-1)?.number)}>{say("show_more")}</Button> : null}
      {head ? <p class="soft">{say("chain_head", { n: head.count.toLocaleString(), hash: head.hash.slice(0, 16) })}</p> : null}
      {asking ? <SaveTable member={member || undefined} onClose={() => setAsking(false)} /> : null}
    </div>
  );
}
