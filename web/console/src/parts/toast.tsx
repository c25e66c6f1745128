import type { JSX } from "preact";
import { hideToast, toastLine } from "../state/toast";

/** The line at the foot of the page; always there for screen readers. */
export function Toast(): JSX.Element {
  const line = toastLine.value;
  return (
    <div class="toast_place" role="status">
      {line ? (
        <div class="toast">
          <span>{line.text}</span>
          {line.undo ? <button type="button" class="button quiet" onClick={() => {
            line.undo?.run();
            hideToast();
          }}>{line.undo.label}</button> : null}
        </div>
      ) : null}
    </div>
  );
}
