// What the shell knows of a screen.
import type { ComponentType } from "preact";
import type { Role } from "../keys/types";
import type { Word } from "../words/words";

export interface Screen {
  /** First part of the address: "queue" of "#/queue". */
  path: string;
  title: Word;
  /** Who sees it; everyone without. */
  roles?: readonly Role[];
  /** Stands in the navigation, in the order of screens.ts, with this key after "g"; on a phone below this picture: lines of an SVG, 24 by 24. */
  nav?: { key: string; icon: string };
  /** A number beside its name in the navigation. */
  badge?: () => { text: string; alarming: boolean } | null;
  /** `parts`: the address behind the path. */
  draw: ComponentType<{ parts: readonly string[] }>;
}
