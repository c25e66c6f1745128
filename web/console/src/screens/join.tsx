import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api } from "../api/client";
import { keys } from "../keys/keys";
import type { DeskRow, Role } from "../keys/types";
import { useAct } from "../parts/act";
import { Button } from "../parts/button";
import { Door } from "../parts/door";
import { useNewPassphrase } from "../parts/new_passphrase";
import { Failure, Notice } from "../parts/notice";
import { Progress } from "../parts/progress";
import { Sheet } from "../parts/sheet";
import { Words } from "../parts/words";
import { rememberDesk } from "../state/known_desk";
import { go } from "../state/route";
import { say, sayOf } from "../words/words";

interface Invitation {
  desk: DeskRow;
  name: string;
  role: Role;
  words: string;
  hash: { hex: string; base64url: string };
}

/** An invitation is taken: keys are made here. The code was read from the address and is in it no more. */
export function Join({ code }: { code: string | undefined }): JSX.Element {
  const [invitation, setInvitation] = useState<Invitation | null>(null);
  const [done, setDone] = useState<{ code: string; words: string } | null>(null);
  const asking = useAct();
  const joining = useAct();
  const passphrase = useNewPassphrase();
  useEffect(() => {
    if (code === undefined) return;
    void asking.run(async () => {
      const hash = await keys.codeHash("invitation", code);
      const found = await api.get("/api/v1/invitations/{which}", { path: { which: hash.hex }, quiet: true });
      setInvitation({ ...found, words: await keys.wordsOf([found.desk.desk_key]), hash });
    });
  }, []);
  if (done && invitation) {
    return (
      <Door title={say("join_done_title")} wide>
        <p>{say("join_done")}</p>
        <Sheet desk={invitation.desk.name} name={invitation.name} code={done.code} deskWords={invitation.words} ownWords={done.words} onDone={() => go()} />
      </Door>
    );
  }
  if (code === undefined || asking.error) {
    return <Door title={say("join_title")}><Notice kind="problem"><p>{say("join_unknown")}</p></Notice><p class="door_links"><a href="#/">{say("sign_in")}</a></p></Door>;
  }
  if (!invitation) return <Door title={say("join_title")}><Progress label={say("loading")} /></Door>;
  const join = (): void => {
    passphrase.complain();
    if (!passphrase.fine) return;
    void joining.run(async () => {
      const made = await keys.enrol({ name: invitation.name, role: invitation.role, passphrase: passphrase.value });
      await api.post("/api/v1/members", { body: { code_hash: invitation.hash.base64url, ...made.enrolment }, quiet: true });
      rememberDesk(made.enrolment.member.id, { id: invitation.desk.id, words: invitation.words });
      setDone({ code: made.recovery_code, words: made.words });
    });
  };
  return (
    <Door title={say("join_title")}>
      <p>{say("join_as", { name: invitation.name, role: sayOf("role", invitation.role), desk: invitation.desk.name })}</p>
      <Words label={say("desk_words")} words={invitation.words} />
      <p class="hint">{say("join_compare")}</p>
      <form onSubmit={(event) => {
        event.preventDefault();
        join();
      }}>
        <input type="text" class="hidden" autocomplete="username" value={invitation.name} readOnly tabIndex={-1} aria-hidden="true" />
        {passphrase.fields}
        <Failure error={joining.error} />
        {joining.running ? <Progress label={say("deriving")} /> : null}
        <Button kind="primary" submit busy={joining.running}>{say("join")}</Button>
      </form>
    </Door>
  );
}
