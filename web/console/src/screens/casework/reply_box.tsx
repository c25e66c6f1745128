// One box for an answer, to the mailbox or to the phone, whichever way back the reporter left. What is typed is kept, sealed, over a lock.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { casework, type Gateway } from "../../api/casework";
import { answerBytesMax, sizeOf, wholeCharacters } from "../../casework/answer_parts";
import { answersIn, languageOf, type OpenedReport } from "../../casework/content";
import { givenAway } from "../../casework/neutral";
import { segmentsMax, segmentsOf } from "../../casework/segments";
import { templates, unfilled } from "../../casework/templates";
import { mailboxOf, phoneOf, type Phone } from "../../casework/ways";
import { wishesOf } from "../../casework/wishes";
import { Button } from "../../parts/button";
import { Confirm } from "../../parts/dialog";
import { CheckField, SelectField, TextField } from "../../parts/field";
import { Notice } from "../../parts/notice";
import { conversationTo, send, unfinished } from "../../state/casework/answering";
import type { CaseFile } from "../../state/casework/case_file";
import { desk } from "../../state/desk";
import { language, type Language } from "../../state/settings";
import { toast } from "../../state/toast";
import { count, say, sayOf } from "../../words/words";
import { draftNames, useDraft } from "./draft";
import { MayBeTold } from "./may_be_told";
import { conversationName } from "./people";
import { Trouble } from "./trouble";

interface ReplyProps {
  file: CaseFile;
  /** Opens a case for a conversation that has none; gives the file to answer in. */
  ready: () => Promise<CaseFile>;
  onDone: (file: CaseFile) => void;
  focused: boolean;
}

/** When texts leave, in words; empty when at any hour. */
function hoursOf(gateway: Gateway | undefined): string {
  if (!gateway || gateway.hours_begin === gateway.hours_end) return "";
  const clock = (minutes: number): string => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  return say("texts_leave", { begin: clock(gateway.hours_begin), end: clock(gateway.hours_end), zone: gateway.time_zone ? ` (${gateway.time_zone})` : "" });
}

/** What must be known before a word is written: whether they want to hear from us, when it is safe, what may be told. */
function Conditions({ conversation, file, phone }: { conversation: readonly OpenedReport[]; file: CaseFile; phone: Phone | undefined }): JSX.Element {
  const wishes = wishesOf(conversation, file.events);
  const contact = conversation.flatMap((report) => answersIn(report).filter(([key]) => key === "q_contact").map(([, values]) => values.join(" ")));
  const [gateways, setGateways] = useState<Gateway[]>([]);
  useEffect(() => {
    if (phone) void casework.gateways().then(setGateways, () => undefined);
  }, [phone?.gateway]);
  const hours = hoursOf(gateways.find((one) => one.name === phone?.gateway));
  return (
    <ul class="conditions">
      {phone ? null : <li>{wishes.writeBack ? say("wants_answer") : say("did_not_ask_answer")}</li>}
      {contact.length > 0 ? <li><strong>{say("when_safe")}</strong> <span class="own_words">{contact.join(" / ")}</span></li> : null}
      {phone && hours ? <li>{hours}</li> : null}
      <MayBeTold consents={wishes.consents} as="li" />
    </ul>
  );
}

function TextChecks({ text }: { text: string }): JSX.Element {
  const { texts, left, gsm7, dear } = segmentsOf(text);
  const away = givenAway(text, [desk.value?.desk.name ?? ""]);
  return (
    <div class="text_checks">
      <p class={texts > segmentsMax ? "soft wrong_words" : "soft"} aria-live="polite">
        {text === "" ? "" : `${count("texts", texts)} · ${say("characters_left", { n: left })}`}{!gsm7 && text !== "" ? ` · ${say("dear_characters", { characters: dear.slice(0, 8).join(" ") })}` : ""}
      </p>
      {away.words.length > 0 || away.link ? (
        <Notice kind="problem" title={say("gives_away")}>
          <p>{[...away.words.map((word) => `“${word}”`), ...(away.link ? [say("a_link")] : [])].join(", ")}. {say("gives_away_hint")}</p>
        </Notice>
      ) : null}
    </div>
  );
}

/** Whom the answer goes to, when the case is about several people: nobody is chosen for the caseworker, since an answer cannot be taken back. */
function ToWhom({ reachable, to, onChoose }: { reachable: readonly OpenedReport[][]; to: string; onChoose: (report: string) => void }): JSX.Element {
  const options = reachable.map((conversation) => ({ value: conversation[0]!.row.id, label: conversationName(conversation) }));
  return <SelectField label={say("to_whom")} hint={say("to_whom_hint")} value={to} options={[{ value: "", label: say("to_whom_choose") }, ...options]} onChange={onChoose} />;
}

