import type { JSX } from "preact";

/** Something runs. With `part` (0 to 1) how far it is. */
export function Progress({ label, part }: { label: string; part?: number }): JSX.Element {
  return (
    <div class="progress" role="status">
      <progress value={part} max={1} aria-label={label} />
      <p>{label}</p>
    </div>
  );
}
