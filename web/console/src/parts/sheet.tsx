import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { say } from "../words/words";
import { Button } from "./button";
import { CheckField } from "./field";
import { Notice } from "./notice";
import { Words } from "./words";

interface SheetProps {
  desk?: string | undefined;
  name: string;
  code: string;
  deskWords?: string | undefined;
  ownWords?: string | undefined;
  onDone: () => void;
  /** Of the button at the end; without it one goes on to sign in. */
  done?: string;
}

/** What goes on paper, shown once: the recovery code, and words to compare. */
export function Sheet({ desk, name, code, deskWords, ownWords, onDone, done }: SheetProps): JSX.Element {
  const [kept, setKept] = useState(false);
  const groups = code.split("-");
  return (
    <>
      <Notice kind="problem" title={say("sheet_once")}><p>{say("sheet_why")}</p></Notice>
      <section class="sheet">
        <dl>
          {desk ? <><dt>{say("desk")}</dt><dd>{desk}</dd></> : null}
          <dt>{say("name")}</dt><dd>{name}</dd>
          <dt>{say("console_address")}</dt><dd>{location.origin}</dd>
        </dl>
        <div>
          <p class="words_label">{say("recovery_code")}</p>
          <p class="recovery_code" translate={false}><span>{groups.slice(0, 4).join("-")}</span><br /><span>{groups.slice(4).join("-")}</span></p>
        </div>
        {deskWords ? <Words label={say("desk_words")} words={deskWords} /> : null}
        {ownWords ? <Words label={say("own_words")} words={ownWords} /> : null}
      </section>
      <Button onPress={() => window.print()}>{say("print")}</Button>
      <CheckField label={say("sheet_kept")} checked={kept} onChange={setKept} />
      <Button kind="primary" disabled={!kept} onPress={onDone}>{done ?? say("sign_in_now")}</Button>
    </>
  );
}
