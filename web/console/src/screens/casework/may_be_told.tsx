// Who may be told of what somebody wrote, shortly; that it may be counted is said apart, since it tells nobody of it.
import type { JSX } from "preact";
import { wordFor } from "../../state/casework/vocabulary";
import { say, type Word } from "../../words/words";

const counted = "statistics";

const shortNames: Readonly<Record<string, Word>> = { police: "told_police", labour_department: "told_labour_department", social_services: "told_social_services", iom: "told_iom" };
const shortName = (consent: string): string => (shortNames[consent] ? say(shortNames[consent]) : wordFor("consents", consent));

/** One line, or two. `As`: what each of them stands in. */
export function MayBeTold({ consents, as: As }: { consents: readonly string[]; as: "p" | "li" }): JSX.Element {
  const told = consents.filter((consent) => consent !== counted);
  return (
    <>
      <As>{say("may_be_told")} {told.map(shortName).join(", ") || say("nobody_told")}</As>
      {consents.includes(counted) ? <As>{wordFor("consents", counted)}.</As> : null}
    </>
  );
}
