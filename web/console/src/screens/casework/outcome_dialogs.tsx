// What comes of a wish to delete: deleted for good, or kept with a reason that the reporter reads. Each asks once and says what is recorded.
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { sizeOf } from "../../casework/answer_parts";
import { languageOf, type OpenedReport, wordsIn } from "../../casework/content";
import { deletedText } from "../../casework/deleted_text";
import { outcomeTextBytesMax } from "../../casework/outcome_answers";
import { oneLine } from "../../casework/summary";
import { mailboxOf } from "../../casework/ways";
import { wishesOf } from "../../casework/wishes";
import { Button } from "../../parts/button";
import { Dialog } from "../../parts/dialog";
import { CheckField, TextField } from "../../parts/field";
import { Notice } from "../../parts/notice";
import { filled } from "../../state/casework/background";
import { type CaseFile, Conflict } from "../../state/casework/case_file";
import { askingConversations, type Deletion, deletionOf, finishKeeping, PreparedDeletion, PreparedKeeping } from "../../state/casework/outcome";
import { toast } from "../../state/toast";
import { count, say } from "../../words/words";
import { conversationName } from "./people";
import { Trouble } from "./trouble";

const lineBytes = 120;
const tooLong = (text: string): boolean => sizeOf(text) > outcomeTextBytesMax;

function Others({ deletion }: { deletion: Deletion }): JSX.Element {
  return (
    <>
      <p>{say("delete_others")}</p>
      <ul>{deletion.conversations.slice(1).map((reports) => <li key={reports[0]!.row.id}>{oneLine(wordsIn(reports[0]!), lineBytes) || say("no_words")} ({count("delete_messages", reports.length)})</li>)}</ul>
    </>
  );
}

interface DeleteProps {
  file: CaseFile;
  onDeleted: () => void;
  onClose: () => void;
}

export function DeleteDialog({ file, onDeleted, onClose }: DeleteProps): JSX.Element {
  const deletion = deletionOf(file);
  const wishes = wishesOf(file.reports, file.events);
  const builtIn = deletedText(languageOf(file.reports));
  const [text, setText] = useState(builtIn);
  const [others, setOthers] = useState(false);
  const [problem, setProblem] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const prepared = useRef<PreparedDeletion | null>(null);
  const several = deletion.conversations.length > 1;
  const complete = filled.value.complete;
  const wrong = text.trim() === "" ? say("failure_text_empty") : tooLong(text) ? say("keep_too_long") : "";
  const start = async (): Promise<void> => {
    if (several && !others) return setProblem(say("delete_others_needed"));
    if (deletion.told > 0 && !wishes.deletion && wrong !== "") return undefined;
    setError(null);
    setBusy(true);
    // The press that is perhaps recorded says what goes and what the reporter reads; another one goes on with just that.
    if (!prepared.current?.isSaid) prepared.current = new PreparedDeletion(file, deletion, (reports: readonly OpenedReport[]) => (text === builtIn ? deletedText(languageOf(reports)) : text));
    await prepared.current.delete().then(onDeleted, (thrown: unknown) => {
      setError(thrown);
      setBusy(false);
    });
    return undefined;
  };
  return (
    <Dialog title={say("delete_title")} onClose={busy ? () => undefined : onClose}>
      <p>{say("delete_takes", { messages: count("delete_messages", deletion.reports.length), files: count("files", deletion.files) })}</p>
      {wishes.deleteAsked === undefined ? <Notice kind="problem"><p>{say("delete_not_asked")}</p></Notice> : null}
      {several ? <Others deletion={deletion} /> : null}
      {several ? <CheckField label={say("delete_others_too")} checked={others} onChange={setOthers} /> : null}
      {problem && !others ? <p class="field_problem" role="alert">{problem}</p> : null}
      {wishes.deletion ? <p>{say("delete_told_begun")}</p>
        : deletion.told > 0 ? <TextField label={say("delete_told")} value={text} onInput={setText} lines={5} readOnly={prepared.current?.isSaid === true} problem={wrong || undefined} />
          : <p>{say(file.reports.some((report) => report.row.channel === "sms") ? "delete_not_told_sms" : "delete_not_told")}</p>}
      <Notice><p>{say("delete_logged")}</p></Notice>
      {file.unsure.length > 0 ? <Notice kind="problem" title={say("unsure_link_title")}><p>{say("unsure_link")}</p></Notice> : null}
      {complete ? null : <p class="soft" role="status">{say("delete_still_reading", { n: filled.value.done.toLocaleString() })}</p>}
      {error ? <><Trouble error={error} />{error instanceof Conflict ? null : <p class="soft">{say("delete_try_again")}</p>}</> : null}
      <div class="row end"><Button disabled={busy} onPress={onClose}>{say("cancel")}</Button><Button kind="danger" disabled={!complete || file.unsure.length > 0} busy={busy} onPress={start}>{say("delete_title")}</Button></div>
    </Dialog>
  );
}

interface KeepProps {
  file: CaseFile;
  onKept: (file: CaseFile) => void;
  onClose: () => void;
}

export function KeepDialog({ file, onKept, onClose }: KeepProps): JSX.Element {
  const [text, setText] = useState("");
  const prepared = useRef<PreparedKeeping | null>(null);
  const [problem, setProblem] = useState("");
  const [error, setError] = useState<unknown>(null);
  const asking = askingConversations(file);
  const keep = async (): Promise<void> => {
    if (text.trim() === "") return setProblem(say("keep_needed"));
    if (tooLong(text)) return setProblem(say("keep_too_long"));
    setError(null);
    try {
      prepared.current ??= new PreparedKeeping(file);
      const recorded = await prepared.current.record(text.trim());
      // Whatever becomes of the line now: the case says that it is kept, and offers to send the answer again.
      await finishKeeping(recorded).then(() => toast(say("keep_done")), () => undefined);
      onKept(recorded);
      onClose();
    } catch (thrown) {
      setError(thrown);
    }
    return undefined;
  };
  return (
    <Dialog title={say("keep_title")} onClose={onClose}>
      <p>{say("keep_hint")}</p>
      {asking.length > 1 ? <p>{say("keep_several", { n: asking.length })}</p> : null}
      {asking.filter((reports) => !mailboxOf(reports)).map((reports) => (
        <Notice key={reports[0]!.row.id} kind="problem"><p>{asking.length > 1 ? <span class="own_words">{conversationName(reports)}: </span> : null}{say("delete_not_told")}</p></Notice>
      ))}
      <TextField label={say("keep_why")} value={text} onInput={setText} problem={problem || undefined} lines={4} spellcheck autofocus />
      <Notice><p>{say("keep_logged")}</p></Notice>
      <Trouble error={error} />
      <div class="row end"><Button onPress={onClose}>{say("cancel")}</Button><Button kind="primary" onPress={keep}>{say("keep_act")}</Button></div>
    </Dialog>
  );
}
