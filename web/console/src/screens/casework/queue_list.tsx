// The queue: views with their counts, the rows, and the keys that move through them.
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { type QueueItem, type View, views } from "../../api/casework";
import { dueState } from "../../casework/targets";
import { hasWay } from "../../casework/ways";
import { Button } from "../../parts/button";
import { Empty } from "../../parts/empty";
import { Failure, Notice } from "../../parts/notice";
import { hourNow } from "../../state/clock";
import { book, opened, openedReport } from "../../state/casework/opened";
import { chooseView, counts, failure, itemId, items, loadingMore, next, refreshQueue, showMore, view } from "../../state/casework/queue";
import { go, partsOf, route } from "../../state/route";
import { useShortcuts } from "../../state/shortcuts";
import { say } from "../../words/words";
import { hoursInWords } from "./due";
import { intend, type Intent } from "./intent";
import { QueueRow } from "./queue_row";
import { SearchBox, searching } from "./search_box";

interface Shown {
  item: QueueItem;
  more: number;
}

/** Messages of one conversation stand in one line, at the place of the most urgent. */
function joined(all: readonly QueueItem[]): Shown[] {
  const first = new Map<string, Shown>();
  const shown: Shown[] = [];
  for (const item of all) {
    const report = item.kind === "report" ? openedReport(item.report.id).peek() : undefined;
    const way = report ? book.caseOf(report) ?? book.wayOf(report) : undefined;
    const known = way && hasWay(way) ? first.get(way) : undefined;
    if (known) {
      known.more += 1;
      continue;
    }
    const one = { item, more: 0 };
    if (way) first.set(way, one);
    shown.push(one);
  }
  return shown;
}

/** Says everywhere that the oldest unread report is past its target. */
export function OverdueNotice(): JSX.Element | null {
  const oldest = counts.value?.oldest_unread_due_hour;
  if (oldest === null || oldest === undefined) return null;
  const due = dueState(oldest, hourNow());
  if (due.state !== "overdue") return null;
  return <Notice kind="alarm"><p>{say("oldest_overdue", { time: hoursInWords(due.hours) })}</p></Notice>;
}

function Views(): JSX.Element {
  return (
    <div class="views" role="group" aria-label={say("views")}>
      {views.map((name) => (
        <button key={name} type="button" class="view" aria-pressed={view.value === name} onClick={() => chooseView(name)}>
          {say(`view_${name}` as `view_${View}`)} {counts.value ? <span class="count">{counts.value[name].toLocaleString()}</span> : null}
        </button>
      ))}
    </div>
  );
}

/** Brings the next page when its foot comes near. */
function Foot(): JSX.Element | null {
  const foot = useRef<HTMLDivElement>(null);
  const more = next.value !== null;
  useEffect(() => {
    if (!foot.current || !more) return undefined;
    const near = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) void showMore();
    }, { rootMargin: "600px 0px" });
    near.observe(foot.current);
    return () => near.disconnect();
  }, [more, items.value?.length]);
  if (!more) return null;
  return <div ref={foot} class="foot">{loadingMore.value ? say("loading_more") : <Button kind="quiet" onPress={showMore}>{say("show_more")}</Button>}</div>;
}

function Skeleton(): JSX.Element {
  return <ul class="rows loading" aria-busy="true" aria-label={say("loading")}>{[1, 2, 3, 4, 5, 6].map((n) => <li key={n} class="queue_row"><span class="bone" /><span class="bone wide" /><span class="bone short" /></li>)}</ul>;
}

let scrolledTo = 0;

export function QueueList(): JSX.Element {
  const pane = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => joined(items.value ?? []), [items.value, opened.value]);
  const currentId = ["case", "report"].includes(route.value[0] ?? "") ? route.value[1] : undefined;
  useEffect(() => {
    if (pane.current) pane.current.scrollTop = scrolledTo;
  }, []);

  // What is shown: the queue, or what the search found.
  const links = (): HTMLAnchorElement[] => Array.from(pane.current?.querySelectorAll<HTMLAnchorElement>(".rows a") ?? []);
  const openAt = (all: readonly HTMLAnchorElement[]): number => (currentId ? all.findIndex((link) => link.hash === location.hash) : -1);
  /** Where the open one stood when it was last in the list: read, or closed, it leaves some views. */
  const stood = useRef({ hash: "", list: "", at: -1 });
  const listName = (): string => (searching.value ? "search" : view.value);
  useEffect(() => {
    const at = openAt(links());
    if (at !== -1) stood.current = { hash: location.hash, list: listName(), at };
  });
  const chosen = (all: readonly HTMLAnchorElement[]): number => {
    const focused = all.findIndex((link) => link === document.activeElement);
    return focused === -1 ? openAt(all) : focused;
  };
  const move = (by: number): void => {
    const all = links();
    const left = openAt(all) === -1 && stood.current.hash === location.hash && stood.current.list === listName();   // its neighbours have closed the gap
    const from = chosen(all);
    const to = Math.max(0, Math.min(all.length - 1, from !== -1 ? from + by : left ? stood.current.at + Math.min(by, 0) : 0));
    all[to]?.focus();
    all[to]?.scrollIntoView({ block: "nearest" });
    // Beside one that was never in this list, such as one that the search found, the line is chosen only: Enter opens it.
    if (all[to] && (left || openAt(all) !== -1)) go(...partsOf(all[to].hash));
    if (!searching.value && to > all.length - 5) void showMore();
  };
  const open = (): void => {
    const link = links()[chosen(links())];
    if (link) go(...partsOf(link.hash));
  };
  /** With the line that is chosen; without one, with what lies open, whichever list it came from. */
  const act = (what: Intent) => (): void => {
    const link = links()[chosen(links())];
    const parts = link ? partsOf(link.hash) : currentId ? route.value : [];
    if (!parts[1]) return;
    intend(what, parts[1]);
    go(...parts);
  };
  const mine = useMemo(() => [
    { key: "j", does: "key_next" as const, again: true, run: () => move(1) }, { key: "k", does: "key_previous" as const, again: true, run: () => move(-1) },
    { key: "Enter", does: "key_open" as const, run: open },
    { key: "a", does: "key_assign" as const, run: act("assign") }, { key: "r", does: "key_reply" as const, run: act("reply") }, { key: "e", does: "key_close" as const, run: act("close") },
  ], [currentId]);
  useShortcuts(mine, [mine]);

  return (
    <div class="queue_list" ref={pane} onScroll={(event) => (scrolledTo = event.currentTarget.scrollTop)}>
      <div class="queue_head">
        {currentId ? <h2>{say("queue")}</h2> : <h1 tabIndex={-1}>{say("queue")}</h1>}
        <SearchBox />
      </div>
      {searching.value ? null : (
        <>
          <Views />
          <OverdueNotice />
          {failure.value ? <><Failure error={failure.value} /><Button onPress={refreshQueue}>{say("try_again")}</Button></> : null}
          {items.value === null && !failure.value ? <Skeleton /> : null}
          {items.value !== null && rows.length === 0 ? <Empty title={say(view.value === "all" ? "queue_empty" : "view_empty")}><p>{say(view.value === "mine" || view.value === "overdue" || view.value === "closed" ? `view_hint_${view.value}` : "queue_empty_hint")}</p></Empty> : null}
          <ul class="rows">{rows.map(({ item, more }) => <QueueRow key={itemId(item)} item={item} more={more} current={itemId(item) === currentId} />)}</ul>
          <Foot />
        </>
      )}
    </div>
  );
}
