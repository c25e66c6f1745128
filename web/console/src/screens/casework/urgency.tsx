// Urgency by shape and word as well as colour, with what makes it so.
import type { JSX } from "preact";
import type { Because, Hint } from "../../casework/urgency_hint";
import { answerText, questionText } from "../../state/casework/questions";
import { helpFor, vocabulary, wordsFor } from "../../state/casework/vocabulary";
import { count, sayOf } from "../../words/words";

/** Eight corners like a stop sign, a triangle, a diamond, a disc, a ring: told apart without colour and when small. */
const shapes: readonly JSX.Element[] = [
  <path d="M5.2 1h5.6L15 5.2v5.6L10.8 15H5.2L1 10.8V5.2z" />, <path d="M8 1.2 15.4 14.5H.6z" />, <path d="M8 .8 15.2 8 8 15.2.8 8z" />, <circle cx="8" cy="8" r="5.5" />,
  <circle cx="8" cy="8" r="4.8" fill="none" stroke="currentColor" stroke-width="1.8" />,
];

const clamped = (level: number): number => Math.max(0, Math.min(4, level));
export const urgencyWord = (level: number): string => wordsFor(vocabulary.urgency[clamped(level)]!);
export const urgencyHelp = (level: number): string => helpFor(vocabulary.urgency[clamped(level)]!);

export function UrgencyMark({ level, quiet }: { level: number; quiet?: boolean }): JSX.Element {
  return (
    <span class={`urgency u${clamped(level)}`}>
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" fill="currentColor">{shapes[clamped(level)]}</svg>
      <span class={quiet ? "hidden" : undefined}>{urgencyWord(level)}</span>
    </span>
  );
}

/** An answer that makes it urgent, shortly: "Not safe now"; where nobody wrote it short, question and answer. */
function answerShort(key: string, value: string): string {
  const name = `sign_${key}_${value}`;
  const short = sayOf("sign", `${key}_${value}`);
  return short === `${key}_${value}` || short === name ? `${questionText(key)} ${answerText(key, value)}` : short;
}

function words(because: Because): string[] {
  if (because.why === "answers") return because.answers.map(([key, value]) => answerShort(key, value));
  if (because.why === "signs" || because.why === "strong-signs") return [count(because.why === "signs" ? "why_signs" : "why_strong_signs", because.count)];
  return [sayOf("why", because.why.replace("-", "_"))];
}

/** Each reason once, the answers first. */
export const reasonsOf = (hint: Hint): string[] => [...new Set(hint.because.flatMap(words))];
