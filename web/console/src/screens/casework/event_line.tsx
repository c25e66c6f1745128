// What the desk did: a line for most things, a box for what was written.
import type { ComponentChildren, JSX } from "preact";
import type { TextRow } from "../../api/casework";
import { numberIn, objectIn, type OpenedEvent, type OpenedReport, textIn, textsIn } from "../../casework/content";
import { useAct } from "../../parts/act";
import { Button } from "../../parts/button";
import { Failure } from "../../parts/notice";
import { clockTime, Time } from "../../parts/time";
import { labelText, wordFor } from "../../state/casework/vocabulary";
import { count, say, sayOf } from "../../words/words";
import { conversationName, personName } from "./people";
import { TextLine } from "./text_line";
import { urgencyWord } from "./urgency";

/** The hour that the server recorded, where the author's clock says another. */
function Recorded({ event }: { event: OpenedEvent }): JSX.Element {
  const off = Math.abs(Math.floor(event.time / 3600) - event.row.recorded_hour) > 1;
  return (
    <span class="when">
      <Time seconds={event.time} /> <span class={off ? "recorded off" : "recorded"}>{say("recorded_at", { at: clockTime(3600 * event.row.recorded_hour) })}</span>
    </span>
  );
}

function whatOf(event: OpenedEvent): string {
  const { kind, body } = event;
  const text = (name: string): string => textIn(body, name);
  switch (kind) {
    case "link": return count("did_link", textsIn(body, "reports")?.length ?? 0);
    case "labels": {
      const [add, remove] = [textsIn(body, "add") ?? [], textsIn(body, "remove") ?? []].map((list) => list.map(labelText).join(", "));
      return [add ? say("did_label", { labels: add }) : "", remove ? say("did_unlabel", { labels: remove }) : ""].filter(Boolean).join("; ");
    }
    case "urgency": return say(text("by") === "machine" ? "machine_raised" : "did_urgency", { from: urgencyWord(numberIn(body, "from") ?? 4), to: urgencyWord(numberIn(body, "to") ?? 4) });
    case "assign": return text("to") === "" ? say("did_unassign") : text("to") === event.row.author ? say("did_take") : say("did_assign", { name: personName(text("to")) });
    case "task": return say("did_task", { text: text("text") });
    case "task_done": return say("did_task_done");
    case "close_ask": return say("did_ask_close", { type: wordFor("close_types", text("type")) });
    case "close": return say("did_close", { type: wordFor("close_types", text("type")) });
    case "reopen": return say("did_reopen");
    case "hold": return sayOf("did_hold", text("step"));
    case "status": return say("did_status", { status: wordFor("statuses", text("status")), by: wordFor("decided_by", text("decided_by")) });
    case "translation": return say("did_translate", { language: sayOf("lang", text("language")) });
    case "view": return text("what") === "file" ? say(text("reason") ? "did_save_file" : "did_see_file") : text("what") === "number" ? say("did_see_number") : say("did_see");
    case "export": return say("did_export");
    case "keep": return say("did_keep");
    case "delete": return say("did_begin_delete");
    case "reply": return say(objectIn(body, "sms") ? "did_text" : "did_reply");
    case "note": return say("did_note");
    case "": return say("event_closed");
    default: return say("did_unknown", { kind });
  }
}

function Police({ event }: { event: OpenedEvent }): JSX.Element | null {
  const record = objectIn(event.body, "police");
  if (!record) return null;
  return (
    <dl class="police_record">
      {["trigger", "when", "whom", "what", "by"].map((part) => <div key={part}><dt>{wordFor("police", part)}</dt><dd>{textIn(record, part)}</dd></div>)}
    </dl>
  );
}

function Frame({ event, what, refused, children, kind }: { event: OpenedEvent; what: string; refused: boolean; children?: ComponentChildren; kind?: "note" | "reply" | "more" }): JSX.Element {
  return (
    <article class={kind ? `event boxed ${kind}` : "event"}>
      <header><span class="who">{personName(event.row.author)}</span> <span>{what}</span> <Recorded event={event} /></header>
      {event.problem !== "" ? <p class="flag">! {sayOf("event_problem", event.problem)}</p> : null}
      {refused ? <p class="flag">! {say("not_theirs_to_decide")}</p> : null}
      {children}
    </article>
  );
}

interface EventProps {
  event: OpenedEvent;
  /** It was not for its author to decide. */
  refused: boolean;
  texts: readonly TextRow[];
  /** Of the people whom the case is about. */
  conversations: readonly (readonly OpenedReport[])[];
  /** Absent: not for this member. */
  onTakeBack?: ((text: string) => Promise<void>) | undefined;
  /** For the last answer to a wish that was refused, and who may. */
  onPutAgain?: (() => Promise<void>) | undefined;
}

/** Whether a refusal lies in the mailbox nobody at the desk can see: whoever doubts it puts it once more, from wherever they are. */
function PutAgain({ onPress }: { onPress: () => Promise<void> }): JSX.Element {
  const { running, error, run } = useAct();
  return <><p class="no_print"><Button kind="quiet" busy={running} onPress={() => run(onPress)}>{say("keep_put_again")}</Button></p><Failure error={error} /></>;
}

/** Whom an answer went to, where that needs saying. */
function ToWhom({ event, conversations }: Pick<EventProps, "event" | "conversations">): JSX.Element | null {
  const to = conversations.length > 1 ? conversations.find((reports) => reports.some(({ row }) => row.id === textIn(event.body, "report"))) : undefined;
  return to ? <p class="soft">{say("went_to", { whom: conversationName(to) })}</p> : null;
}

export function EventLine({ event, refused, texts, conversations, onTakeBack, onPutAgain }: EventProps): JSX.Element {
  const { kind, body } = event;
  const words = textIn(body, "text");
  const reason = textIn(body, "reason");
  const sms = objectIn(body, "sms");
  if (kind === "reply" || kind === "note" || kind === "keep" || kind === "delete") {
    return (
      <Frame event={event} what={whatOf(event)} refused={refused} kind={kind === "note" ? "note" : "reply"}>
        <p class="desk_words" lang={textIn(body, "language") || undefined}>{words}</p>
        {kind === "reply" ? <ToWhom event={event} conversations={conversations} /> : null}
        {sms ? <TextLine row={texts.find((row) => row.id === textIn(sms, "id"))} onTakeBack={onTakeBack} /> : null}
        {onPutAgain ? <PutAgain onPress={onPutAgain} /> : null}
      </Frame>
    );
  }
  const police = objectIn(body, "police") !== undefined;
  if (reason === "" && !police) return <Frame event={event} what={whatOf(event)} refused={refused} />;
  return <Frame event={event} what={whatOf(event)} refused={refused} kind="more">{reason ? <p class="desk_words">{reason}</p> : null}<Police event={event} /></Frame>;
}
