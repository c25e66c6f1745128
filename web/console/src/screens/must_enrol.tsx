import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../parts/button";
import { Door } from "../parts/door";
import { NewPasskey, NewTotp } from "../parts/new_second_factor";
import { hasPasskeys } from "../state/passkey";
import { enrolledSecond, signOut } from "../state/signing_in";
import { say } from "../words/words";

/** The desk asks for a second factor, and this member has none yet. */
export function MustEnrol(): JSX.Element {
  const [way, setWay] = useState<"totp" | "passkey" | null>(null);
  return (
    <Door title={say("must_enrol_title")}>
      {way === null ? (
        <>
          <p>{say("must_enrol_why")}</p>
          <Button kind="primary" onPress={() => setWay("totp")}>{say("totp_set_up")}</Button>
          {hasPasskeys() ? <Button onPress={() => setWay("passkey")}>{say("passkey_set_up")}</Button> : null}
        </>
      ) : way === "totp" ? <NewTotp onDone={enrolledSecond} /> : <NewPasskey onDone={enrolledSecond} />}
      <p class="door_links">
        {way === null ? null : <Button kind="quiet" onPress={() => setWay(null)}>{say("another_way")}</Button>}
        <Button kind="quiet" onPress={signOut}>{say("sign_out")}</Button>
      </p>
    </Door>
  );
}
