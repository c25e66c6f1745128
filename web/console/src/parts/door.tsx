import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import "../style/door.css";
import { me } from "../state/session";
import { say } from "../words/words";
import { Foot } from "./foot";

/** A page before the desk: one card in the middle. */
export function Door({ title, children, wide }: { title: string; children: ComponentChildren; wide?: boolean }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title;
    if (!document.querySelector(".door [autofocus]")) heading.current?.focus();
  }, [title]);
  return (
    <div class="door">
      <main class={wide ? "door_card wide" : "door_card"}>
        {me.value?.demo ? <p class="demo">{say("demo")}</p> : null}
        <h1 ref={heading} tabIndex={-1}>{title}</h1>
        {children}
      </main>
      <Foot />
    </div>
  );
}
