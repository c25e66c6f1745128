import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Assertion, SecondAsked } from "../api/account";
import { ApiError } from "../api/client";
import { usePasskey } from "../state/passkey";
import { isWrongPassphrase } from "../state/signing_in";
import { say, type Word } from "../words/words";
import { useAct } from "./act";
import { Button } from "./button";
import { PassphraseField, TextField } from "./field";
import { Failure, Notice } from "./notice";
import { Progress } from "./progress";

interface PassphraseProps {
  /** What it is asked for. */
  why: Word;
  /** It was begun before, and took too long. */
  ended: boolean;
  onGiven: (passphrase: string) => Promise<unknown>;
  onClose: () => void;
}

/** The passphrase once more, from somebody who is signed in. */
export function PassphraseAgain({ why, ended, onGiven, onClose }: PassphraseProps): JSX.Element {
  const [passphrase, setPassphrase] = useState("");
  const act = useAct();
  const wrong = isWrongPassphrase(act.error);
  return (
    <form class="stack" onSubmit={(event) => {
      event.preventDefault();
      void act.run(() => onGiven(passphrase));
    }}>
      {ended ? <Notice kind="problem"><p>{say("failure_proof-ended")}</p></Notice> : null}
      <p>{say(why)}</p>
      <PassphraseField label={say("passphrase")} value={passphrase} onInput={setPassphrase} autofocus problem={wrong ? say("unlock_wrong") : undefined} />
      {wrong ? null : <Failure error={act.error} />}
      {act.running ? <Progress label={say("deriving")} /> : null}
      <div class="row end"><Button onPress={onClose}>{say("cancel")}</Button><Button kind="primary" submit busy={act.running}>{say("go_on")}</Button></div>
    </form>
  );
}

interface SecondProps {
  second: SecondAsked;
  /** What it ends with. */
  act: Word;
  onProof: (proof: { totp?: string; passkey?: Assertion }) => Promise<unknown>;
  /** It took too long, or too much was wrong: the passphrase is to be asked again. */
  onEnded: () => void;
}

/** The second step once more. Nothing is asked of those who have none. */
export function SecondAgain({ second, act: word, onProof, onEnded }: SecondProps): JSX.Element {
  const [code, setCode] = useState("");
  const act = useAct();
  const { totp, passkey } = second;
  const ended = act.error instanceof ApiError && act.error.type === "proof-ended";
  const wrong = totp && act.error instanceof ApiError && act.error.status === 403 && !ended;
  useEffect(() => {
    if (ended) onEnded();
  }, [ended]);
  return (
    <div class="stack">
      {totp ? (
        <form class="stack" onSubmit={(event) => {
          event.preventDefault();
          void act.run(() => onProof({ totp: code.replace(/\s/g, "") })).then((done) => done || setCode(""));
        }}>
          <TextField label={say("totp_code")} hint={say("totp_hint")} value={code} onInput={setCode} autocomplete="one-time-code" inputMode="numeric" code required maxLength={8} autofocus
            problem={wrong ? say("totp_wrong") : undefined} />
          <Button kind="primary" submit busy={act.running}>{say(word)}</Button>
        </form>
      ) : null}
      {passkey ? <Button busy={act.running} onPress={() => act.run(async () => onProof({ passkey: await usePasskey(passkey) }))}>{say("passkey_use")}</Button> : null}
      {!totp && !passkey ? <Button kind="primary" busy={act.running} onPress={() => act.run(() => onProof({}))}>{say(word)}</Button> : null}
      {act.error instanceof DOMException ? <Notice kind="problem"><p>{say("passkey_not_used")}</p></Notice> : wrong ? null : <Failure error={act.error} />}
    </div>
  );
}
