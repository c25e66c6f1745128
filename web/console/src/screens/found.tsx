import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { account } from "../api/account";
import { keys } from "../keys/keys";
import { useAct } from "../parts/act";
import { Button } from "../parts/button";
import { Door } from "../parts/door";
import { TextField } from "../parts/field";
import { useNewPassphrase } from "../parts/new_passphrase";
import { Failure, Notice } from "../parts/notice";
import { Progress } from "../parts/progress";
import { Sheet } from "../parts/sheet";
import { rememberDesk } from "../state/known_desk";
import { go } from "../state/route";
import { say } from "../words/words";

/** The first admin founds the desk: its key is made in this browser. */
export function Found({ code }: { code: string | undefined }): JSX.Element {
  const [hash, setHash] = useState<string | null>(null);
  const [desk, setDesk] = useState("");
  const [name, setName] = useState("");
  const [done, setDone] = useState<{ code: string; deskWords: string } | null>(null);
  const asking = useAct();
  const founding = useAct();
  const passphrase = useNewPassphrase();
  useEffect(() => {
    if (code === undefined) return;
    void asking.run(async () => {
      const { hex } = await keys.codeHash("founding", code);
      await account.founding(hex);
      setHash(hex);
    });
  }, []);
  if (done) {
    return (
      <Door title={say("found_done_title")} wide>
        <p>{say("found_done")}</p>
        <Sheet desk={desk.trim()} name={name.trim()} code={done.code} deskWords={done.deskWords} onDone={() => go()} />
      </Door>
    );
  }
  if (code === undefined || asking.error) {
    return <Door title={say("found_title")}><Notice kind="problem"><p>{say("found_unknown")}</p></Notice><p class="door_links"><a href="#/">{say("sign_in")}</a></p></Door>;
  }
  if (hash === null) return <Door title={say("found_title")}><Progress label={say("loading")} /></Door>;
  const found = (): void => {
    passphrase.complain();
    if (!passphrase.fine || desk.trim() === "" || name.trim() === "") return;
    void founding.run(async () => {
      const { desk: row, enrolment, voucher, epoch, grants, recovery_code, desk_words } =
        await keys.found({ desk: desk.trim(), demo: false, name: name.trim(), passphrase: passphrase.value });
      await account.found(hash, { desk: row, ...enrolment, voucher, epoch, grants });
      rememberDesk(enrolment.member.id, { id: row.id, words: desk_words });
      setDone({ code: recovery_code, deskWords: desk_words });
    });
  };
  return (
    <Door title={say("found_title")}>
      <p>{say("found_what")}</p>
      <form onSubmit={(event) => {
        event.preventDefault();
        found();
      }}>
        <TextField label={say("found_desk")} hint={say("found_desk_hint")} value={desk} onInput={setDesk} required maxLength={64} autofocus />
        <TextField label={say("found_name")} hint={say("found_name_hint")} value={name} onInput={setName} autocomplete="username" required maxLength={64} spellcheck={false} />
        {passphrase.fields}
        <Failure error={founding.error} />
        {founding.running ? <Progress label={say("deriving")} /> : null}
        <Button kind="primary" submit busy={founding.running}>{say("found")}</Button>
      </form>
    </Door>
  );
}
