// What is decided about a case: how urgent, what it is, whose, and its end. Each asks once and says what is recorded.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { type CaseState, missingToClose, policeParts, type PoliceRecord } from "../../casework/case_state";
import { mayAssignOthers, mayClose } from "../../casework/rights";
import type { NewEvent } from "../../keys/types";
import { Button } from "../../parts/button";
import { Dialog } from "../../parts/dialog";
import { SelectField, TextField } from "../../parts/field";
import { Notice } from "../../parts/notice";
import { desk } from "../../state/desk";
import { me } from "../../state/session";
import { helpFor, isKnownLabel, labelText, vocabulary, wordsFor } from "../../state/casework/vocabulary";
import { say } from "../../words/words";
import { Trouble } from "./trouble";
import { UrgencyMark, urgencyHelp, urgencyWord } from "./urgency";

interface DialogProps {
  state: CaseState;
  onChange: (events: NewEvent[]) => Promise<void>;
  onClose: () => void;
}

/** Stores, says what went wrong, and ends when it is done. */
function useStoring({ onChange, onClose }: Pick<DialogProps, "onChange" | "onClose">): { error: unknown; store: (events: NewEvent[]) => Promise<void> } {
  const [error, setError] = useState<unknown>(null);
  const store = async (events: NewEvent[]): Promise<void> => {
    setError(null);
    try {
      await onChange(events);
      onClose();
    } catch (thrown) {
      setError(thrown);
    }
  };
  return { error, store };
}

export function UrgencyDialog({ state, onChange, onClose }: DialogProps): JSX.Element {
  const [to, setTo] = useState(state.urgency);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState("");
  const { error, store } = useStoring({ onChange, onClose });
  const save = async (): Promise<void> => {
    if (reason.trim() === "") return setProblem(say("reason_needed"));
    await store([{ kind: "urgency", body: { from: state.urgency, to, reason: reason.trim(), by: "person" } }]);
  };
  return (
    <Dialog title={say("set_urgency")} onClose={onClose}>
      <fieldset class="choice_list">
        <legend>{say("how_urgent")}</legend>
        {[0, 1, 2, 3, 4].map((level) => (
          <label key={level} class="choice">
            <input type="radio" name="urgency" checked={to === level} onChange={() => setTo(level)} />
            <span><UrgencyMark level={level} /><span class="hint">{urgencyHelp(level)}</span></span>
          </label>
        ))}
      </fieldset>
      <TextField label={say("reason")} hint={say("urgency_reason_hint")} value={reason} onInput={setReason} problem={problem || undefined} lines={2} maxLength={2000} />
      <Trouble error={error} />
      <div class="row end"><Button onPress={onClose}>{say("cancel")}</Button><Button kind="primary" disabled={to === state.urgency} onPress={save}>{say("set_to", { urgency: urgencyWord(to) })}</Button></div>
    </Dialog>
  );
}

