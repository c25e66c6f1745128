import type { JSX } from "preact";
import { chooseLanguage, language } from "../state/settings";
import { say } from "../words/words";

/** Words of the bundle that runs here: `hotline --version` of the server's program prints the same. */
export const bundleWords = (): string => document.querySelector('meta[name="bundle"]')?.getAttribute("content") ?? "";

export function Foot(): JSX.Element {
  const other = language.value === "en" ? "es" : "en";
  return (
    <footer class="foot no_print">
      <p><span class="foot_label">{say("bundle_label")}</span> <span lang="en" translate={false} class="foot_words">{bundleWords()}</span></p>
      <p><button type="button" class="button quiet" lang={other} onClick={() => chooseLanguage(other)}>{other === "es" ? "Español" : "English"}</button></p>
    </footer>
  );
}
