import type { JSX } from "preact";
import type { OpenedReport } from "../../casework/content";
import { titleOf } from "../../casework/summary";
import { clockTime } from "../../parts/time";
import { formerOf, memberOf } from "../../state/desk";
import { me } from "../../state/session";
import { say } from "../../words/words";

/** A colleague as one is called, also one who has left. */
export const personName = (id: string | null | undefined): string => {
  if (!id || /^0+$/.test(id)) return say("nobody");
  if (id === me.value?.id) return say("you");
  const former = formerOf(id);
  return memberOf(id)?.name ?? (former ? say("has_left", { name: former.name }) : say("left_the_desk"));
};

/** One of the people whom a case is about: by the first words that came from them, and when. */
export const conversationName = (conversation: readonly OpenedReport[]): string =>
  `${titleOf(conversation) || say("no_words")} · ${clockTime(3600 * (conversation[0]?.row.received_hour ?? 0))}`;

export const Person = ({ id }: { id: string | null | undefined }): JSX.Element => <span class="person">{personName(id)}</span>;
