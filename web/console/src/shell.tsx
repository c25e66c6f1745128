import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { connection } from "./api/client";
import { Button } from "./parts/button";
import { ErrorEdge } from "./parts/error_edge";
import { Foot } from "./parts/foot";
import { ShortcutList, useShortcutList } from "./parts/shortcut_list";
import { screens } from "./screens/screens";
import { desk } from "./state/desk";
import { go, hrefTo, route } from "./state/route";
import { me } from "./state/session";
import { useShortcuts } from "./state/shortcuts";
import { lock } from "./state/signing_in";
import { say } from "./words/words";

function Line(): JSX.Element | null {
  if (connection.value === "fine") return null;
  return <p class="line_state" role="status">{say(connection.value === "offline" ? "line_offline" : "line_busy")}</p>;
}

/** The desk at work: bar, navigation, the screen that the address names. */
export function Shell(): JSX.Element {
  const all = screens();
  const parts = route.value;
  const current = all.find((screen) => screen.path === parts[0]) ?? all.find((screen) => screen.nav)!;
  const main = useRef<HTMLElement>(null);
  const list = useShortcutList();
  const nav = all.filter((screen) => screen.nav);
  const shortcuts = useMemo(() => [
    { key: "?", does: "key_help" as const, run: list.open },
    { key: "L", does: "key_lock" as const, run: () => void lock() },
    ...nav.map((screen) => ({ key: `g ${screen.nav!.key}`, does: screen.title, run: () => go(screen.path) })),
  ], [nav.map((screen) => screen.path).join()]);
  useShortcuts(shortcuts, [shortcuts]);
  const before = useRef(current.path);
  useEffect(() => {
    document.title = `${say(current.title)} · ${desk.value?.desk.name ?? ""}`;
    // Whoever reads with ears goes on where the new screen begins.
    if (before.current !== current.path) main.current?.focus({ preventScroll: true });
    before.current = current.path;
  }, [current.path]);
  const Screen = current.draw;
  return (
    <div class="shell">
      <a class="skip" href="#main" onClick={(event) => {
        event.preventDefault();
        main.current?.focus();
      }}>{say("skip")}</a>
      <header class="top">
        {me.value?.demo ? <p class="demo">{say("demo")}</p> : null}
        <div class="bar">
          <p class="bar_desk">{desk.value?.desk.name}</p>
          <nav aria-label={say("navigation")}>
            <ul>
              {nav.map((screen) => {
                const badge = screen.badge?.() ?? null;
                return (
                  <li key={screen.path}>
                    <a href={hrefTo(screen.path)} aria-current={screen.path === current.path ? "page" : undefined}>
                      <svg viewBox="0 0 24 24" aria-hidden="true"><path d={screen.nav!.icon} /></svg>
                      <span>{say(screen.title)}</span>
                      {badge ? <span class={badge.alarming ? "badge alarm" : "badge"}>{badge.text}</span> : null}
                    </a>
                  </li>
                );
              })}
            </ul>
          </nav>
          <div class="bar_me">
            <span class="for_keyboard"><Button kind="quiet" label={say("shortcuts_title")} onPress={list.open}><span aria-hidden="true">?</span></Button></span>
            <Button onPress={lock}>{say("lock")}</Button>
          </div>
        </div>
        <Line />
      </header>
      <main id="main" ref={main} tabIndex={-1} class={`screen ${current.path}`}>
        <ErrorEdge key={current.path}><Screen parts={parts.slice(1)} /></ErrorEdge>
      </main>
      <Foot />
      {list.shown ? <ShortcutList onClose={list.close} /> : null}
    </div>
  );
}
