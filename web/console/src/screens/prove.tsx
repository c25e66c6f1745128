import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { account, type SecondAsked } from "../api/account";
import { keys } from "../keys/keys";
import { Dialog } from "../parts/dialog";
import { PassphraseAgain, SecondAgain } from "../parts/prove";
import { endProof, finishProof, proofWanted } from "../state/proof";
import { isUnlocked, me } from "../state/session";
import { say } from "../words/words";

function Asked(): JSX.Element {
  const [second, setSecond] = useState<SecondAsked | null>(null);
  const [ended, setEnded] = useState(false);
  const close = (): void => endProof(false);
  return (
    <Dialog title={say("proof_title")} onClose={close}>
      {second ? <SecondAgain second={second} act="go_on" onProof={(proof) => finishProof(second.ticket, proof)} onEnded={() => {
        setSecond(null);
        setEnded(true);
      }} /> : (
        <PassphraseAgain why="proof_why" ended={ended} onClose={close} onGiven={async (passphrase) => {
          const { auth } = await keys.proof(passphrase, await account.cost(me.value!.name));
          const begun = await account.proof(auth);
          if (begun.second.totp || begun.second.passkey) setSecond(begun.second);
          else await finishProof(begun.second.ticket, {});
        }} />
      )}
    </Dialog>
  );
}

/** Asks who sits here, over whatever is shown, when the server wants to know it again. */
export const Prove = (): JSX.Element | null => (proofWanted.value && me.value && isUnlocked.value ? <Asked /> : null);
