import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { account, type InvitationRow } from "../api/account";
import { useAct } from "../parts/act";
import { Button } from "../parts/button";
import { Confirm } from "../parts/dialog";
import { Failure } from "../parts/notice";
import { Time } from "../parts/time";
import { memberOf } from "../state/desk";
import { toast } from "../state/toast";
import { say, sayOf } from "../words/words";

function inviter(row: InvitationRow): string {
  const member = row.invited_by ? memberOf(row.invited_by) : undefined;
  return member ? say("invited_by", { role: sayOf("role", row.role), name: member.name }) : say("invited_before", { role: sayOf("role", row.role) });
}

/** What was offered and not taken up yet. `again`: changes when there may be others. */
export function InvitationsPanel({ again }: { again: unknown }): JSX.Element {
  const [rows, setRows] = useState<InvitationRow[] | null>(null);
  const [asked, setAsked] = useState<InvitationRow | null>(null);
  const act = useAct();
  const load = async (): Promise<void> => setRows((await account.invitations()).invitations);
  useEffect(() => void act.run(load), [again]);
  return (
    <section class="panel" aria-labelledby="invitations">
      <h2 id="invitations">{say("invitations")}</h2>
      <p class="soft">{say("invitations_what")}</p>
      <Failure error={act.error} />
      {rows?.length === 0 ? <p>{say("invitations_none")}</p> : null}
      {rows && rows.length > 0 ? (
        <ul class="list">
          {rows.map((row) => (
            <li key={row.id}>
              <div>
                <p>{row.name} <span class="soft">{inviter(row)}</span></p>
                <p class="hint"><Time hour={row.made_hour} prefix={say("invited")} /><br /><Time hour={row.expiry_hour} prefix={say("invited_until")} /></p>
              </div>
              <Button label={say("withdraw_title", { name: row.name })} onPress={() => setAsked(row)}>{say("withdraw")}</Button>
            </li>
          ))}
        </ul>
      ) : null}
      {asked ? <Confirm title={say("withdraw_title", { name: asked.name })} act={say("withdraw")} danger onClose={() => setAsked(null)} onConfirm={async () => {
        const { id, name } = asked;
        setAsked(null);
        const done = await act.run(async () => {
          await account.withdraw(id);
          await load();
        });
        if (done) toast(say("withdraw_done", { name }));
      }}><p>{say("withdraw_what", { name: asked.name })}</p></Confirm> : null}
    </section>
  );
}
