// Beside the conversation: what the desk made of it, and what can be done.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { counts, type OpenedEvent, type OpenedReport } from "../../casework/content";
import { mayAssign, mayAssignOthers, mayDelete, mayReopen } from "../../casework/rights";
import { codesOf, phoneOf } from "../../casework/ways";
import { wishesOf } from "../../casework/wishes";
import { Button } from "../../parts/button";
import { clockTime, Time } from "../../parts/time";
import { type CaseFile, viewsOf } from "../../state/casework/case_file";
import { labelText, wordFor } from "../../state/casework/vocabulary";
import { me } from "../../state/session";
import { say, sayOf } from "../../words/words";
import { ReasonDialog } from "./files";
import { MayBeTold } from "./may_be_told";
import { DeleteDialog, KeepDialog } from "./outcome_dialogs";
import { conversationName, Person, personName } from "./people";
import { TaskList } from "./task_list";
import { AssignDialog, CloseDialog, LabelsDialog, ReopenDialog, StatusDialog, UrgencyDialog } from "./triage_dialogs";
import { UrgencyMark, urgencyWord } from "./urgency";
import type { Viewing } from "./viewing";
import type { CaseActs } from "./case_acts";

export type OpenDialog = "urgency" | "labels" | "assign" | "close" | "reopen" | "status" | "delete" | "keep" | null;

interface PanelProps {
  file: CaseFile;
  /** 0 to 4, also while there is no case. */
  level: number;
  acts: CaseActs;
  /** Nothing can be changed: it is another's, closed, or not sure what it is about. */
  readOnly: boolean;
  dialog: OpenDialog;
  onDialog: (which: OpenDialog) => void;
  viewing: Viewing;
  onChanged: (file: CaseFile) => void;
  onDeleted: () => void;
}

/** Of one of the people whom a case is about; `named` where there are several. */
interface OneProps {
  conversation: readonly OpenedReport[];
  named: boolean;
}

function Phone({ conversation, named, viewing }: OneProps & Pick<PanelProps, "viewing">): JSX.Element | null {
  const phone = phoneOf(conversation);
  const [shown, setShown] = useState(false);
  const [asking, setAsking] = useState(false);
  if (!phone) return null;
  const covered = `${phone.number.slice(0, 4)} ••• ••${phone.number.slice(-2)}`;
  return (
    <div class="panel_part">
      <h2>{say("phone")}</h2>
      {named ? <p class="own_words">{conversationName(conversation)}</p> : null}
      <p>{shown ? <code>{phone.number}</code> : <span>{covered} <Button kind="quiet" onPress={() => setAsking(true)}>{say("reveal_number")}</Button></span>}</p>
      {codesOf(conversation).length > 0 ? <p class="soft">{say("their_code", { code: codesOf(conversation).join(", ") })}</p> : null}
      {asking ? (
        <ReasonDialog title={say("reveal_number")} act={say("reveal_number")} hint={say("reveal_number_hint")} onClose={() => setAsking(false)} onReason={async (reason) => {
          await viewing({ what: "number", reason });
          setShown(true);
          setAsking(false);
        }} />
      ) : null}
    </div>
  );
}

/** Views of reports that are in no case yet lie beside them. */
function useReportViews(file: CaseFile): OpenedEvent[] {
  const [views, setViews] = useState<OpenedEvent[]>([]);
  useEffect(() => {
    let mine = true;
    const all = file.row ? [] : file.reports.filter((report) => report.problem === "");
    void Promise.all(all.map((report) => viewsOf(report))).then((found) => mine && setViews(found.flat()), () => undefined);
    return () => {
      mine = false;
    };
  }, [file]);
  return views;
}

function SeenBy({ file }: { file: CaseFile }): JSX.Element | null {
  const before = useReportViews(file);
  const views = [...before, ...file.events.filter((event) => event.kind === "view" && event.body["what"] === "case")].filter(counts);
  const last = new Map(views.map((event) => [event.row.author, event.row.recorded_hour]));
  if (last.size === 0) return null;
  return (
    <div class="panel_part">
      <h2>{say("who_saw_this")}</h2>
      <ul class="bare_list">{[...last].reverse().map(([author, hour]) => <li key={author}><Person id={author} /> · <Time hour={hour} /></li>)}</ul>
    </div>
  );
}

/** What one person allows; what another allows says nothing of it. */
function Consents({ conversation, named, file }: OneProps & { file: CaseFile }): JSX.Element {
  const wishes = wishesOf(conversation, file.events);
  return (
    <>
      {named ? <p class="own_words">{conversationName(conversation)}</p> : null}
      <MayBeTold consents={wishes.consents} as="p" />
      {wishes.withdrawn.map(({ consent, hour }) => <p key={consent} class="flag">! {say("withdrawn", { consent: wordFor("consents", consent), at: clockTime(3600 * hour) })}</p>)}
    </>
  );
}

