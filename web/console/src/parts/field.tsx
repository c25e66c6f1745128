import type { ComponentChildren, JSX } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { say } from "../words/words";

interface Common {
  label: string;
  hint?: ComponentChildren;
  /** What is wrong and how to mend it. */
  problem?: string | undefined;
}

interface TextProps extends Common {
  value: string;
  onInput: (value: string) => void;
  autocomplete?: string;
  /** More than one line. */
  lines?: number;
  required?: boolean;
  maxLength?: number;
  autofocus?: boolean;
  inputMode?: "numeric" | "text" | "search";
  spellcheck?: boolean;
  readOnly?: boolean;
  /** For codes: wide letters, no help by the keyboard. */
  code?: boolean;
  type?: "text" | "search" | "datetime-local" | "number";
  name?: string;
}

function Frame({ id, label, hint, problem, children }: Common & { id: string; children: ComponentChildren }): JSX.Element {
  return (
    <div class={problem ? "field wrong" : "field"}>
      <label for={id}>{label}</label>
      {hint ? <p class="hint" id={`${id}-hint`}>{hint}</p> : null}
      {children}
      {problem ? <p class="field_problem" id={`${id}-problem`}>{problem}</p> : null}
    </div>
  );
}
const describedBy = (id: string, { hint, problem }: Common): string | undefined =>
  [hint ? `${id}-hint` : "", problem ? `${id}-problem` : ""].filter(Boolean).join(" ") || undefined;

/** Set once the field stands in the page, the attribute is read by dialogs and doors only. Set before, it would also
 *  enter the browser's own race for the first focus, which is run once in the life of a page. */
function useFirstFocus<Field extends HTMLElement>(wanted: boolean | undefined): { current: Field | null } {
  const field = useRef<Field>(null);
  useLayoutEffect(() => {
    if (!wanted) return;
    field.current?.setAttribute("autofocus", "");
    field.current?.focus();
  }, []);
  return field;
}

export function TextField(props: TextProps): JSX.Element {
  const id = useId();
  const box = useFirstFocus<HTMLTextAreaElement>(props.autofocus && props.lines !== undefined);
  const line = useFirstFocus<HTMLInputElement>(props.autofocus && props.lines === undefined);
  const shared = {
    id, value: props.value, required: props.required, readOnly: props.readOnly, maxLength: props.maxLength, name: props.name,
    autocomplete: props.autocomplete ?? "off", "aria-invalid": props.problem ? true : undefined, "aria-describedby": describedBy(id, props),
    spellcheck: props.code ? false : props.spellcheck, class: props.code ? "code" : undefined, autocapitalize: props.code ? "off" as const : undefined,
  };
  return (
    <Frame id={id} {...props}>
      {props.lines
        ? <textarea {...shared} ref={box} rows={props.lines} onInput={(event) => props.onInput(event.currentTarget.value)} />
        : <input {...shared} ref={line} type={props.type ?? "text"} inputMode={props.inputMode} onInput={(event) => props.onInput(event.currentTarget.value)} />}
    </Frame>
  );
}

interface PassphraseProps extends Common {
  value: string;
  onInput: (value: string) => void;
  /** A new one: the browser may offer to make it. */
  fresh?: boolean;
  autofocus?: boolean;
}

export function PassphraseField(props: PassphraseProps): JSX.Element {
  const id = useId();
  const [shown, setShown] = useState(false);
  const field = useFirstFocus<HTMLInputElement>(props.autofocus);
  return (
    <Frame id={id} {...props}>
      <div class="with_button">
        <input id={id} ref={field} type={shown ? "text" : "password"} value={props.value} autocomplete={props.fresh ? "new-password" : "current-password"}
          spellcheck={false} autocapitalize="off" aria-invalid={props.problem ? true : undefined} aria-describedby={describedBy(id, props)}
          onInput={(event) => props.onInput(event.currentTarget.value)} />
        <button type="button" class="button quiet" aria-pressed={shown} onClick={() => setShown(!shown)}>{say(shown ? "passphrase_hide" : "passphrase_show")}</button>
      </div>
    </Frame>
  );
}

interface SelectProps<T extends string> extends Common {
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
}

export function SelectField<T extends string>(props: SelectProps<T>): JSX.Element {
  const id = useId();
  return (
    <Frame id={id} {...props}>
      <select id={id} value={props.value} autocomplete="off" aria-describedby={describedBy(id, props)} onChange={(event) => props.onChange(event.currentTarget.value as T)}>
        {props.options.map(({ value, label }) => <option key={value} value={value} selected={value === props.value}>{label}</option>)}
      </select>
    </Frame>
  );
}

export function CheckField({ label, hint, checked, onChange }: { label: ComponentChildren; hint?: string; checked: boolean; onChange: (checked: boolean) => void }): JSX.Element {
  const id = useId();
  return (
    <div class="field check">
      <input id={id} type="checkbox" checked={checked} autocomplete="off" aria-describedby={hint ? `${id}-hint` : undefined} onChange={(event) => onChange(event.currentTarget.checked)} />
      <label for={id}>{label}</label>
      {hint ? <p class="hint" id={`${id}-hint`}>{hint}</p> : null}
    </div>
  );
}
