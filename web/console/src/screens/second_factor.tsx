import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ApiError } from "../api/client";
import { useAct } from "../parts/act";
import { Button } from "../parts/button";
import { Door } from "../parts/door";
import { TextField } from "../parts/field";
import { Failure, Notice } from "../parts/notice";
import { usePasskey } from "../state/passkey";
import { proveSecond, second, startOver } from "../state/signing_in";
import { say } from "../words/words";

/** The second step of signing in: six digits, or a passkey. */
export function SecondFactor(): JSX.Element {
  const [code, setCode] = useState("");
  const act = useAct();
  const passkeyAct = useAct();
  const asked = second.value;
  const wrong = act.error instanceof ApiError && act.error.status === 403 && act.error.type !== "proof-ended";
  const prove = (typed: string): void => void act.run(() => proveSecond({ totp: typed.replace(/\s/g, "") })).then((done) => done || setCode(""));
  const gaveUp = passkeyAct.error instanceof DOMException;
  return (
    <Door title={say("second_title")}>
      {asked?.totp ? (
        <form onSubmit={(event) => {
          event.preventDefault();
          prove(code);
        }}>
          <TextField label={say("totp_code")} hint={say("totp_hint")} value={code} onInput={setCode} autocomplete="one-time-code" inputMode="numeric" code required maxLength={8} autofocus
            problem={wrong ? say("totp_wrong") : undefined} />
          {wrong ? null : <Failure error={act.error} />}
          <Button kind="primary" submit busy={act.running}>{say("go_on")}</Button>
        </form>
      ) : null}
      {asked?.totp && asked.passkey ? <p class="or">{say("or")}</p> : null}
      {asked?.passkey ? (
        <div class="stack">
          <Button kind={asked.totp ? "plain" : "primary"} busy={passkeyAct.running} onPress={() => passkeyAct.run(async () => proveSecond({ passkey: await usePasskey(asked.passkey!) }))}>{say("passkey_use")}</Button>
          {gaveUp ? <Notice kind="problem"><p>{say("passkey_not_used")}</p></Notice> : <Failure error={passkeyAct.error} />}
        </div>
      ) : null}
      <p class="door_links"><Button kind="quiet" onPress={startOver}>{say("start_over")}</Button></p>
      <p class="hint">{say("second_lost")}</p>
    </Door>
  );
}
