// Words that are typed and not sent yet: there again before the first letter, put away a moment after the last one, when the page is left and
// before every lock.
import { useEffect, useRef, useState } from "preact/hooks";
import { beforeLock } from "../../state/before_lock";
import type { CaseFile } from "../../state/casework/case_file";
import { dropDraft, loadDraft, saveDraft } from "../../state/drafts";

/** What a draft about a conversation is called, and what it was called while there was no case, or by a report that was put to one since. */
export const draftNames = (what: string, file: CaseFile): string[] => [file.row, ...file.reports.map(({ row }) => row)].flatMap((row) => (row ? [`${what} ${row.id}`] : []));

/** The first that is there, under the first name from now on. */
async function take(names: readonly string[]): Promise<string> {
  for (const name of names) {
    const kept = await loadDraft(name);
    if (kept === "") continue;
    if (name !== names[0]) {
      await saveDraft(names[0]!, kept);
      dropDraft(name);
    }
    return kept;
  }
  return "";
}

/** Told when words were sent: the page that sent them may have been left meanwhile for another that has them as its draft. */
const live = new Set<(name: string, sent: string) => void>();

/** The text, what writes it, and what forgets it once it was sent. */
export function useDraft(names: readonly string[]): [string, (text: string) => void, (sent: string) => void] {
  const [text, setText] = useState("");
  const latest = useRef("");
  /** What was kept is here, or something else was typed: until then nothing takes its place. */
  const known = useRef(false);
  const name = names[0] ?? "";
  useEffect(() => {
    let mine = true;
    latest.current = "";
    known.current = false;
    setText("");
    void take(names).then((kept) => {
      if (!mine || known.current) return;
      known.current = true;
      latest.current = kept;
      setText(kept);
    }, () => undefined);
    const told = (sentName: string, sent: string): void => {
      if (!names.includes(sentName) || (known.current && latest.current !== sent)) return;
      known.current = true;
      latest.current = "";
      setText("");
      dropDraft(name);
    };
    live.add(told);
    const put = async (): Promise<void> => {
      if (known.current) await saveDraft(name, latest.current);
    };
    const forget = beforeLock(put);
    return () => {
      mine = false;
      live.delete(told);
      forget();
      void put().catch(() => undefined);
    };
  }, [name]);
  useEffect(() => {
    const timer = setTimeout(() => {
      if (known.current) void saveDraft(name, latest.current).catch(() => undefined);
    }, 600);
    return () => clearTimeout(timer);
  }, [text]);
  const write = (words: string): void => {
    known.current = true;
    latest.current = words;
    setText(words);
  };
  return [text, write, (sent) => {
    // What was typed while it was on its way is not part of it.
    if (latest.current === sent) {
      known.current = true;
      latest.current = "";
      setText("");
      dropDraft(name);
    }
    for (const told of live) told(name, sent);
  }];
}
