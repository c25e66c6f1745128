// What reporters are asked, in the reader's language.
import { signal } from "@preact/signals";
import { casework } from "../../api/casework";
import type { Question, Questionnaire } from "../../casework/urgency_hint";
import { language } from "../settings";

const none: Questionnaire = { questions: [], sections: {}, rules: [] };
export const questionnaire = signal<Questionnaire>(none);

export async function loadQuestions(): Promise<void> {
  if (questionnaire.value === none) questionnaire.value = await casework.questions();
}

const inLanguage = (texts: Record<string, string> | undefined): string | undefined => texts?.[language.value] ?? texts?.["en"] ?? Object.values(texts ?? {})[0];

export const questionOf = (key: string): Question | undefined => questionnaire.value.questions.find((question) => question.key === key);
/** The question; its name when the desk does not ask it any more. */
export const questionText = (key: string): string => inLanguage(questionOf(key)?.texts) ?? key;
/** The answer as the reader says it; as it was given when it is no option. */
export const answerText = (key: string, value: string): string => {
  const options = questionOf(key)?.options;
  return (options && Object.hasOwn(options, value) ? inLanguage(options[value]) : undefined) ?? value;
};
