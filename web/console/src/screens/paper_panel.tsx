import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { account, type Assertion, type SecondAsked } from "../api/account";
import { ApiError } from "../api/client";
import { keys } from "../keys/keys";
import { useAct } from "../parts/act";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { PassphraseField, TextField } from "../parts/field";
import { Failure, Notice } from "../parts/notice";
import { Progress } from "../parts/progress";
import { Sheet } from "../parts/sheet";
import { desk, memberOf } from "../state/desk";
import { usePasskey } from "../state/passkey";
import { me } from "../state/session";
import { isWrongPassphrase } from "../state/signing_in";
import { say } from "../words/words";

interface Begun {
  second: SecondAsked;
  /** What the server is given, when the second step is right. */
  paper: { recovery_wrapped: string; recovery_auth_hash: string };
  code: string;
}

/** The second step once more. Nothing is asked of those who have none. */
function Prove({ begun, onDone }: { begun: Begun; onDone: () => void }): JSX.Element {
  const [code, setCode] = useState("");
  const act = useAct();
  const { totp, passkey, ticket } = begun.second;
  const finish = (proof: { totp?: string; passkey?: Assertion }): Promise<boolean> => act.run(async () => {
    await account.finishPaperCode({ ticket, ...begun.paper, ...proof });
    onDone();
  });
  const wrong = totp && act.error instanceof ApiError && act.error.status === 403;
  return (
    <div class="stack">
      {totp ? (
        <form class="stack" onSubmit={(event) => {
          event.preventDefault();
          void finish({ totp: code.replace(/\s/g, "") }).then((done) => done || setCode(""));
        }}>
          <TextField label={say("totp_code")} hint={say("totp_hint")} value={code} onInput={setCode} autocomplete="one-time-code" inputMode="numeric" code required maxLength={8} autofocus
            problem={wrong ? say("totp_wrong") : undefined} />
          <Button kind="primary" submit busy={act.running}>{say("paper_renew")}</Button>
        </form>
      ) : null}
      {passkey ? <Button busy={act.running} onPress={() => act.run(async () => {
        const used = await usePasskey(passkey);
        await account.finishPaperCode({ ticket, ...begun.paper, passkey: used });
        onDone();
      })}>{say("passkey_use")}</Button> : null}
      {!totp && !passkey ? <Button kind="primary" busy={act.running} onPress={() => finish({})}>{say("paper_renew")}</Button> : null}
      {act.error instanceof DOMException ? <Notice kind="problem"><p>{say("passkey_not_used")}</p></Notice> : wrong ? null : <Failure error={act.error} />}
    </div>
  );
}

function NewPaper({ onClose }: { onClose: () => void }): JSX.Element {
  const [passphrase, setPassphrase] = useState("");
  const [begun, setBegun] = useState<Begun | null>(null);
  const [done, setDone] = useState(false);
  const act = useAct();
  const wrong = isWrongPassphrase(act.error);
  const mine = me.value!;
  if (done && begun) {
    return (
      <Dialog title={say("paper_done_title")} onClose={() => undefined}>
        <div class="stack">
          <p>{say("paper_done")}</p>
          <Sheet desk={desk.value?.desk.name} name={mine.name} code={begun.code} deskWords={desk.value?.words} ownWords={memberOf(mine.id)?.words} onDone={onClose} done={say("paper_kept")} />
        </div>
      </Dialog>
    );
  }
  if (begun) return <Dialog title={say("paper_prove")} onClose={onClose}><Prove begun={begun} onDone={() => setDone(true)} /></Dialog>;
  return (
    <Dialog title={say("paper_prove")} onClose={onClose}>
      <form class="stack" onSubmit={(event) => {
        event.preventDefault();
        void act.run(async () => {
          const { auth, recovery_code, ...paper } = await keys.newPaper({ passphrase, cost: await account.cost(mine.name) });
          const { second } = await account.paperCode(auth);
          setBegun({ second, paper, code: recovery_code });
        });
      }}>
        <p>{say("paper_renew_what")}</p>
        <PassphraseField label={say("passphrase")} value={passphrase} onInput={setPassphrase} autofocus problem={wrong ? say("unlock_wrong") : undefined} />
        {wrong ? null : <Failure error={act.error} />}
        {act.running ? <Progress label={say("deriving")} /> : null}
        <div class="row end"><Button onPress={onClose}>{say("cancel")}</Button><Button kind="primary" submit busy={act.running}>{say("go_on")}</Button></div>
      </form>
    </Dialog>
  );
}

/** The code for paper, and how to have another one. */
export function PaperPanel(): JSX.Element {
  const [renewing, setRenewing] = useState(false);
  return (
    <section class="panel">
      <h2>{say("paper")}</h2>
      <p class="soft">{say("paper_what")}</p>
      <div><Button onPress={() => setRenewing(true)}>{say("paper_renew")}</Button></div>
      {renewing ? <NewPaper onClose={() => setRenewing(false)} /> : null}
    </section>
  );
}
