import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { account } from "../api/account";
import { ApiError } from "../api/client";
import { keys } from "../keys/keys";
import { useAct } from "../parts/act";
import { Button } from "../parts/button";
import { Door } from "../parts/door";
import { TextField } from "../parts/field";
import { useNewPassphrase } from "../parts/new_passphrase";
import { Failure, Notice } from "../parts/notice";
import { Progress } from "../parts/progress";
import { Sheet } from "../parts/sheet";
import { go } from "../state/route";
import { say } from "../words/words";

/** The way back in with the code on paper: new passphrase, new paper, second factors to be set up again. */
export function Recover(): JSX.Element {
  const [name, setName] = useState("");
  const [typed, setTyped] = useState("");
  const [opened, setOpened] = useState<{ ticket: string; member_id: string; recovery_wrapped: string } | null>(null);
  const [code, setCode] = useState<string | null>(null);
  /** The receipt was lost: passphrase and code may count already. */
  const [doubt, setDoubt] = useState(false);
  const proving = useAct();
  const finishing = useAct();
  const passphrase = useNewPassphrase();
  if (code !== null) {
    const said = doubt ? <Notice kind="problem"><p>{say("recover_doubt")}</p></Notice> : <p>{say("recover_done")}</p>;
    return <Door title={say(doubt ? "recover_doubt_title" : "recover_done_title")} wide>{said}<Sheet name={name.trim()} code={code} onDone={() => go()} /></Door>;
  }
  if (opened) {
    return (
      <Door title={say("recover_title")}>
        <Notice kind="good"><p>{say("recover_right")}</p></Notice>
        <form onSubmit={(event) => {
          event.preventDefault();
          passphrase.complain();
          if (!passphrase.fine) return;
          void finishing.run(async () => {
            const { recovery_code, ...body } = await keys.recover({ name: name.trim(), ...opened, passphrase: passphrase.value });
            await account.finishRecovery({ ticket: opened.ticket, ...body }).catch((error: unknown) => {
              if (!(error instanceof ApiError) || !error.lost) throw error;
              setDoubt(true);
            });
            setCode(recovery_code);
          });
        }}>
          {passphrase.fields}
          <Failure error={finishing.error} />
          {finishing.running ? <Progress label={say("deriving")} /> : null}
          <Button kind="primary" submit busy={finishing.running}>{say("passphrase_set")}</Button>
        </form>
      </Door>
    );
  }
  const wrong = proving.error instanceof ApiError && proving.error.status === 403;
  return (
    <Door title={say("recover_title")}>
      <p>{say("recover_what")}</p>
      <form onSubmit={(event) => {
        event.preventDefault();
        void proving.run(async () => {
          const { recovery_auth } = await keys.recoveryAuth(typed);
          setOpened(await account.recovery(name.trim(), recovery_auth));
        });
      }}>
        <TextField label={say("name")} value={name} onInput={setName} autocomplete="username" required maxLength={64} autofocus spellcheck={false} />
        <TextField label={say("recovery_code")} hint={say("recovery_code_hint")} value={typed} onInput={setTyped} lines={2} code required maxLength={120} problem={wrong ? say("recover_wrong") : undefined} />
        {wrong ? null : <Failure error={proving.error} />}
        <Button kind="primary" submit busy={proving.running}>{say("go_on")}</Button>
      </form>
      <p class="door_links"><a href="#/">{say("back_to_sign_in")}</a></p>
      <p class="hint">{say("recover_no_code")}</p>
    </Door>
  );
}
