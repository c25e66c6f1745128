// What the desk must know before reading on: who must never be told, a child, a wish to delete, what has begun and not ended.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { mayDelete, mayWorkOn } from "../../casework/rights";
import { wishesOf } from "../../casework/wishes";
import { Button } from "../../parts/button";
import { Failure, Notice } from "../../parts/notice";
import type { CaseFile } from "../../state/casework/case_file";
import { finishKeeping, isKeepingUnfinished } from "../../state/casework/outcome";
import { me } from "../../state/session";
import { say } from "../../words/words";
import { personName } from "./people";
import type { OpenDialog } from "./triage_panel";

interface WarningsProps {
  file: CaseFile;
  onDialog: (which: OpenDialog) => void;
}

function DeleteAsked({ file, onDialog }: WarningsProps): JSX.Element {
  const { role, id } = me.value!;
  const leads = mayDelete(role);
  const isElsewhere = file.elsewhere.length > 0;
  return (
    <Notice kind="problem">
      <p>{say("delete_asked")} {leads ? "" : say("delete_asked_waits")}</p>
      <p class="row no_print">
        {leads && !isElsewhere ? <Button onPress={() => onDialog("delete")}>{say("delete_now")}</Button> : null}
        {mayWorkOn(role, id, file.state.assignee) && !isElsewhere && file.unsure.length === 0 ? <Button onPress={() => onDialog("keep")}>{say("keep_anyway")}</Button> : null}
      </p>
    </Notice>
  );
}

function DeletionBegun({ by, onDialog }: { by: string } & Pick<WarningsProps, "onDialog">): JSX.Element {
  return (
    <Notice kind="alarm">
      <p>{say("deletion_begun", { name: personName(by) })}</p>
      {mayDelete(me.value!.role) ? <p class="no_print"><Button onPress={() => onDialog("delete")}>{say("delete_finish")}</Button></p> : null}
    </Notice>
  );
}

/** An answer that was recorded from here and is perhaps not in the mailbox. */
function KeepingUnfinished({ file }: { file: CaseFile }): JSX.Element | null {
  const [unfinished, setUnfinished] = useState(false);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    let mine = true;
    void isKeepingUnfinished(file).then((is) => mine && setUnfinished(is), () => undefined);
    return () => {
      mine = false;
    };
  }, [file]);
  if (!unfinished) return null;
  const again = async (): Promise<void> => {
    setError(null);
    await finishKeeping(file).then(() => setUnfinished(false), setError);
  };
  return (
    <Notice kind="problem">
      <p>{say("keep_unfinished")}</p>
      <Failure error={error} />
      <p><Button onPress={again}>{say("keep_send_again")}</Button></p>
    </Notice>
  );
}

export function Warnings({ file, onDialog }: WarningsProps): JSX.Element {
  const wishes = wishesOf(file.reports, file.events);
  return (
    <>
      {wishes.never.length > 0 ? <Notice kind="alarm" title={say("never_tell")}><p><strong>{wishes.never.join(", ")}</strong>. {say("never_tell_hint")}</p></Notice> : null}
      {file.state.child ? <Notice kind="problem"><p>{say("child_here")}</p></Notice> : null}
      {wishes.deletion ? <DeletionBegun by={wishes.deletion.row.author} onDialog={onDialog} /> : null}
      {wishes.deleteAsked !== undefined && !wishes.deletion ? <DeleteAsked file={file} onDialog={onDialog} /> : null}
      <KeepingUnfinished file={file} />
      {file.state.state === "close_asked" && file.state.closing ? <Notice><p>{say("close_was_asked", { name: personName(file.state.closing.author) })} {file.state.closing.reason}</p></Notice> : null}
      {file.row && file.state.state === "closed" && (file.fresh.length > 0 || file.state.wroteAfterClosing) ? <Notice kind="problem"><p>{say("wrote_after_closing")}</p></Notice> : null}
    </>
  );
}
