// Which reports and cases belong together, as far as they are open in this browser: found here, because the server does not know it.
// Reports come in any order, one page after the other; as server/cli/casebook.cpp does it with all of them at once.
import { type OpenedReport } from "./content";
import { broughtPicture, pictureReferences } from "./pictures";
import { hasWay, wayOf } from "./ways";

/** What ties a case to reports: those that its events or its summary name, and their ways back. */
export interface CaseTies {
  id: string;
  /** The server's order. */
  number: number;
  reports: readonly string[];
  ways: readonly string[];
}

export class Casebook {
  private readonly reports = new Map<string, OpenedReport>();
  private readonly byWay = new Map<string, Set<string>>();
  private readonly wayByPicture = new Map<string, string>();
  private readonly cases = new Map<string, CaseTies>();
  private readonly casesByReport = new Map<string, Set<string>>();
  private readonly casesByWay = new Map<string, Set<string>>();

  addReport(report: OpenedReport): void {
    const id = report.row.id;
    const earlier = this.reports.get(id);
    if (earlier && earlier.problem === "" && report.problem !== "") return;
    if (earlier) this.removeReport(id);
    this.reports.set(id, report);
    add(this.byWay, wayOf(report), id);
    for (const reference of pictureReferences(report)) if (!this.wayByPicture.has(reference)) this.wayByPicture.set(reference, wayOf(report));
  }

  removeReport(id: string): void {
    const report = this.reports.get(id);
    if (!report) return;
    this.byWay.get(wayOf(report))?.delete(id);
    this.reports.delete(id);
  }

  addCase(ties: CaseTies): void {
    this.removeCase(ties.id);
    this.cases.set(ties.id, ties);
    for (const report of ties.reports) add(this.casesByReport, report, ties.id);
    for (const way of ties.ways) add(this.casesByWay, way, ties.id);
  }

  removeCase(id: string): void {
    const ties = this.cases.get(id);
    if (!ties) return;
    for (const report of ties.reports) this.casesByReport.get(report)?.delete(id);
    for (const way of ties.ways) this.casesByWay.get(way)?.delete(id);
    this.cases.delete(id);
  }

  report(id: string): OpenedReport | undefined { return this.reports.get(id); }
  knowsCase(id: string): boolean { return this.cases.has(id); }
  all(): IterableIterator<OpenedReport> { return this.reports.values(); }

  /** The way of a report; that of the text which names it, for a picture that came on its own. */
  wayOf(report: OpenedReport): string {
    const reference = broughtPicture(report);
    return (reference === "" ? undefined : this.wayByPicture.get(reference)) ?? wayOf(report);
  }

  /** The conversation that a report belongs to, in order of arrival; itself among them. */
  conversationOf(report: OpenedReport): OpenedReport[] {
    const way = this.wayOf(report);
    return inOrder([report, ...this.withWay(way)]);
  }

  /** Reports of one case by conversation, each in order of arrival, as is who came first: a case can be about several people. */
  apart(reports: readonly OpenedReport[]): OpenedReport[][] {
    const conversations = new Map<string, OpenedReport[]>();
    for (const report of inOrder(reports)) {
      const way = this.wayOf(report);
      conversations.set(way, [...(conversations.get(way) ?? []), report]);
    }
    return [...conversations.values()];
  }

  /** All reports of a case that are open here, in order of arrival: those it names, and what came by the same ways since. */
  reportsOf(caseId: string): OpenedReport[] {
    const ties = this.cases.get(caseId);
    if (!ties) return [];
    const named = ties.reports.flatMap((id) => this.reports.get(id) ?? []);
    const ways = new Set([...ties.ways, ...named.map((report) => this.wayOf(report))].filter(hasWay));
    return inOrder([...named, ...[...ways].flatMap((way) => this.withWay(way))]);
  }

  /**
   * The case that a report belongs to; undefined: none that we know. Two who answered a new report at the same moment each opened a case
   * for it: everyone goes on with the same one of the two, the first.
   */
  caseOf(report: OpenedReport): string | undefined {
    const known = this.casesOf(report).flatMap((id) => this.cases.get(id) ?? []).sort((a, b) => a.number - b.number);
    return known[0]?.id;
  }

  /**
   * All that goes when these reports are deleted, as server/cli/case_outcome.cpp has it: a case goes as a whole, with every conversation that it is
   * about, and a conversation with every case that is about it. Conversations in order of arrival each, that of the first report first.
   */
  goesWith(reports: readonly OpenedReport[]): { conversations: OpenedReport[][]; cases: string[] } {
    const conversations = new Map<string, OpenedReport[]>();
    const cases = new Set<string>();
    const waiting = [...reports];
    for (let report = waiting.shift(); report; report = waiting.shift()) {
      const way = this.wayOf(report);
      if (conversations.has(way)) continue;
      const conversation = this.conversationOf(report);
      conversations.set(way, conversation);
      for (const id of conversation.flatMap((one) => this.casesOf(one))) {
        if (!cases.has(id)) waiting.push(...this.reportsOf(id));
        cases.add(id);
      }
    }
    return { conversations: [...conversations.values()], cases: [...cases] };
  }

  private casesOf(report: OpenedReport): string[] {
    const way = this.wayOf(report);
    return [...(this.casesByReport.get(report.row.id) ?? []), ...(hasWay(way) ? this.casesByWay.get(way) ?? [] : [])];
  }

  private withWay(way: string): OpenedReport[] {
    const own = [...(this.byWay.get(way) ?? [])].flatMap((id) => this.reports.get(id) ?? []);
    const pictures = [...this.wayByPicture].filter(([, home]) => home === way).map(([reference]) => reference);
    if (pictures.length === 0) return own;
    const brought = new Set(pictures);
    return [...own, ...[...this.reports.values()].filter((report) => brought.has(broughtPicture(report)))];
  }
}

function add(map: Map<string, Set<string>>, key: string, value: string): void {
  const known = map.get(key);
  if (known) known.add(value);
  else map.set(key, new Set([value]));
}

/** Each once, in order of arrival. */
export function inOrder(reports: readonly OpenedReport[]): OpenedReport[] {
  const once = new Map(reports.map((report) => [report.row.id, report]));
  return [...once.values()].sort((a, b) => a.row.number - b.row.number);
}
