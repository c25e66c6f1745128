// Messages that somebody put to the case whom nobody at the desk knows any more: that they belong here somebody says again, or nobody.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { messagesOf } from "../../casework/text_parts";
import { Button } from "../../parts/button";
import { Notice } from "../../parts/notice";
import type { CaseFile } from "../../state/casework/case_file";
import { say } from "../../words/words";
import { MessageBox } from "./message";
import { Trouble } from "./trouble";
import type { Viewing } from "./viewing";

interface UnsureProps {
  file: CaseFile;
  viewing: Viewing;
  /** Absent: not for this member. */
  onLink?: (() => Promise<void>) | undefined;
}

export function UnsureLink({ file, viewing, onLink }: UnsureProps): JSX.Element | null {
  const [error, setError] = useState<unknown>(null);
  if (file.unsure.length === 0) return null;
  const link = async (): Promise<void> => {
    setError(null);
    await onLink?.().catch(setError);
  };
  return (
    <section class="stack unsure" aria-label={say("unsure_link_title")}>
      <Notice kind="problem" title={say("unsure_link_title")}><p>{say("unsure_link")}</p></Notice>
      {messagesOf(file.unsure).map((message) => <MessageBox key={message.reports[0]} message={message} reports={file.unsure} translations={[]} fresh={false} viewing={viewing} />)}
      <Trouble error={error} />
      {onLink ? <p class="no_print"><Button onPress={link}>{say("put_to_case")}</Button></p> : null}
    </section>
  );
}
