// Search over what was opened. The index lives and ends with the worker.
import { SearchIndex } from "../casework/search_index";
import type { Calls } from "./calls";

type Async<Name extends keyof Calls> = { [N in Name]: (...given: Parameters<Calls[N]>) => Promise<ReturnType<Calls[N]>> };

const index = new SearchIndex();

export const searchCalls: Async<"searchAdd" | "searchRemove" | "searchQuery"> = {
  async searchAdd(documents) {
    index.add(documents);
    return index.size;
  },
  async searchRemove(ids) {
    index.remove(ids);
  },
  async searchQuery(words, limit) {
    return index.query(words, limit);
  },
};
