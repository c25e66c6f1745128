// Search over what was opened. The index lives and ends with the worker.
import MiniSearch from "minisearch";
import type { Calls } from "./calls";

type Async<Name extends keyof Calls> = { [N in Name]: (...given: Parameters<Calls[N]>) => Promise<ReturnType<Calls[N]>> };

/** "pasaporte" finds "Pasaportes", "nino" finds "niño". */
const plain = (term: string): string => term.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const index = new MiniSearch<{ id: string; text: string; labels?: string }>({
  fields: ["text", "labels"], processTerm: plain, searchOptions: { prefix: true, fuzzy: (term) => (term.length > 4 ? 0.2 : false), combineWith: "AND", processTerm: plain },
});

export const searchCalls: Async<"searchAdd" | "searchQuery"> = {
  async searchAdd(entries) {
    for (const entry of entries) {
      if (index.has(entry.id)) index.replace(entry);
      else index.add(entry);
    }
    return index.documentCount;
  },
  async searchQuery(words) {
    return index.search(words).map((found) => String(found.id));
  },
};
