import type { JSX } from "preact";
import { Button } from "../parts/button";
import { Door } from "../parts/door";
import { Notice } from "../parts/notice";
import { Words } from "../parts/words";
import { desk } from "../state/desk";
import { knownDesk } from "../state/known_desk";
import { me } from "../state/session";
import { signOut } from "../state/signing_in";
import { say } from "../words/words";

/** What the server says of the desk does not hold: nothing is opened, nothing is sealed. */
export function Alarm(): JSX.Element | null {
  const view = desk.value;
  if (!view) return null;
  const known = me.value ? knownDesk(me.value.id, view.desk.id)?.words ?? null : null;
  return (
    <Door title={say("alarm_title")} wide>
      <Notice kind="alarm" title={say("alarm_stop")}>
        <ul>{view.failures.map((failure) => <li key={failure}>{say(`alarm_${failure}`)}</li>)}</ul>
      </Notice>
      <p>{say("alarm_what")}</p>
      <Words label={say("alarm_words_now")} words={view.words} />
      {known !== null && known !== view.words ? <Words label={say("alarm_words_before")} words={known} /> : null}
      <Button kind="primary" onPress={signOut}>{say("sign_out")}</Button>
    </Door>
  );
}
