import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { account, type SecondAsked } from "../api/account";
import { ApiError } from "../api/client";
import { keys } from "../keys/keys";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Notice } from "../parts/notice";
import { PassphraseAgain, SecondAgain } from "../parts/prove";
import { Sheet } from "../parts/sheet";
import { desk, memberOf } from "../state/desk";
import { me } from "../state/session";
import { say } from "../words/words";

interface Begun {
  second: SecondAsked;
  /** What the server is given, when the second step is right. */
  paper: { recovery_wrapped: string; recovery_auth_hash: string };
  code: string;
}

function NewPaper({ onClose }: { onClose: () => void }): JSX.Element {
  const [begun, setBegun] = useState<Begun | null>(null);
  const [done, setDone] = useState(false);
  /** Its receipt was lost: the code may count already. */
  const [doubt, setDoubt] = useState(false);
  const [ended, setEnded] = useState(false);
  const mine = me.value!;
  if (done && begun) {
    return (
      <Dialog title={say(doubt ? "paper_doubt_title" : "paper_done_title")} onClose={() => undefined}>
        <div class="stack">
          {doubt ? <Notice kind="problem"><p>{say("paper_doubt")}</p></Notice> : <p>{say("paper_done")}</p>}
          <Sheet desk={desk.value?.desk.name} name={mine.name} code={begun.code} deskWords={desk.value?.words} ownWords={memberOf(mine.id)?.words} onDone={onClose} done={say("paper_kept")} />
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={say("proof_title")} onClose={onClose}>
      {begun ? (
        <SecondAgain second={begun.second} act="paper_renew" onProof={async (proof) => {
          await account.finishPaperCode({ ticket: begun.second.ticket, ...begun.paper, ...proof }).catch((error: unknown) => {
            if (!(error instanceof ApiError) || !error.lost) throw error;
            setDoubt(true);
          });
          setDone(true);
        }} onEnded={() => {
          setBegun(null);
          setEnded(true);
        }} />
      ) : (
        <PassphraseAgain why="paper_renew_what" ended={ended} onClose={onClose} onGiven={async (passphrase) => {
          const { auth, recovery_code, ...paper } = await keys.newPaper({ passphrase, cost: await account.cost(mine.name) });
          const { second } = await account.paperCode(auth);
          setBegun({ second, paper, code: recovery_code });
        }} />
      )}
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
