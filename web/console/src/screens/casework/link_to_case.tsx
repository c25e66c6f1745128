// A report that somebody else sent about the same: put to a case that is there.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { casework } from "../../api/casework";
import type { OpenedReport } from "../../casework/content";
import type { Found } from "../../casework/search_index";
import { keys } from "../../keys/keys";
import { Button } from "../../parts/button";
import { Dialog } from "../../parts/dialog";
import { TextField } from "../../parts/field";
import { type CaseFile, change, Conflict, loadCase } from "../../state/casework/case_file";
import { openCases, openedCase } from "../../state/casework/opened";
import { say } from "../../words/words";
import { Trouble } from "./trouble";

interface LinkProps {
  reports: readonly OpenedReport[];
  onLinked: (file: CaseFile) => void;
  onClose: () => void;
}

export function LinkToCase({ reports, onLinked, onClose }: LinkProps): JSX.Element {
  const [words, setWords] = useState("");
  const [found, setFound] = useState<readonly Found[]>([]);
  const [chosen, setChosen] = useState("");
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    let mine = true;
    const look = async (): Promise<void> => {
      if (words.trim() !== "") {
        const all = (await keys.searchQuery(words)).filter((one) => one.kind === "case");
        if (mine) setFound(all.slice(0, 20));
        return;
      }
      // Nothing typed: the cases that are most urgent now.
      const { items } = await casework.queue("all", null, 50);
      const rows = items.flatMap((item) => (item.kind === "case" ? [item.case] : []));
      await openCases(rows);
      if (mine) setFound(rows.map((row) => ({ id: `case/${row.id}`, kind: "case", title: openedCase(row.id).peek()?.summary?.title ?? "" })));
    };
    void look().catch(setError);
    return () => {
      mine = false;
    };
  }, [words]);
  /** Of the first press: where its answer was lost, the page may know by now that they are in a case. */
  const put = useRef<{ to: string; files: OpenedReport[] }>();
  const link = async (): Promise<void> => {
    setError(null);
    try {
      if (put.current?.to !== chosen) {
        const files = reports.filter((report) => report.row.state !== "filed");
        if (files.length === 0) throw new Conflict("filed");
        put.current = { to: chosen, files };
      }
      onLinked(await change(await loadCase(chosen), { events: [], files: put.current.files }));
      onClose();
    } catch (thrown) {
      if (thrown instanceof Conflict) put.current = undefined;
      setError(thrown);
    }
  };
  return (
    <Dialog title={say("belongs_to_other")} onClose={onClose}>
      <TextField type="search" label={say("find_case")} value={words} onInput={setWords} autofocus />
      <fieldset class="choice_list">
        <legend>{say("cases")}</legend>
        {found.length === 0 ? <p class="soft">{say("none_found")}</p> : null}
        {found.map((one) => {
          const id = one.id.split("/")[1]!;
          return <label key={id} class="choice"><input type="radio" name="case" checked={chosen === id} onChange={() => setChosen(id)} /><span>{one.title || say("no_words")}<span class="hint">{id.slice(0, 8)}</span></span></label>;
        })}
      </fieldset>
      <Trouble error={error} />
      <div class="row end"><Button onPress={onClose}>{say("cancel")}</Button><Button kind="primary" disabled={chosen === ""} onPress={link}>{say("put_to_case")}</Button></div>
    </Dialog>
  );
}
