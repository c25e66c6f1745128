// What the page brings for the script: <template id="s_…">, and texts as elements with data-say inside of them.

export const find = <E extends HTMLElement>(selector: string, within: ParentNode = document): E | null => within.querySelector<E>(selector);
export const all = <E extends HTMLElement>(selector: string, within: ParentNode = document): E[] => Array.from(within.querySelectorAll<E>(selector));

/** A copy of what the template holds; nothing where the page has none. */
export function copyOf(id: string): DocumentFragment | null {
  const template = document.getElementById(id);
  return template instanceof HTMLTemplateElement ? (template.content.cloneNode(true) as DocumentFragment) : null;
}

/** The text with that name, its {places} filled. */
export function say(name: string, places: Record<string, string | number> = {}): string {
  const texts = document.getElementById("s_texts");
  const text = texts instanceof HTMLTemplateElement ? find(`[data-say="${name}"]`, texts.content)?.textContent ?? "" : "";
  return text.replace(/\{(\w+)\}/g, (all, place: string) => String(places[place] ?? all));
}

/** In place of all that it holds; replaceChildren() is younger than browsers that run this. */
export function fill(element: HTMLElement, ...content: Node[]): void {
  element.textContent = "";
  element.append(...content);
}

/** Shows from its top, and tells a screen reader where we are. */
export function arrive(heading: HTMLElement, top: HTMLElement = heading): void {
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  top.scrollIntoView();
}
