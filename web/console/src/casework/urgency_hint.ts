// Why a report is as urgent as it is: the rules of the desk's questionnaire that hold, in the answers' own words. The arithmetic is that
// of server/intake/questionnaire.cpp. A machine may only raise; people decide.
import { type OpenedReport, answersIn, cameByText, filesIn, textIn } from "./content";
import { urgencyOfText } from "./danger_words";

export interface Question {
  key: string;
  kind: "yes_no_unsure" | "choice" | "choices" | "text" | "consent" | "consents" | "files";
  section: string;
  /** By language. */
  texts: Record<string, string>;
  /** Texts of the options, by value and language. */
  options: Record<string, Record<string, string>>;
  sign?: string;
  strong?: boolean;
  touches?: string[];
  maps_to?: string[];
  grants?: string;
}

export interface Rule {
  level: number;
  all?: [key: string, value: string][];
  text?: boolean;
  files?: boolean;
  signs_min?: number;
  strong_signs_min?: number;
  touched?: string[];
}

export interface Questionnaire {
  questions: Question[];
  sections: Record<string, Record<string, string>>;
  rules: Rule[];
}

/** `answers`: these answers; `silent`: watched, and nothing was written; `signs`: so many signs; the others by themselves. */
export type Because =
  | { why: "answers"; answers: [key: string, value: string][] }
  | { why: "silent" } | { why: "signs"; count: number } | { why: "strong-signs"; count: number } | { why: "trafficking" }
  | { why: "text" } | { why: "files" } | { why: "danger-word" } | { why: "sender" };

export interface Hint {
  level: number;
  because: Because[];
}

/** The answers that are signs, in the questions' order. */
export function signsOf(report: OpenedReport, { questions }: Questionnaire): Question[] {
  const answers = new Map(answersIn(report));
  return questions.filter((question) => question.sign !== undefined && (answers.get(question.key) ?? []).includes(question.sign));
}

function becauseOf(rule: Rule, signs: number, strong: number): Because {
  if (rule.all && rule.text === false) return { why: "silent" };
  if (rule.all) return { why: "answers", answers: rule.all };
  if (rule.touched) return { why: "trafficking" };
  if (rule.strong_signs_min) return { why: "strong-signs", count: strong };
  if (rule.signs_min) return { why: "signs", count: signs };
  return rule.files ? { why: "files" } : { why: "text" };
}

/** Rules of the same kind say the same thing; answers are told once, in the questions' order. */
function merged(list: Because[], { questions }: Questionnaire): Because[] {
  const place = (key: string): number => questions.findIndex((question) => question.key === key);
  const answers = list.flatMap((one) => (one.why === "answers" ? one.answers : [])).sort((a, b) => place(a[0]) - place(b[0]));
  const once = answers.filter(([key, value], i) => answers.findIndex((other) => other[0] === key && other[1] === value) === i);
  const others = list.filter((one, i) => one.why !== "answers" && list.findIndex((other) => other.why === one.why) === i);
  return [...(once.length > 0 ? [{ why: "answers" as const, answers: once }] : []), ...others];
}

/** What the answers say about urgency, and which of them. */
export function hintOf(report: OpenedReport, questionnaire: Questionnaire): Hint {
  const answers = new Map(answersIn(report));
  const given = ([key, value]: [string, string]): boolean => (answers.get(key) ?? []).includes(value);
  const signs = signsOf(report, questionnaire);
  const strong = signs.filter((question) => question.strong).length;
  const touched = new Set(signs.flatMap((question) => question.touches ?? []));
  const text = questionnaire.questions.some((question) => question.kind === "text" && answers.has(question.key));
  const holds = (rule: Rule): boolean =>
    (rule.text === undefined || rule.text === text) && (!rule.files || filesIn(report).length > 0) &&
    signs.length >= (rule.signs_min ?? 0) && strong >= (rule.strong_signs_min ?? 0) &&
    (rule.all ?? []).every(given) && (rule.touched ?? []).every((part) => touched.has(part));
  const held = questionnaire.rules.filter(holds);
  const level = held.reduce((least, rule) => Math.min(least, rule.level), 4);
  return { level, because: merged(held.filter((rule) => rule.level === level).map((rule) => becauseOf(rule, signs.length, strong)), questionnaire) };
}

/**
 * The urgency of a report with its reasons: that which the server knows, or what can be seen only now that it is open, if that is more
 * urgent. Where nothing in it explains what the server knows, the sender said so.
 */
export function urgencyOf(report: OpenedReport, questionnaire: Questionnaire): Hint {
  const known = report.row.priority;
  if (report.problem !== "") return { level: known, because: [] };
  if (cameByText(report)) {
    const level = Math.min(known, urgencyOfText(textIn(report.content, "text")));
    return { level, because: level === 0 ? [{ why: "danger-word" }] : [] };
  }
  const hint = hintOf(report, questionnaire);
  if (hint.level <= known) return hint;
  return { level: known, because: known < 3 ? [{ why: "sender" }] : [] };
}
