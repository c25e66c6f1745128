import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { account, type SecondFactors, type SessionRow } from "../api/account";
import { keys } from "../keys/keys";
import { useAct } from "../parts/act";
import { Button } from "../parts/button";
import { Confirm, Dialog } from "../parts/dialog";
import { CheckField, PassphraseField, SelectField } from "../parts/field";
import { NewPasskey, NewTotp } from "../parts/new_second_factor";
import { useNewPassphrase } from "../parts/new_passphrase";
import { Failure } from "../parts/notice";
import { Progress } from "../parts/progress";
import { Day, Time } from "../parts/time";
import { Words } from "../parts/words";
import { bundleWords } from "../parts/foot";
import { desk, memberOf } from "../state/desk";
import { isWrongPassphrase, signOut } from "../state/signing_in";
import { me } from "../state/session";
import { chooseLanguage, chooseLetterKeys, chooseTheme, language, letterKeys, theme, type Language, type Theme } from "../state/settings";
import { toast } from "../state/toast";
import { say, sayOf } from "../words/words";
import { PaperPanel } from "./paper_panel";
import type { Screen } from "./screen";

function ChangePassphrase({ onClose }: { onClose: () => void }): JSX.Element {
  const [old, setOld] = useState("");
  const fresh = useNewPassphrase();
  const act = useAct();
  const wrong = isWrongPassphrase(act.error);
  return (
    <Dialog title={say("passphrase_change")} onClose={onClose}>
      <form class="stack" onSubmit={(event) => {
        event.preventDefault();
        fresh.complain();
        if (!fresh.fine) return;
        void act.run(async () => {
          const cost = await account.cost(me.value!.name);
          await account.changePassphrase(await keys.changePassphrase({ name: me.value!.name, old, cost, fresh: fresh.value }));
          toast(say("passphrase_changed"));
          onClose();
        });
      }}>
        <PassphraseField label={say("passphrase_old")} value={old} onInput={setOld} autofocus problem={wrong ? say("unlock_wrong") : undefined} />
        {fresh.fields}
        {wrong ? null : <Failure error={act.error} />}
        {act.running ? <Progress label={say("deriving")} /> : null}
        <div class="row end"><Button onPress={onClose}>{say("cancel")}</Button><Button kind="primary" submit busy={act.running}>{say("passphrase_set")}</Button></div>
      </form>
    </Dialog>
  );
}

function SecondFactorPanel(): JSX.Element {
  const [found, setFound] = useState<SecondFactors | null>(null);
  const [adding, setAdding] = useState<"totp" | "passkey" | null>(null);
  const [removing, setRemoving] = useState<string | null>(null);
  const act = useAct();
  const load = (): Promise<boolean> => act.run(async () => setFound(await account.secondFactors()));
  useEffect(() => void load(), []);
  const added = async (): Promise<void> => {
    setAdding(null);
    toast(say("second_added"));
    await load();
  };
  return (
    <section class="panel">
      <h2>{say("second_factors")}</h2>
      <p class="soft">{say("second_factors_what")}</p>
      <Failure error={act.error} />
      {found ? (
        <ul class="list">
          {found.totp ? <li><div><p>{say("totp_app")}</p><p class="hint">{say("added")} <Day day={found.totp.created_day} /></p></div><Button onPress={() => setRemoving(found.totp!.id)}>{say("remove")}</Button></li> : null}
          {found.passkeys.map((one) => <li key={one.id}><div><p>{say("passkey")}: {one.name}</p><p class="hint">{say("added")} <Day day={one.created_day} /></p></div><Button onPress={() => setRemoving(one.id)}>{say("remove")}</Button></li>)}
          {!found.totp && found.passkeys.length === 0 ? <li><p>{say("second_none")}</p></li> : null}
        </ul>
      ) : <Progress label={say("loading")} />}
      <div class="choices">
        {found && !found.totp ? <Button onPress={() => setAdding("totp")}>{say("totp_set_up")}</Button> : null}
        <Button onPress={() => setAdding("passkey")}>{say("passkey_set_up")}</Button>
      </div>
      {adding ? <Dialog title={say(adding === "totp" ? "totp_set_up" : "passkey_set_up")} onClose={() => setAdding(null)}>{adding === "totp" ? <NewTotp onDone={added} /> : <NewPasskey onDone={added} />}</Dialog> : null}
      {removing ? (
        <Confirm title={say("second_remove")} act={say("remove")} danger onClose={() => setRemoving(null)} onConfirm={() => act.run(async () => {
          setRemoving(null);
          await account.removeSecondFactor(removing);
          setFound(await account.secondFactors());
        })}><p>{say("second_remove_what")}</p></Confirm>
      ) : null}
    </section>
  );
}

