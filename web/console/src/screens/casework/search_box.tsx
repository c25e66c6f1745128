// Looks for words in all that was opened in this browser. No query leaves it.
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { effect, signal } from "@preact/signals";
import type { Found } from "../../casework/search_index";
import { keys } from "../../keys/keys";
import { filled } from "../../state/casework/background";
import { book, openedReport } from "../../state/casework/opened";
import { first } from "../../state/casework/precedence";
import { hrefTo } from "../../state/route";
import { phase } from "../../state/session";
import { useShortcuts } from "../../state/shortcuts";
import { count, say } from "../../words/words";

export const query = signal("");
const found = signal<readonly Found[] | null>(null);
/** A newer query is on its way. */
const busy = signal(false);
export const searching = { get value(): boolean { return query.value.trim() !== ""; } };
const shownMax = 50;
const typingMilliseconds = 600;

effect(() => {
  if (phase.value === "in") return;
  query.value = "";
  found.value = null;
});

/** Only the newest query counts: what was asked before may come back later. */
let asked = 0;
async function look(words: string): Promise<void> {
  query.value = words;
  const mine = ++asked;
  busy.value = words.trim() !== "";
  if (words.trim() === "") {
    found.value = null;
    return;
  }
  const results = await first(() => keys.searchQuery(words, shownMax)).catch(() => []);
  // The next letter is likely to come soon: nothing should be in its way.
  void first(() => new Promise((resolve) => setTimeout(resolve, typingMilliseconds)));
  if (mine !== asked) return;
  found.value = results;
  busy.value = false;
}

const addressOf = (one: Found): string[] => {
  const id = one.id.split("/")[1]!;
  const report = one.kind === "report" ? openedReport(id).peek() : undefined;
  const inCase = report ? book.caseOf(report) : undefined;
  return inCase ? ["case", inCase] : [one.kind, id];
};

function Results(): JSX.Element {
  const all = found.value ?? [];
  return (
    <div class="results" aria-busy={busy.value}>
      <p class="soft" role="status">{found.value === null ? say("searching") : count("found", all.length)} {filled.value.complete ? "" : say("search_building", { n: filled.value.done.toLocaleString() })}</p>
      <ul class="rows">
        {all.slice(0, shownMax).map((one) => (
          <li key={one.id} class="queue_row"><a href={hrefTo(...addressOf(one))}><span class="row_words">{one.title || say("no_words")}</span><span class="row_foot">{say(one.kind === "case" ? "a_case" : "a_report")}</span></a></li>
        ))}
      </ul>
    </div>
  );
}

export function SearchBox(): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  useShortcuts([{ key: "/", does: "key_search", run: () => field.current?.focus() }]);
  useEffect(() => void (query.value !== "" && void look(query.value)), [filled.value.complete]);
  return (
    <>
      <input ref={field} type="search" class="search" value={query.value} placeholder={say("search")} aria-label={say("search")} autocomplete="off" spellcheck={false}
        onInput={(event) => void look(event.currentTarget.value)} onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          void look("");
          field.current?.blur();
        }} />
      {searching.value ? <Results /> : null}
    </>
  );
}
