// Messages that somebody put to the case whom nobody at the desk knows any more: that they belong here somebody says again, or nobody.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { wordsIn } from "../../casework/content";
import { oneLine } from "../../casework/summary";
import { Button } from "../../parts/button";
import { Notice } from "../../parts/notice";
import type { CaseFile } from "../../state/casework/case_file";
import { say } from "../../words/words";
import { Trouble } from "./trouble";

const lineBytes = 300;

interface UnsureProps {
  file: CaseFile;
  /** Absent: not for this member. */
  onLink?: (() => Promise<void>) | undefined;
}

export function UnsureLink({ file, onLink }: UnsureProps): JSX.Element | null {
  const [error, setError] = useState<unknown>(null);
  if (file.unsure.length === 0) return null;
  const link = async (): Promise<void> => {
    setError(null);
    await onLink?.().catch(setError);
  };
  return (
    <Notice kind="problem" title={say("unsure_link_title")}>
      <p>{say("unsure_link")}</p>
      <ul>{file.unsure.map((report) => <li key={report.row.id}>{oneLine(wordsIn(report), lineBytes) || say("no_words")}</li>)}</ul>
      <Trouble error={error} />
      {onLink ? <p class="no_print"><Button onPress={link}>{say("put_to_case")}</Button></p> : null}
    </Notice>
  );
}
