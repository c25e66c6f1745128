import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";

interface ButtonProps {
  children: ComponentChildren;
  /** primary: the one thing to do here; danger: takes something away; quiet: looks like text. */
  kind?: "primary" | "plain" | "danger" | "quiet";
  /** Runs when it is pressed; a promise keeps the button busy until it is settled. What it throws is the caller's. */
  onPress?: () => unknown;
  submit?: boolean;
  disabled?: boolean;
  busy?: boolean;
  /** Said by a screen reader instead of what stands there. */
  label?: string;
  pressed?: boolean;
  expanded?: boolean;
}

export function Button({ children, kind = "plain", onPress, submit, disabled, busy, label, pressed, expanded }: ButtonProps): JSX.Element {
  const [running, setRunning] = useState(false);
  const waits = busy === true || running;
  const press = async (): Promise<void> => {
    if (waits || !onPress) return;
    const done = onPress();
    if (!(done instanceof Promise)) return;
    setRunning(true);
    try {
      await done;
    } finally {
      setRunning(false);
    }
  };
  return (
    <button type={submit ? "submit" : "button"} class={`button ${kind}`} disabled={disabled === true} aria-disabled={waits || undefined} aria-busy={waits || undefined}
      aria-label={label} aria-pressed={pressed} aria-expanded={expanded} onClick={(event) => {
        if (waits) event.preventDefault();
        else if (onPress) void press();
      }}>
      {waits ? <span class="spinner" aria-hidden="true" /> : null}
      {children}
    </button>
  );
}
