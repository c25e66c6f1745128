import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { account } from "../api/account";
import { Button } from "../parts/button";
import { Door } from "../parts/door";
import { PassphraseField, TextField } from "../parts/field";
import { Failure, Notice } from "../parts/notice";
import { Progress } from "../parts/progress";
import { useAct } from "../parts/act";
import { hrefTo } from "../state/route";
import { farewell, isWrongPassphrase, signIn } from "../state/signing_in";
import { say } from "../words/words";

/** Name and passphrase. What is wrong of the two is not said: the server does not know either. */
export function SignIn(): JSX.Element {
  const [name, setName] = useState("");
  const [passphrase, setPassphrase] = useState("");
  const [demo, setDemo] = useState(false);
  const act = useAct();
  // Whoever tries a practice desk out is not to take it for one that is read. Without an answer the page goes on.
  useEffect(() => void account.about().then((about) => setDemo(about.demo), () => undefined), []);
  const wrong = isWrongPassphrase(act.error);
  const submit = (): void => void act.run(() => signIn(name.trim(), passphrase));
  return (
    <Door title={say("sign_in_title")}>
      {demo ? <p class="demo">{say("demo")}</p> : null}
      {farewell.value === "ended" ? <Notice><p>{say("session_ended")}</p></Notice> : null}
      {farewell.value === "signed_out" ? <Notice kind="good"><p>{say("signed_out_done")}</p></Notice> : null}
      <form onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}>
        <TextField label={say("name")} value={name} onInput={setName} autocomplete="username" name="username" required maxLength={64} autofocus spellcheck={false} />
        <PassphraseField label={say("passphrase")} value={passphrase} onInput={setPassphrase} problem={wrong ? say("sign_in_wrong") : undefined} />
        {wrong ? null : <Failure error={act.error} />}
        {act.running ? <Progress label={say("deriving")} /> : null}
        <Button kind="primary" submit busy={act.running}>{say("sign_in")}</Button>
      </form>
      <p class="door_links"><a href={hrefTo("recover")}>{say("passphrase_forgotten")}</a></p>
    </Door>
  );
}
