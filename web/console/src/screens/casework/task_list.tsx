import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Task } from "../../casework/case_state";
import type { NewEvent } from "../../keys/types";
import { Button } from "../../parts/button";
import { SelectField, TextField } from "../../parts/field";
import { hourNow } from "../../state/clock";
import { newId } from "../../state/casework/case_file";
import { say } from "../../words/words";
import { Due } from "./due";
import { personName } from "./people";
import { Trouble } from "./trouble";

const choices = [1, 4, 24, 72, 168] as const;

/** What is to be done in a case, and a line for more. Without `onRecord` it is only shown. */
export function TaskList({ tasks, onRecord }: { tasks: readonly Task[]; onRecord?: ((events: NewEvent[]) => Promise<void>) | undefined }): JSX.Element {
  const [text, setText] = useState("");
  const [hours, setHours] = useState<string>("24");
  const [error, setError] = useState<unknown>(null);
  const [adding, setAdding] = useState(false);
  const record = async (events: NewEvent[]): Promise<boolean> => {
    setError(null);
    try {
      await onRecord?.(events);
      return true;
    } catch (thrown) {
      setError(thrown);
      return false;
    }
  };
  const add = async (): Promise<void> => {
    if (text.trim() === "") return;
    if (!(await record([{ kind: "task", body: { task: newId(), text: text.trim(), due_hour: hourNow() + Number(hours) } }]))) return;
    setText("");
    setAdding(false);
  };
  const open = tasks.filter((task) => !task.done);
  const done = tasks.length - open.length;
  return (
    <div class="case_tasks">
      {open.length === 0 ? <p class="soft">{say("no_tasks")}</p> : (
        <ul class="bare_list">
          {open.map((task) => (
            <li key={task.task} class="task">
              <span>{task.text}{task.for ? <span class="soft"> · {personName(task.for)}</span> : null}<br /><Due hour={task.dueHour} word={say("due")} /></span>
              {onRecord ? <Button kind="quiet" label={`${say("done")}: ${task.text}`} onPress={() => record([{ kind: "task_done", body: { task: task.task } }])}><span aria-hidden="true">✓</span> {say("done")}</Button> : null}
            </li>
          ))}
        </ul>
      )}
      {done > 0 ? <p class="soft">{say("tasks_done", { n: done })}</p> : null}
      <Trouble error={error} />
      {onRecord && adding ? (
        <div class="new_task">
          <TextField label={say("what_to_do")} value={text} onInput={setText} maxLength={120} autofocus />
          <SelectField label={say("until")} value={hours} onChange={setHours} options={choices.map((n) => ({ value: String(n), label: say(n < 48 ? "in_hours" : "in_days", { n: n < 48 ? n : n / 24 }) }))} />
          <div class="row"><Button kind="primary" disabled={text.trim() === ""} onPress={add}>{say("add")}</Button><Button kind="quiet" onPress={() => setAdding(false)}>{say("cancel")}</Button></div>
        </div>
      ) : null}
      {onRecord && !adding ? <Button kind="quiet" onPress={() => setAdding(true)}>+ {say("new_task")}</Button> : null}
    </div>
  );
}
