// The JSON of a report and a message: docs/formats.md, section 2. What the questions mean comes as data, /s/….json, from the server's own
// questionnaire (server/intake/questionnaire.hpp); the arithmetic of urgency is that of questionnaire.cpp. Runs in the worker.

export type Fields = [name: string, value: string][];

export interface Question {
  key: string;
  kind: "yes_no_unsure" | "choice" | "choices" | "text" | "consent" | "consents" | "files";
  sign?: string;
  strong?: boolean;
  touches?: string[];
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

export interface Questions {
  questions: Question[];
  rules: Rule[];
}

export interface Attachment {
  id: string;
  name: string;
  media_type: string;
  bytes: number;
  sha256: string;
}

export interface Head {
  desk: string;
  language: string;
  never: string[];
}

export interface WayBack {
  key: string;
  recipient: string;
}

const blank = (text: string): boolean => !/[^ \t\r\n]/.test(text);

/** As the server cleans what it gets: one kind of line break, no other control characters. */
// eslint-disable-next-line no-control-regex
export const cleanText = (text: string): string => text.replace(/\r\n?/g, "\n").replace(/[\0-\x08\x0b-\x1f\x7f]/g, "");

/** Answers to questions, cleaned, none of them empty, in the order of the form. */
export function answersOf(fields: Fields, { questions }: Questions): Fields {
  const keys = new Set(questions.filter((question) => question.kind !== "files").map((question) => question.key));
  return fields.map(([name, value]): [string, string] => [name, cleanText(value)]).filter(([name, value]) => keys.has(name) && !blank(value));
}

/** The last segment of whatever a file is called, of 255 bytes at most. */
export function baseName(name: string): string {
  let short = name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1);
  while (new TextEncoder().encode(short).length > 255) short = short.slice(0, -1);
  return cleanText(short);
}

export function priorityOf(answers: Fields, files: number, { questions, rules }: Questions): number {
  const given = (key: string, value: string): boolean => answers.some((answer) => answer[0] === key && answer[1] === value);
  const signs = questions.filter((question) => question.sign && given(question.key, question.sign));
  const strong = signs.filter((question) => question.strong).length;
  const touched = new Set(signs.flatMap((question) => question.touches ?? []));
  const text = questions.some((question) => question.kind === "text" && answers.some(([key]) => key === question.key));
  const holds = (rule: Rule): boolean =>
    (rule.text === undefined || rule.text === text) && (!rule.files || files > 0) &&
    signs.length >= (rule.signs_min ?? 0) && strong >= (rule.strong_signs_min ?? 0) &&
    (rule.all ?? []).every(([key, value]) => given(key, value)) && (rule.touched ?? []).every((part) => touched.has(part));
  return rules.filter(holds).reduce((level, rule) => Math.min(level, rule.level), 4);
}

function begin(type: string, head: Head): Record<string, unknown> {
  const document: Record<string, unknown> = { v: 1, type, desk: head.desk, channel: "web", language: head.language };
  if (head.never.length > 0) document["never"] = head.never;
  return document;
}

function consentsOf(answers: Fields, { questions }: Questions): string[] {
  const consents = new Set<string>();
  for (const [name, value] of answers) {
    const question = questions.find((one) => one.key === name);
    if (question?.kind === "consents") consents.add(value);
    if (question?.grants && value === "yes") consents.add(question.grants);
  }
  return [...consents];
}

export function reportDocument(head: Head, answers: Fields, attachments: Attachment[], mailbox: WayBack, questions: Questions): object {
  const shown: Record<string, string | string[]> = {};
  for (const [name, value] of answers) {
    if (questions.questions.find((question) => question.key === name)?.kind === "consents") continue;
    const earlier = shown[name];
    shown[name] = earlier === undefined ? value : [...(Array.isArray(earlier) ? earlier : [earlier]), value];
  }
  return { ...begin("report", head), answers: shown, consents: consentsOf(answers, questions), attachments, mailbox };
}

export type Wish = "delete" | "consents" | undefined;

/** Whether someone is safe now: asked again of whoever writes again. */
const dangerKey = "q_safe_now";

/** Their answer to that, where it is a question; no other belongs to a message. */
export const safetyOf = (answers: Fields, { questions }: Questions): Fields =>
  questions.some((question) => question.key === dangerKey && question.kind === "yes_no_unsure") ? answers.filter(([key]) => key === dangerKey).slice(0, 1) : [];

/** Someone who writes again is in a conversation: a person should see it within a working day. Sooner, if they say that they are not safe. */
export const followupPriorityOf = (answers: Fields, questions: Questions): number => Math.min(2, priorityOf(safetyOf(answers, questions), 0, questions));

export function followupDocument(head: Head, text: string, wish: Wish, answers: Fields, attachments: Attachment[], mailbox: WayBack, questions: Questions): object {
  const document = begin("followup", head);
  document["text"] = cleanText(text);
  const safety = safetyOf(answers, questions);
  if (safety.length > 0) document["answers"] = Object.fromEntries(safety);
  if (wish) document["wish"] = wish;
  if (wish === "consents") document["consents"] = consentsOf(answers, questions);
  return { ...document, attachments, mailbox };
}