export function ReplyBox({ file, ready, onDone, focused }: ReplyProps): JSX.Element {
  const [chosen, setChosen] = useState("");
  const several = file.conversations.length > 1;
  const reachable = file.conversations.filter((one) => mailboxOf(one) || phoneOf(one));
  const conversation = several ? conversationTo(file, chosen) : file.conversations[0];
  const answered = conversation ?? [];
  const phone = mailboxOf(answered) ? undefined : phoneOf(answered);
  const way = mailboxOf(answered) ? "mailbox" : phone ? "sms" : "none";
  const theirs = languageOf(answered);
  const [text, write, forget] = useDraft(draftNames("reply", file));
  const [tongue, setTongue] = useState<Language>(theirs.startsWith("es") ? "es" : theirs.startsWith("en") ? "en" : language.value);
  const [template, setTemplate] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [asking, setAsking] = useState(false);
  const [anyHour, setAnyHour] = useState(false);
  const [halfway, setHalfway] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const opened = useRef<CaseFile | null>(null);
  useEffect(() => {
    if (focused) box.current?.querySelector("textarea")?.focus();
  }, [focused, way]);
  const halfwayIn = useRef("");
  useEffect(() => {
    if (file.row) void unfinished(file.row.id).then((kept) => {
      setHalfway(kept !== null);
      if (!kept || halfwayIn.current === file.row!.id) return;
      halfwayIn.current = file.row!.id;
      if (text === "") {
        write(kept.answer.text);
        setAnyHour(kept.answer.atAnyHour === true);
      }
      if (chosen === "" && kept.answer.to) setChosen(conversationTo(file, kept.answer.to)?.[0]?.row.id ?? "");
    }, () => undefined);
  }, [file]);
  useEffect(() => {
    if (theirs.startsWith("es") || theirs.startsWith("en")) setTongue(theirs.startsWith("es") ? "es" : "en");
  }, [chosen]);

  if (reachable.length === 0) return <Notice><p>{say(file.reports.some((report) => report.row.channel === "sms") ? "no_number" : "no_way_back")}</p></Notice>;
  const gaps = unfilled(text);
  const tooLong = way === "sms" ? segmentsOf(text).texts > segmentsMax : sizeOf(text) > answerBytesMax;
  const away = way === "sms" ? givenAway(text, [desk.value?.desk.name ?? ""]) : { words: [], link: false };
  const blocked = way === "none" || text.trim() === "" || gaps.length > 0 || tooLong || (phone?.silenced ?? false);

  const dispatch = async (): Promise<void> => {
    setAsking(false);
    setError(null);
    try {
      // A case that was opened for this answer is the one that it goes on with, whatever became of the line.
      const into = file.row ? await ready() : (opened.current ??= await ready());
      const done = await send(into, { to: answered[0]!.row.id, text: wholeCharacters(text), language: tongue, ...(template ? { template } : {}), atAnyHour: anyHour });
      forget(text);
      setTemplate("");
      setHalfway(false);
      toast(say(way === "sms" ? "text_ordered" : "answer_stored"));
      onDone(done);
    } catch (thrown) {
      setError(thrown);
    }
  };
  const press = (): unknown => {
    if (blocked) return undefined;
    if (away.words.length > 0 || away.link || (phone?.notSafe && !anyHour)) return setAsking(true);
    return dispatch();
  };
  const offered = templates.filter((one) => one.way === way);

  return (
    <section class="reply" aria-labelledby="reply_heading" ref={box}>
      <h2 id="reply_heading">{say(way === "sms" ? "reply_by_text" : "reply_to_mailbox")}</h2>
      {several ? <ToWhom reachable={reachable} to={conversation ? chosen : ""} onChoose={setChosen} /> : null}
      {conversation ? <Conditions conversation={conversation} file={file} phone={phone} /> : null}
      {phone?.silenced ? <Notice kind="problem"><p>{say("asked_no_texts")}</p></Notice> : null}
      {phone?.notSafe ? <Notice kind="problem"><p>{say("said_not_safe")}</p></Notice> : null}
      {halfway ? <Notice kind="problem"><p>{say("was_being_sent")}</p></Notice> : null}
      <div class="reply_tools">
        <SelectField label={say("template")} value={template} options={[{ value: "", label: say("template_none") }, ...offered.map((one) => ({ value: one.key, label: one.name[language.value] }))]}
          onChange={(key) => {
            const chosen = offered.find((one) => one.key === key);
            setTemplate(key);
            if (chosen) write(text.trim() === "" ? chosen.text[tongue] : `${text.trimEnd()}\n\n${chosen.text[tongue]}`);
          }} />
        <SelectField label={say("written_in")} value={tongue} options={[{ value: "en", label: sayOf("lang", "en") }, { value: "es", label: sayOf("lang", "es") }]} onChange={setTongue} />
      </div>
      {theirs && !theirs.startsWith(tongue) ? <p class="flag">! {say("they_wrote_in", { language: sayOf("lang", theirs) })}</p> : null}
      <TextField label={say("your_answer")} value={text} onInput={write} lines={way === "sms" ? 4 : 7} spellcheck
        problem={tooLong ? say("answer_too_long") : gaps.length > 0 ? say("still_to_fill", { gaps: gaps.join(" ") }) : undefined} hint={say(way === "sms" ? "text_hint" : "mailbox_hint")} />
      {way === "sms" ? <TextChecks text={text} /> : null}
      {phone ? <CheckField label={say("at_any_hour")} hint={say("at_any_hour_hint")} checked={anyHour} onChange={setAnyHour} /> : null}
      {error ? <><Trouble error={error} /><p class="soft">{say("send_again_safe")}</p></> : null}
      <div class="row"><Button kind="primary" disabled={blocked} onPress={press}>{say(error || halfway ? "send_again" : way === "sms" ? "send_text" : "send_answer")}</Button></div>
      {asking ? (
        <Confirm title={say("send_text_anyway")} act={say("send_text")} onConfirm={dispatch} onClose={() => setAsking(false)}>
          {away.words.length > 0 || away.link ? <p>{say("gives_away_hint")} {away.words.map((word) => `“${word}”`).join(", ")}</p> : null}
          {phone?.notSafe ? <p>{say("said_not_safe")}</p> : null}
        </Confirm>
      ) : null}
    </section>
  );
}
