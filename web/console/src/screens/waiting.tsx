import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useAct } from "../parts/act";
import { Button } from "../parts/button";
import { Door } from "../parts/door";
import { Failure } from "../parts/notice";
import { Words } from "../parts/words";
import { memberOf } from "../state/desk";
import { me } from "../state/session";
import { lookAgain, signOut } from "../state/signing_in";
import { say } from "../words/words";

const againMilliseconds = 10_000;

/** Nobody has compared words with this member yet: nothing else can be done. Goes on by itself once somebody has. */
export function Waiting(): JSX.Element {
  const act = useAct();
  useEffect(() => {
    const timer = setInterval(() => void act.run(lookAgain), againMilliseconds);
    return () => clearInterval(timer);
  }, []);
  const own = memberOf(me.value?.id ?? "");
  return (
    <Door title={say("waiting_title")}>
      <p>{say("waiting_why")}</p>
      {own ? <Words label={say("own_words")} words={own.words} /> : null}
      <Failure error={act.error} />
      <Button kind="primary" busy={act.running} onPress={() => act.run(lookAgain)}>{say("look_again")}</Button>
      <p class="door_links"><Button kind="quiet" onPress={signOut}>{say("sign_out")}</Button></p>
    </Door>
  );
}
