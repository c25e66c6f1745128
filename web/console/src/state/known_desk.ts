// The desk of each member as this browser saw it first: its id and the words of its key. They are public; what matters is that they stay the same. Looked
// up by the member, whose id the server cannot change: it is bound into the wrapped secret. By the desk's own id the server could say that this is
// another desk, and that nobody has seen its key before.
import type { KnownDesk } from "../keys/types";

const byMember = (member: string): string => `desk of ${member}`;
/** The words alone, for whoever works on this computer for the first time, and from before desks were known by member. */
const byDesk = (desk: string): string => `desk ${desk}`;

function read(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;   // a browser that keeps nothing sees every desk for the first time
  }
}

function write(name: string, value: string): void {
  try {
    if (localStorage.getItem(name) === null) localStorage.setItem(name, value);
  } catch {
    // see above
  }
}

/** The member's desk; where they were not here before, what is known of the desk that the server names. */
export function knownDesk(member: string, named: string): KnownDesk | null {
  const [id, words] = read(byMember(member))?.split(" ") ?? [];
  if (id && words) return { id, words };
  const seen = read(byDesk(named));
  return seen === null ? null : { id: named, words: seen };
}

/** Keeps it the first time; never replaces another. */
export function rememberDesk(member: string, desk: KnownDesk): void {
  write(byMember(member), `${desk.id} ${desk.words}`);
  write(byDesk(desk.id), desk.words);
}
