import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { say } from "../words/words";
import { PassphraseField } from "./field";

/** Whether it is a common one the worker says, which has the list. */
const passphraseBytesMin = 12;
const longEnough = (text: string): boolean => new TextEncoder().encode(text).length >= passphraseBytesMin;

export interface NewPassphrase {
  value: string;
  /** Long enough and typed twice alike. */
  fine: boolean;
  /** Shows what is missing from now on. */
  complain: () => void;
  fields: JSX.Element;
}

/** A new passphrase, typed twice. */
export function useNewPassphrase(): NewPassphrase {
  const [value, setValue] = useState("");
  const [again, setAgain] = useState("");
  const [complains, setComplains] = useState(false);
  const fine = longEnough(value) && value === again;
  return {
    value, fine, complain: () => setComplains(true),
    fields: (
      <>
        <PassphraseField label={say("passphrase_new")} hint={say("passphrase_hint")} fresh value={value} onInput={setValue}
          problem={complains && !longEnough(value) ? say("failure_passphrase_short") : undefined} />
        <PassphraseField label={say("passphrase_again")} fresh value={again} onInput={setAgain}
          problem={complains && longEnough(value) && value !== again ? say("passphrase_differs") : undefined} />
      </>
    ),
  };
}