export function LabelsDialog({ state, onChange, onClose }: DialogProps): JSX.Element {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(state.labels));
  const [wanted, setWanted] = useState("");
  const [own, setOwn] = useState("");
  const { error, store } = useStoring({ onChange, onClose });
  const child = chosen.has("child") || state.child;
  const toggle = (key: string): void => setChosen((now) => new Set(now.has(key) ? [...now].filter((one) => one !== key) : [...now, key]));
  const fits = (text: string): boolean => text.toLowerCase().includes(wanted.trim().toLowerCase());
  const save = (): Promise<void> | void => {
    const add = [...chosen].filter((label) => !state.labels.includes(label));
    const remove = state.labels.filter((label) => !chosen.has(label));
    return add.length + remove.length === 0 ? onClose() : store([{ kind: "labels", body: { add, remove } }]);
  };
  return (
    <Dialog title={say("labels")} onClose={onClose} side>
      <TextField type="search" label={say("find_label")} value={wanted} onInput={setWanted} autofocus />
      {vocabulary.groups.map((group) => {
        const labels = group.labels.filter((label) => fits(`${label.en} ${label.es}`));
        const unneeded = group.not_for_child === true && child;
        return labels.length === 0 ? null : (
          <fieldset key={group.key} class="choice_list labels" disabled={unneeded}>
            <legend>{wordsFor(group)}</legend>
            {unneeded ? <p class="hint">{say("means_not_needed")}</p> : helpFor(group) ? <p class="hint">{helpFor(group)}</p> : null}
            {labels.map((label) => (
              <label key={label.key} class="choice">
                <input type="checkbox" checked={chosen.has(label.key)} onChange={() => toggle(label.key)} />
                <span>{wordsFor(label)}{helpFor(label) ? <span class="hint">{helpFor(label)}</span> : null}</span>
              </label>
            ))}
          </fieldset>
        );
      })}
      <fieldset class="choice_list labels">
        <legend>{say("own_labels")}</legend>
        {[...new Set([...state.labels, ...chosen])].filter((label) => !isKnownLabel(label)).map((label) => (
          <label key={label} class="choice"><input type="checkbox" checked={chosen.has(label)} onChange={() => toggle(label)} /><span>{labelText(label)}</span></label>
        ))}
        <div class="with_button">
          <TextField label={say("new_label")} value={own} onInput={setOwn} maxLength={40} />
          <Button disabled={own.trim() === ""} onPress={() => {
            toggle(`own:${own.trim()}`);
            setOwn("");
          }}>{say("add")}</Button>
        </div>
      </fieldset>
      <Trouble error={error} />
      <div class="row end sticky_foot"><Button onPress={onClose}>{say("cancel")}</Button><Button kind="primary" onPress={save}>{say("save")}</Button></div>
    </Dialog>
  );
}

export function AssignDialog({ state, onChange, onClose }: DialogProps): JSX.Element {
  const others = (desk.value?.members ?? []).filter((member) => member.vouched && ["caseworker", "supervisor", "admin"].includes(member.role));
  const [to, setTo] = useState(state.assignee ?? me.value!.id);
  const [reason, setReason] = useState("");
  const { error, store } = useStoring({ onChange, onClose });
  const save = (): Promise<void> => store([{ kind: "assign", body: { to: to === "" ? null : to, ...(reason.trim() ? { reason: reason.trim() } : {}) } }]);
  const leads = mayAssignOthers(me.value!.role);
  return (
    <Dialog title={say("hand_over")} onClose={onClose}>
      <SelectField label={say("who_has_it")} value={to} onChange={setTo}
        options={[...(leads || state.assignee === me.value!.id ? [{ value: "", label: say("nobody_has_it") }] : []), ...others.map((member) => ({ value: member.id, label: member.id === me.value!.id ? say("you_named", { name: member.name }) : member.name }))]} />
      <TextField label={say("reason_optional")} value={reason} onInput={setReason} lines={2} maxLength={2000} />
      <Notice><p>{say("assign_gives_key")}</p></Notice>
      <Trouble error={error} />
      <div class="row end"><Button onPress={onClose}>{say("cancel")}</Button><Button kind="primary" disabled={to === (state.assignee ?? "")} onPress={save}>{say("hand_over")}</Button></div>
    </Dialog>
  );
}

const emptyRecord: PoliceRecord = { trigger: "", when: "", whom: "", what: "", by: "" };

