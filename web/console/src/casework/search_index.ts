// The search over all that a member may read, in the worker that opened it and in memory only: it goes when the console is locked, and no
// query leaves the machine.
import MiniSearch, { type Query } from "minisearch";
import { termsOf, wantedOf } from "./search_terms";

/** A report or a case under its id. `where` leads to it. */
export interface SearchDocument {
  id: string;
  kind: "report" | "case";
  /** Own words, answers, notes, numbers, labels in words. */
  text: string;
  /** Shown in the list of what was found; weighs more. */
  title: string;
}

export interface Found {
  id: string;
  kind: "report" | "case";
  title: string;
}

export class SearchIndex {
  private readonly index = new MiniSearch<SearchDocument>({
    fields: ["title", "text"], storeFields: ["kind", "title"], tokenize: termsOf, processTerm: (term) => term,
    searchOptions: { prefix: (_term, i, terms) => i === terms.length - 1, boost: { title: 2 }, tokenize: (text) => [text], combineWith: "AND" },
  });

  get size(): number { return this.index.documentCount; }

  add(documents: readonly SearchDocument[]): void {
    for (const document of documents) {
      if (this.index.has(document.id)) this.index.replace(document);
      else this.index.add(document);
    }
  }

  remove(ids: readonly string[]): void {
    for (const id of ids) if (this.index.has(id)) this.index.discard(id);
  }

  /** Best first. A word that is still being typed is found by its beginning. */
  query(words: string, limit = 50): Found[] {
    const wanted = wantedOf(words);
    const queries: Query[] = [
      ...wanted.words.map((word, i): Query => ({ queries: [word], prefix: i === wanted.words.length - 1 || word.length > 3, combineWith: "AND" })),
      ...wanted.numbers.map(({ whole, groups }): Query => ({
        combineWith: "OR", queries: [{ queries: [whole], prefix: true }, { queries: groups, combineWith: "AND", prefix: false }],
      })),
    ];
    if (queries.length === 0) return [];
    return this.index.search({ combineWith: "AND", queries }).slice(0, limit).map(({ id, kind, title }) => ({ id: String(id), kind: kind as Found["kind"], title: String(title) }));
  }
}
