import type { JSX } from "preact";

const quietModules = 4;

/** A QR code of rows of modules: "1" is dark. Always dark on white, whatever the colours of the page. */
export function Qr({ rows, label }: { rows: readonly string[]; label: string }): JSX.Element {
  const size = rows.length + 2 * quietModules;
  const path = rows.flatMap((row, y) => [...row].map((module, x) => (module === "1" ? `M${x + quietModules} ${y + quietModules}h1v1h-1z` : ""))).join("");
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <path fill="#fff" d={`M0 0h${size}v${size}H0z`} />
      <path fill="#000" d={path} />
    </svg>
  );
}
