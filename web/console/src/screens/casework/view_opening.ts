// Opens what comes into view, and nothing else: rows say where they are, and those that are seen are opened together.
import { useEffect, useRef } from "preact/hooks";
import type { RefObject } from "preact";
import type { QueueItem } from "../../api/casework";
import { openCases, openReports } from "../../state/casework/opened";
import { first } from "../../state/casework/precedence";

const waiting = new Set<QueueItem>();
const itemAt = new WeakMap<Element, QueueItem>();

async function openWaiting(): Promise<void> {
  const items = [...waiting];
  waiting.clear();
  // Not both at once: the worker takes one after the other, and reports come first.
  await openReports(items.flatMap((item) => (item.kind === "report" ? [item.report] : [])));
  await openCases(items.flatMap((item) => (item.kind === "case" ? [item.case] : [])));
}

function want(item: QueueItem): void {
  if (waiting.size === 0) queueMicrotask(() => void first(openWaiting).catch(() => undefined));
  waiting.add(item);
}

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const item = itemAt.get(entry.target);
    if (entry.isIntersecting && item) want(item);
  }
}, { rootMargin: "120px 0px" });

/** The element that stands for the item; it is opened when it is seen. */
export function useOpenedInView(item: QueueItem): RefObject<HTMLLIElement> {
  const element = useRef<HTMLLIElement>(null);
  useEffect(() => {
    const box = element.current;
    if (!box) return undefined;
    itemAt.set(box, item);
    seen.observe(box);
    return () => seen.unobserve(box);
  }, [item]);
  return element;
}
