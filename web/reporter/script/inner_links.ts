// Links within the page: they lead there without an entry in the history, of which the way out takes away one alone.
import { arrive, find } from "./dom";

export function watchInnerLinks(): void {
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href^="#"]') : null;
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target || event.defaultPrevented) return;
    event.preventDefault();
    const folded = target.closest("details");
    if (folded) folded.open = true;
    // Of a question its words are read out.
    arrive((target.matches("main") ? null : find("legend, label", target)) || target, target);
  });
}
