import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useAct } from "../parts/act";
import { Button } from "../parts/button";
import { Door } from "../parts/door";
import { PassphraseField } from "../parts/field";
import { Failure } from "../parts/notice";
import { Progress } from "../parts/progress";
import { me } from "../state/session";
import { isWrongPassphrase, signOut, unlock } from "../state/signing_in";
import { say } from "../words/words";

/** Still signed in; the keys are gone until the passphrase makes them again. */
export function Unlock(): JSX.Element {
  const [passphrase, setPassphrase] = useState("");
  const act = useAct();
  const wrong = isWrongPassphrase(act.error);
  return (
    <Door title={say("locked_title")}>
      <p class="soft">{say("locked_why", { name: me.value?.name ?? "" })}</p>
      <form onSubmit={(event) => {
        event.preventDefault();
        void act.run(() => unlock(passphrase));
      }}>
        <input type="text" class="hidden" autocomplete="username" value={me.value?.name ?? ""} readOnly tabIndex={-1} aria-hidden="true" />
        <PassphraseField label={say("passphrase")} value={passphrase} onInput={setPassphrase} autofocus problem={wrong ? say("unlock_wrong") : undefined} />
        {wrong ? null : <Failure error={act.error} />}
        {act.running ? <Progress label={say("deriving")} /> : null}
        <Button kind="primary" submit busy={act.running}>{say("unlock")}</Button>
      </form>
      <p class="door_links"><Button kind="quiet" onPress={signOut}>{say("not_me", { name: me.value?.name ?? "" })}</Button></p>
    </Door>
  );
}
