import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { account } from "../api/account";
import { ApiError } from "../api/client";
import { hasPasskeys, makePasskey } from "../state/passkey";
import { say } from "../words/words";
import { useAct } from "./act";
import { Button } from "./button";
import { TextField } from "./field";
import { Failure, Notice } from "./notice";
import { Progress } from "./progress";
import { Qr } from "./qr";

/** Sets up an app that shows six digits. */
export function NewTotp({ onDone }: { onDone: () => unknown }): JSX.Element {
  const [offered, setOffered] = useState<{ secret: string; uri: string; qr: string[] } | null>(null);
  const [code, setCode] = useState("");
  const fetching = useAct();
  const confirming = useAct();
  useEffect(() => void fetching.run(async () => setOffered(await account.newTotp())), []);
  if (!offered) return fetching.error ? <Failure error={fetching.error} /> : <Progress label={say("loading")} />;
  const wrong = confirming.error instanceof ApiError && confirming.error.status === 403 && confirming.error.type !== "proof-needed";
  return (
    <form class="stack" onSubmit={(event) => {
      event.preventDefault();
      void confirming.run(async () => {
        await account.confirmTotp(code.replace(/\s/g, ""));
        await onDone();
      });
    }}>
      <p>{say("totp_scan")}</p>
      <Qr rows={offered.qr} label={say("totp_qr")} />
      <details>
        <summary>{say("totp_by_hand")}</summary>
        <p class="code">{offered.secret.replace(/(.{4})(?=.)/g, "$1 ")}</p>
      </details>
      <TextField label={say("totp_code")} hint={say("totp_hint")} value={code} onInput={setCode} autocomplete="one-time-code" inputMode="numeric" code required maxLength={8}
        problem={wrong ? say("totp_wrong") : undefined} />
      {wrong ? null : <Failure error={confirming.error} />}
      <Button kind="primary" submit busy={confirming.running}>{say("totp_confirm")}</Button>
    </form>
  );
}

/** Sets up a passkey: a security key, or what the device has. */
export function NewPasskey({ onDone }: { onDone: () => unknown }): JSX.Element {
  const [name, setName] = useState("");
  const act = useAct();
  if (!hasPasskeys()) return <Notice><p>{say("passkey_not_here")}</p></Notice>;
  return (
    <form class="stack" onSubmit={(event) => {
      event.preventDefault();
      void act.run(async () => {
        const made = await makePasskey(await account.passkeyOptions());
        await account.newPasskey({ name: name.trim() || say("passkey"), ...made });
        await onDone();
      });
    }}>
      <TextField label={say("passkey_name")} hint={say("passkey_name_hint")} value={name} onInput={setName} maxLength={64} />
      {act.error instanceof DOMException ? <Notice kind="problem"><p>{say("passkey_not_made")}</p></Notice> : <Failure error={act.error} />}
      <Button kind="primary" submit busy={act.running}>{say("passkey_make")}</Button>
    </form>
  );
}