function Consent({ file }: { file: CaseFile }): JSX.Element {
  const several = file.conversations.length > 1;
  return (
    <div class="panel_part">
      <h2>{say("consent")}</h2>
      {several ? <p class="flag">! {say("consent_each")}</p> : null}
      {file.conversations.map((one) => <Consents key={one[0]!.row.id} conversation={one} named={several} file={file} />)}
    </div>
  );
}

export function TriagePanel({ file, level, acts, readOnly, dialog, onDialog, viewing, onChanged, onDeleted }: PanelProps): JSX.Element {
  const { state, row } = file;
  const role = me.value!.role;
  const self = me.value!.id;
  const isSure = file.unsure.length === 0;
  const assignable = row !== null && isSure && state.state !== "closed" && mayAssign(role, self, state.assignee);
  const common = { state, onChange: acts.record, onClose: () => onDialog(null) };
  const lastReason = state.reasons.at(-1);
  return (
    <div class="triage_panel">
      <div class="panel_part">
        <h2>{say("urgency")}</h2>
        <p class="row between"><UrgencyMark level={level} />{row && !readOnly ? <Button kind="quiet" onPress={() => onDialog("urgency")}>{say("change")}</Button> : null}</p>
        {lastReason ? <p class="soft">{say(lastReason.by === "machine" ? "raised_by_machine" : "set_by", { name: personName(lastReason.author), to: urgencyWord(lastReason.to) })} {lastReason.reason}</p> : null}
      </div>
      {row ? (
        <div class="panel_part">
          <h2>{say("who_has_it")}</h2>
          <p class="row between"><Person id={state.assignee} />
            {assignable ? state.assignee === null && !mayAssignOthers(role) ? <Button onPress={acts.claim}>{say("take_it")}</Button> : <Button kind="quiet" onPress={() => onDialog("assign")}>{say(state.assignee === null ? "assign" : "hand_over")}</Button> : null}</p>
          {assignable && state.assignee === null && mayAssignOthers(role) ? <Button onPress={acts.claim}>{say("take_it")}</Button> : null}
        </div>
      ) : null}
      {row ? (
        <div class="panel_part">
          <h2>{say("labels")}</h2>
          <p class="labels_shown">{state.labels.length === 0 ? <span class="soft">{say("no_labels")}</span> : state.labels.map((label) => <span key={label} class={label === "child" ? "tag warn" : "label"}>{labelText(label)}</span>)}</p>
          {readOnly ? null : <Button kind="quiet" onPress={() => onDialog("labels")}>{say("choose_labels")}</Button>}
        </div>
      ) : null}
      {row ? <div class="panel_part"><h2>{say("tasks")}</h2><TaskList tasks={state.tasks} onRecord={readOnly ? undefined : acts.record} /></div> : null}
      <Consent file={file} />
      {file.conversations.map((one) => <Phone key={one[0]!.row.id} conversation={one} named={file.conversations.length > 1} viewing={viewing} />)}
      {row ? (
        <div class="panel_part">
          <h2>{say("victim_status")}</h2>
          <p class="row between"><span>{state.status ? `${wordFor("statuses", state.status.status)} · ${wordFor("decided_by", state.status.decidedBy)}` : say("not_decided")}</span>{readOnly ? null : <Button kind="quiet" onPress={() => onDialog("status")}>{say("change")}</Button>}</p>
        </div>
      ) : null}
      <SeenBy file={file} />
      {row?.hold ? (
        <div class="panel_part">
          <h2>{say("hold")}</h2>
          <p>{say(`hold_${row.hold.state}`, { name: personName(row.hold.by) })}</p>
        </div>
      ) : null}
      {row && (state.state === "closed" || row.state === "closed") ? (
        <div class="panel_part">
          <h2>{sayOf("state", "closed")}</h2>
          <p>{state.closing ? wordFor("close_types", state.closing.type) : ""}</p>
          {mayReopen(role) && isSure ? <Button onPress={() => onDialog("reopen")}>{say("reopen")}</Button> : null}
        </div>
      ) : null}
      {mayDelete(role) && file.elsewhere.length === 0 ? <div class="panel_part no_print"><Button kind="quiet" onPress={() => onDialog("delete")}>{say("delete_now")}</Button></div> : null}
      {dialog === "urgency" ? <UrgencyDialog {...common} /> : null}
      {dialog === "labels" ? <LabelsDialog {...common} /> : null}
      {dialog === "assign" ? <AssignDialog {...common} /> : null}
      {dialog === "close" ? <CloseDialog {...common} /> : null}
      {dialog === "reopen" ? <ReopenDialog {...common} /> : null}
      {dialog === "status" ? <StatusDialog {...common} /> : null}
      {dialog === "delete" ? <DeleteDialog file={file} onDeleted={onDeleted} onClose={common.onClose} /> : null}
      {dialog === "keep" ? <KeepDialog file={file} onKept={onChanged} onClose={common.onClose} /> : null}
    </div>
  );
}
