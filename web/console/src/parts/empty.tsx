import type { ComponentChildren, JSX } from "preact";

/** A place with nothing in it says so, and what to do. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }): JSX.Element {
  return (
    <div class="empty">
      <p class="empty_title">{title}</p>
      {children}
    </div>
  );
}