export function CloseDialog({ state, onChange, onClose }: DialogProps): JSX.Element {
  const asked = state.state === "close_asked" ? state.closing : null;
  const [type, setType] = useState(asked?.type ?? "");
  const [reason, setReason] = useState(asked?.reason ?? "");
  const [police, setPolice] = useState<PoliceRecord>(asked?.police ?? emptyRecord);
  const [missing, setMissing] = useState<string[]>([]);
  const { error, store } = useStoring({ onChange, onClose });
  const closes = mayClose(me.value!.role);
  const save = async (): Promise<void> => {
    const body = { type, reason: reason.trim(), ...(state.child ? { police } : {}) };
    // Who asks need not have told the police yet; who closes must have it.
    const lacks = missingToClose(body, state.child && closes, vocabulary.close_types.map((one) => one.key));
    setMissing(lacks);
    if (lacks.length === 0) await store([{ kind: closes ? "close" : "close_ask", body }]);
  };
  return (
    <Dialog title={say(closes ? "close_case" : "ask_to_close")} onClose={onClose}>
      {asked ? <Notice><p>{say("was_asked_to_close")}</p></Notice> : null}
      {closes ? null : <p>{say("ask_to_close_hint")}</p>}
      <fieldset class="choice_list" aria-invalid={missing.includes("type") || undefined}>
        <legend>{say("how_it_ends")}</legend>
        {missing.includes("type") ? <p class="field_problem">{say("choose_one")}</p> : null}
        {vocabulary.close_types.map((one) => (
          <label key={one.key} class="choice"><input type="radio" name="close_type" checked={type === one.key} onChange={() => setType(one.key)} /><span>{wordsFor(one)}{helpFor(one) ? <span class="hint">{helpFor(one)}</span> : null}</span></label>
        ))}
      </fieldset>
      <TextField label={say("reason")} value={reason} onInput={setReason} lines={2} maxLength={2000} problem={missing.includes("reason") ? say("reason_needed") : undefined} />
      {state.child ? (
        <fieldset class="choice_list">
          <legend>{say("police_record")}</legend>
          <Notice kind="problem"><p>{say("child_rule")}</p></Notice>
          {policeParts.map((part) => (
            <TextField key={part} label={wordsFor(vocabulary.police.find((one) => one.key === part)!)} value={police[part]} maxLength={500} onInput={(text) => setPolice((now) => ({ ...now, [part]: text }))}
              problem={missing.includes(`police.${part}`) ? say("needed_for_child") : undefined} />
          ))}
        </fieldset>
      ) : null}
      <Trouble error={error} />
      <div class="row end"><Button onPress={onClose}>{say("cancel")}</Button><Button kind="primary" onPress={save}>{say(closes ? "close_case" : "ask_to_close")}</Button></div>
    </Dialog>
  );
}

export function ReopenDialog({ onChange, onClose }: DialogProps): JSX.Element {
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState("");
  const { error, store } = useStoring({ onChange, onClose });
  return (
    <Dialog title={say("reopen")} onClose={onClose}>
      <TextField label={say("reason")} value={reason} onInput={setReason} lines={2} maxLength={2000} problem={problem || undefined} autofocus />
      <Trouble error={error} />
      <div class="row end"><Button onPress={onClose}>{say("cancel")}</Button>
        <Button kind="primary" onPress={() => (reason.trim() === "" ? setProblem(say("reason_needed")) : store([{ kind: "reopen", body: { reason: reason.trim() } }]))}>{say("reopen")}</Button></div>
    </Dialog>
  );
}

export function StatusDialog({ state, onChange, onClose }: DialogProps): JSX.Element {
  const [status, setStatus] = useState(state.status?.status ?? "possible");
  const [by, setBy] = useState(state.status?.decidedBy ?? "ngo");
  const { error, store } = useStoring({ onChange, onClose });
  return (
    <Dialog title={say("victim_status")} onClose={onClose}>
      <SelectField label={say("victim_status")} value={status} onChange={setStatus} options={vocabulary.statuses.map((one) => ({ value: one.key, label: wordsFor(one) }))} />
      <SelectField label={say("decided_by")} value={by} onChange={setBy} options={vocabulary.decided_by.map((one) => ({ value: one.key, label: wordsFor(one) }))} />
      <Trouble error={error} />
      <div class="row end"><Button onPress={onClose}>{say("cancel")}</Button><Button kind="primary" onPress={() => store([{ kind: "status", body: { status, decided_by: by } }])}>{say("save")}</Button></div>
    </Dialog>
  );
}