function SessionsPanel(): JSX.Element {
  const [rows, setRows] = useState<SessionRow[] | null>(null);
  const act = useAct();
  const load = (): Promise<boolean> => act.run(async () => setRows((await account.sessions()).sessions));
  useEffect(() => void load(), []);
  return (
    <section class="panel">
      <h2>{say("sessions")}</h2>
      <p class="soft">{say("sessions_what")}</p>
      <Failure error={act.error} />
      {rows ? (
        <ul class="list">
          {rows.map((row) => (
            <li key={row.id}>
              <div><p>{sayOf("client", row.client)} {row.current ? <span class="tag good">{say("session_this")}</span> : null}</p><p class="hint"><Time hour={row.begun_hour} prefix={say("session_begun")} /></p></div>
              {row.current ? <Button onPress={signOut}>{say("sign_out")}</Button> : <Button onPress={() => act.run(async () => {
                await account.endSession(row.id);
                setRows((await account.sessions()).sessions);
                toast(say("session_end_done"));
              })}>{say("session_end")}</Button>}
            </li>
          ))}
        </ul>
      ) : <Progress label={say("loading")} />}
    </section>
  );
}

function Account(): JSX.Element {
  const [changing, setChanging] = useState(false);
  const mine = me.value!;
  const own = memberOf(mine.id);
  return (
    <>
      <div class="head"><div><h1>{mine.name}</h1><p class="soft">{sayOf("role", mine.role)} · {desk.value?.desk.name}</p></div><Button onPress={signOut}>{say("sign_out")}</Button></div>
      <section class="panel">
        <h2>{say("passphrase")}</h2>
        <p class="soft">{say("passphrase_what")}</p>
        <div><Button onPress={() => setChanging(true)}>{say("passphrase_change")}</Button></div>
      </section>
      <SecondFactorPanel />
      <PaperPanel />
      <SessionsPanel />
      <section class="panel">
        <h2>{say("this_browser")}</h2>
        <SelectField<Language> label={say("language")} value={language.value} onChange={chooseLanguage} options={[{ value: "en", label: "English" }, { value: "es", label: "Español" }]} />
        <SelectField<Theme> label={say("theme")} value={theme.value} onChange={chooseTheme}
          options={[{ value: "system", label: say("theme_system") }, { value: "light", label: say("theme_light") }, { value: "dark", label: say("theme_dark") }]} />
        <CheckField label={say("letter_keys")} hint={say("letter_keys_hint")} checked={letterKeys.value} onChange={chooseLetterKeys} />
      </section>
      <section class="panel">
        <h2>{say("fingerprints")}</h2>
        <p class="soft">{say("fingerprints_what")}</p>
        {desk.value ? <Words label={say("desk_words")} words={desk.value.words} /> : null}
        {own ? <Words label={say("own_words")} words={own.words} /> : null}
        <Words label={say("bundle_label")} words={bundleWords()} />
      </section>
      {changing ? <ChangePassphrase onClose={() => setChanging(false)} /> : null}
    </>
  );
}

export const accountScreen: Screen = { path: "account", title: "nav_account", nav: { key: "s", icon: "M12 4.5a3.5 3.5 0 1 0 .01 0M5 19.5c.5-4 3-6 7-6s6.5 2 7 6" }, draw: Account };
