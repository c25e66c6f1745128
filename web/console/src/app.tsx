import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Toast } from "./parts/toast";
import { Door } from "./parts/door";
import { Failure } from "./parts/notice";
import { Button } from "./parts/button";
import { Progress } from "./parts/progress";
import { useAct } from "./parts/act";
import { Alarm } from "./screens/alarm";
import { Found } from "./screens/found";
import { Join } from "./screens/join";
import { MustEnrol } from "./screens/must_enrol";
import { Prove } from "./screens/prove";
import { Recover } from "./screens/recover";
import { SecondFactor } from "./screens/second_factor";
import { SignIn } from "./screens/sign_in";
import { Unlock } from "./screens/unlock";
import { Waiting } from "./screens/waiting";
import { Shell } from "./shell";
import { alarm } from "./state/desk";
import { watchIdleness } from "./state/idle";
import { route } from "./state/route";
import { phase } from "./state/session";
import { begin } from "./state/signing_in";
import { say } from "./words/words";

const againMilliseconds = 3000;

/** Asks whether somebody is signed in; again by itself, for a server may be starting, or its desk be founded in this moment. */
function Start(): JSX.Element {
  const act = useAct();
  useEffect(() => void act.run(begin), []);
  useEffect(() => {
    if (!act.error) return undefined;
    const timer = setTimeout(() => void act.run(begin), againMilliseconds);
    return () => clearTimeout(timer);
  }, [act.error]);
  return (
    <Door title={say("console")}>
      {act.error ? <><Failure error={act.error} /><Button kind="primary" onPress={() => act.run(begin)}>{say("try_again")}</Button></> : <Progress label={say("loading")} />}
    </Door>
  );
}

/** Pages that need no sign-in, by their address. */
function open(parts: readonly string[]): JSX.Element | null {
  if (parts[0] === "join") return <Join code={parts[1]} />;
  if (parts[0] === "found") return <Found code={parts[1]} />;
  if (parts[0] === "recover") return <Recover />;
  return null;
}

function Page(): JSX.Element {
  switch (phase.value) {
    case "starting": return open(route.value) ?? <Start />;
    case "signed_out": return open(route.value) ?? <SignIn />;
    case "second": return <SecondFactor />;
    case "must_enrol": return <MustEnrol />;
    case "waiting": return <Waiting />;
    case "locked": return <Unlock />;
    case "in": return alarm.value.length > 0 ? <Alarm /> : <Shell />;
  }
}

export function App(): JSX.Element {
  useEffect(watchIdleness, []);
  return <><Page /><Prove /><Toast /></>;
}
