// Where the page is: "#/case/ID" is ["case", "ID"]. One-time codes stand in links of the form "#/join/CODE"; they are taken out of the
// address bar as soon as they are read.
import { signal } from "@preact/signals";

export const partsOf = (hash: string): string[] => hash.replace(/^#\/?/, "").split("/").filter((part) => part !== "").map((part) => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
});

function read(): string[] {
  const parts = partsOf(location.hash);
  if ((parts[0] === "found" || parts[0] === "join") && parts.length > 1) history.replaceState(null, "", `#/${parts[0]}`);
  return parts;
}

export const route = signal<readonly string[]>(read());

addEventListener("hashchange", () => {
  route.value = read();
});

export const hrefTo = (...parts: string[]): string => `#/${parts.map(encodeURIComponent).join("/")}`;

export function go(...parts: string[]): void {
  const to = hrefTo(...parts);
  if (location.hash === to) route.value = parts;
  else location.hash = to;
}
