import type { JSX } from "preact";

/** Eight words to be compared, two rows of four: easier to read aloud. Their order is part of them. */
export function Words({ words, label, quiet }: { words: string; label?: string; quiet?: boolean }): JSX.Element {
  return (
    <div class={quiet ? "words_to_compare quiet" : "words_to_compare"}>
      {label ? <p class="words_label">{label}</p> : null}
      <ol lang="en" translate={false}>{words.split("-").map((word, at) => <li key={at}>{word}</li>)}</ol>
    </div>
  );
}
