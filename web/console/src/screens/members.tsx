import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { account } from "../api/account";
import type { KnownMember, Role } from "../keys/types";
import { useAct } from "../parts/act";
import { Button } from "../parts/button";
import { Confirm, Dialog } from "../parts/dialog";
import { CheckField, SelectField, TextField } from "../parts/field";
import { Failure, Notice } from "../parts/notice";
import { Progress } from "../parts/progress";
import { Time } from "../parts/time";
import { Words } from "../parts/words";
import { desk, loadDesk } from "../state/desk";
import { leftSinceEpoch, lookForDepartures } from "../state/departures";
import { beginEpoch, EpochNotBegun, giveKeysAgain, invite, letIn, removeMember, resetSecondFactors } from "../state/membership";
import { deskWorkers, isAdmin, me } from "../state/session";
import { toast } from "../state/toast";
import { count, say, sayOf } from "../words/words";
import { InvitationsPanel } from "./invitations_panel";
import { RekeyPanel } from "./rekey_panel";
import type { Screen } from "./screen";

const roles: readonly Role[] = ["caseworker", "supervisor", "admin", "auditor", "analyst", "partner"];

function Invite({ onClose }: { onClose: () => void }): JSX.Element {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("caseworker");
  const [link, setLink] = useState<string | null>(null);
  const act = useAct();
  if (link !== null) {
    return (
      <Dialog title={say("invite_link_title", { name: name.trim() })} onClose={onClose}>
        <p>{say("invite_link_what")}</p>
        <code class="link_box">{link}</code>
        <ol class="steps"><li>{say("invite_step_hand")}</li><li>{say("invite_step_words")}</li><li>{say("invite_step_grant")}</li></ol>
        <div class="row end"><Button onPress={async () => {
          await navigator.clipboard.writeText(link).then(() => toast(say("copied")), () => toast(say("copy_failed")));
        }}>{say("copy")}</Button><Button kind="primary" onPress={onClose}>{say("done")}</Button></div>
      </Dialog>
    );
  }
  return (
    <Dialog title={say("invite")} onClose={onClose}>
      <form class="stack" onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== "") void act.run(async () => setLink(await invite(name.trim(), role)));
      }}>
        <TextField label={say("name")} hint={say("invite_name_hint")} value={name} onInput={setName} required maxLength={64} autofocus spellcheck={false} />
        <SelectField<Role> label={say("role")} hint={sayOf("role_what", role)} value={role} onChange={setRole} options={roles.map((value) => ({ value, label: sayOf("role", value) }))} />
        <Failure error={act.error} />
        <div class="row end"><Button onPress={onClose}>{say("cancel")}</Button><Button kind="primary" submit busy={act.running}>{say("invite_make")}</Button></div>
      </form>
    </Dialog>
  );
}

function Compare({ member, onClose }: { member: KnownMember; onClose: () => void }): JSX.Element {
  const [same, setSame] = useState(false);
  // The server says the role; who becomes an admin holds the desk key.
  const [asAdmin, setAsAdmin] = useState(false);
  const roleKnown = member.role !== "admin" || asAdmin;
  const [far, setFar] = useState<{ done: number; all: number } | null>(null);
  const act = useAct();
  return (
    <Dialog title={say("compare_title", { name: member.name })} onClose={act.running ? () => undefined : onClose}>
      <p>{say("compare_what", { name: member.name })}</p>
      <Words label={say("compare_words", { name: member.name })} words={member.words} />
      <p><strong>{sayOf("role", member.role)}</strong>: {sayOf("role_what", member.role)}</p>
      <Notice kind="problem"><p>{say("compare_differ")}</p></Notice>
      <CheckField label={say("compare_same", { name: member.name })} checked={same} onChange={setSame} />
      {member.role === "admin" ? <CheckField label={say("compare_admin", { name: member.name })} checked={asAdmin} onChange={setAsAdmin} /> : null}
      <Failure error={act.error} />
      {act.running ? far ? <Progress label={say("let_in_progress", far)} part={far.done / far.all} /> : <Progress label={say("let_in_sealing")} /> : null}
      <div class="row end"><Button disabled={act.running} onPress={onClose}>{say("cancel")}</Button><Button kind="primary" disabled={!same || !roleKnown} busy={act.running} onPress={() => act.run(async () => {
        const keysGiven = await letIn(member, (done, all) => setFar({ done, all }));
        toast(`${say("let_in_done", { name: member.name })} ${count("keys_given", keysGiven)}`);
        onClose();
      })}>{say("let_in")}</Button></div>
    </Dialog>
  );
}

interface Asked {
  title: string;
  what: string;
  act: string;
  /** What it gives is said, where it is a text. */
  run: () => Promise<unknown>;
  done: string;
  danger?: boolean;
  removes?: boolean;
}

