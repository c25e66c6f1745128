import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useAct } from "../parts/act";
import { Button } from "../parts/button";
import { Failure } from "../parts/notice";
import { Progress } from "../parts/progress";
import { lookForOld, rekeyCases, rekeying, stopRekeying, toRekey } from "../state/rekey";
import { toast } from "../state/toast";
import { count, say } from "../words/words";

/** Seen while there are open cases whose keys somebody knows who has left. It begins by itself after a removal. */
export function RekeyPanel({ removals }: { removals: number }): JSX.Element | null {
  const act = useAct();
  const run = async (): Promise<void> => {
    let found = 0;
    const done = await act.run(async () => {
      found = await rekeyCases();
    });
    if (done && found > 0) toast(toRekey.value === 0 ? say("rekey_done") : count("rekey_left", toRekey.value ?? 0));
  };
  useEffect(() => void act.run(lookForOld), []);
  useEffect(() => {
    if (removals > 0) void run();
  }, [removals]);
  const now = rekeying.value;
  if (!now && !toRekey.value && !act.error) return null;
  return (
    <section class="panel" aria-labelledby="rekey">
      <h2 id="rekey">{say("rekey")}</h2>
      <p class="soft">{say("rekey_what")}</p>
      {now ? <><Progress label={say("rekey_progress", { done: now.done, all: now.all })} {...(now.all > 0 ? { part: now.done / now.all } : {})} /><div><Button onPress={stopRekeying}>{say("rekey_stop")}</Button></div></> : null}
      {!now && toRekey.value ? <p>{count("rekey_wait", toRekey.value)}</p> : null}
      <Failure error={act.error} />
      {now ? null : <div><Button kind="primary" busy={act.running} onPress={run}>{say("rekey_act")}</Button></div>}
    </section>
  );
}
