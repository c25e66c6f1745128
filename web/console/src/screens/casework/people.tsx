import type { JSX } from "preact";
import { memberOf } from "../../state/desk";
import { me } from "../../state/session";
import { say } from "../../words/words";

/** A colleague as one is called; those who have left the desk are not known any more. */
export const personName = (id: string | null | undefined): string => {
  if (!id || /^0+$/.test(id)) return say("nobody");
  if (id === me.value?.id) return say("you");
  return memberOf(id)?.name ?? say("left_the_desk");
};

export const Person = ({ id }: { id: string | null | undefined }): JSX.Element => <span class="person">{personName(id)}</span>;