function MemberRow({ member, onCompare, onAsk }: { member: KnownMember; onCompare: () => void; onAsk: (asked: Asked) => void }): JSX.Element {
  const mine = member.id === me.value?.id;
  const { name } = member;
  const again: Asked = {
    title: say("keys_again_title", { name }), what: say("keys_again_what", { name, role: sayOf("role", member.role) }), act: say("keys_again"), danger: false,
    run: async () => `${say("keys_again_done", { name })} ${count("keys_given", await giveKeysAgain(member))}`, done: "",
  };
  const acts: Asked[] = [
    ...(member.vouched && deskWorkers.includes(member.role) && desk.value?.holds_desk_key ? [again] : []),
    { title: say("second_reset_title", { name }), what: say("second_reset_what", { name }), act: say("second_reset"), run: () => resetSecondFactors(member.id), done: say("second_reset_done", { name }) },
    { title: say("sessions_end_title", { name }), what: say("sessions_end_what", { name }), act: say("sessions_end"), run: () => account.endSessionsOf(member.id), done: say("sessions_end_done", { name }) },
    { title: say("member_remove_title", { name }), what: say("member_remove_what", { name }), act: say("member_remove"), run: () => removeMember(member.id), done: say("member_remove_done", { name }), removes: true },
  ];
  return (
    <li class="member">
      <div><p class="member_name">{name} {mine ? <span class="tag">{say("you")}</span> : null}</p><p class="soft">{sayOf("role", member.role)}</p></div>
      <div>{member.vouched ? <Words words={member.words} quiet /> : <p><span class="tag warn">{say("member_waiting")}</span> <span class="soft">{say("member_waiting_what")}</span></p>}</div>
      <div class="member_acts">
        {isAdmin.value && !member.vouched && desk.value?.holds_desk_key ? <Button kind="primary" onPress={onCompare}>{say("compare")}</Button> : null}
        {isAdmin.value && !mine ? (
          <details class="menu">
            <summary class="button quiet" aria-label={say("more_about", { name })}>{say("more")}</summary>
            <div class="menu_list">{acts.map((asked) => <Button key={asked.act} kind="quiet" onPress={() => onAsk(asked)}>{asked.act}</Button>)}</div>
          </details>
        ) : null}
      </div>
    </li>
  );
}

function EpochPanel(): JSX.Element | null {
  const act = useAct();
  const [asks, setAsks] = useState(false);
  const newest = desk.value?.epochs.reduce((last, epoch) => (epoch.not_before >= last.not_before ? epoch : last));
  if (!newest) return null;
  return (
    <section class="panel">
      <h2>{say("epoch_title")}</h2>
      <p class="soft">{say("epoch_what")}</p>
      <p><Time seconds={newest.not_before} prefix={say("epoch_begun")} /><br /><Time seconds={newest.not_after} prefix={say("epoch_until")} /></p>
      {leftSinceEpoch.value ? <Notice kind="problem"><p>{say("left_since_epoch")}</p></Notice> : null}
      <Failure error={act.error} />
      {isAdmin.value && desk.value?.holds_desk_key ? <div><Button onPress={() => setAsks(true)}>{say("epoch_begin")}</Button></div> : null}
      {asks ? <Confirm title={say("epoch_begin")} act={say("epoch_begin")} onClose={() => setAsks(false)} onConfirm={async () => {
        if (await act.run(() => beginEpoch())) toast(say("epoch_begin_done"));
        setAsks(false);
        await lookForDepartures().catch(() => undefined);
      }}><p>{say("epoch_begin_what")}</p></Confirm> : null}
    </section>
  );
}

function Members(): JSX.Element {
  const [inviting, setInviting] = useState(false);
  const [comparing, setComparing] = useState<KnownMember | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [removals, setRemovals] = useState(0);
  const loading = useAct();
  const act = useAct();
  useEffect(() => void loading.run(async () => {
    await loadDesk();
    if (isAdmin.value) await lookForDepartures();
  }), []);
  const members = [...(desk.value?.members ?? [])].sort((a, b) => Number(a.vouched) - Number(b.vouched) || a.name.localeCompare(b.name));
  return (
    <>
      <div class="head"><h1>{say("nav_members")}</h1>{isAdmin.value ? <Button kind="primary" onPress={() => setInviting(true)}>{say("invite")}</Button> : null}</div>
      <Failure error={loading.error} />
      {act.error instanceof EpochNotBegun ? <Notice kind="problem"><p>{say("epoch_not_begun")}</p></Notice> : <Failure error={act.error} />}
      <section class="panel" aria-label={say("nav_members")}>
        <ul class="list">{members.map((member) => <MemberRow key={member.id} member={member} onCompare={() => setComparing(member)} onAsk={setAsked} />)}</ul>
      </section>
      {isAdmin.value ? <RekeyPanel removals={removals} /> : null}
      {isAdmin.value ? <InvitationsPanel again={`${inviting} ${removals}`} /> : null}
      <EpochPanel />
      {desk.value ? <section class="panel"><Words label={say("desk_words")} words={desk.value.words} /><p class="hint">{say("desk_words_what")}</p></section> : null}
      {inviting ? <Invite onClose={() => setInviting(false)} /> : null}
      {comparing ? <Compare member={comparing} onClose={() => setComparing(null)} /> : null}
      {asked ? <Confirm title={asked.title} act={asked.act} danger={asked.danger ?? true} onClose={() => setAsked(null)} onConfirm={async () => {
        let said: unknown;
        if (await act.run(async () => (said = await asked.run()))) toast(typeof said === "string" ? said : asked.done);
        setAsked(null);
        if (!asked.removes) return;
        // Also when no new epoch began: the member is gone all the same.
        setRemovals(removals + 1);
        await lookForDepartures().catch(() => undefined);
      }}><p>{asked.what}</p></Confirm> : null}
    </>
  );
}

export const membersScreen: Screen = { path: "members", title: "nav_members", nav: { key: "m", icon: "M9 5.5a3 3 0 1 0 .01 0M3.5 19c.4-3.6 2.4-5.5 5.5-5.5s5.1 1.9 5.5 5.5M16 6a2.6 2.6 0 0 1 0 5M17.5 13.8c1.8.7 2.8 2.4 3 5.2" }, roles: ["caseworker", "supervisor", "admin", "auditor"], draw: Members };
