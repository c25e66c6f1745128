// The button that a form was sent with.
import { all } from "./dom";

/** A form that script sends does not say which of its buttons was pressed; a field in it does. */
export function keepPressed(form: HTMLFormElement): void {
  form.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>('button[type="submit"]') : null;
    if (!button) return;
    for (const old of all("[data-pressed]", form)) old.remove();
    if (button.name === "") return;
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = button.name;
    field.value = button.value;
    field.dataset["pressed"] = "";
    form.append(field);
  });
}
