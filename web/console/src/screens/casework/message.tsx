// What the reporter sent, in their own words, never edited; what the desk adds stands beside or below and looks different.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Translation } from "../../casework/case_state";
import { answersIn, filesIn, objectIn, type OpenedReport, textIn, textsIn } from "../../casework/content";
import { picturesOf } from "../../casework/pictures";
import { type Message, numbersInWords } from "../../casework/text_parts";
import { signsOf } from "../../casework/urgency_hint";
import { questionBefore } from "../../casework/ways";
import { Button } from "../../parts/button";
import { TextField } from "../../parts/field";
import { Notice } from "../../parts/notice";
import { Time } from "../../parts/time";
import { answerText, questionnaire, questionText } from "../../state/casework/questions";
import { wordFor } from "../../state/casework/vocabulary";
import { language } from "../../state/settings";
import { say, sayOf } from "../../words/words";
import { useDraft } from "./draft";
import { FileCard } from "./files";
import { Person } from "./people";
import { Trouble } from "./trouble";
import { UrgencyMark } from "./urgency";
import type { Viewing } from "./viewing";

interface MessageProps {
  message: Message;
  reports: readonly OpenedReport[];
  translations: readonly Translation[];
  /** Came since the case was last looked at, and the case does not name it yet. */
  fresh: boolean;
  viewing: Viewing;
  /** Absent: nothing can be written here. */
  onTranslate?: ((report: string, text: string, to: string) => Promise<void>) | undefined;
}

function Answers({ report }: { report: OpenedReport }): JSX.Element | null {
  const answers = answersIn(report).filter(([key]) => key !== "q_story");
  if (answers.length === 0) return null;
  const signs = new Set(signsOf(report, questionnaire.value).map((question) => question.key));
  const order = new Map(questionnaire.value.questions.map((question, i) => [question.key, i]));
  const sorted = [...answers].sort(([a], [b]) => (order.get(a) ?? 999) - (order.get(b) ?? 999));
  const isFree = (key: string): boolean => questionnaire.value.questions.find((question) => question.key === key)?.kind === "text";
  return (
    <dl class="answers">
      {sorted.map(([key, values]) => (
        <div key={key} class={signs.has(key) ? "answer sign" : "answer"}>
          <dt>{questionText(key)}</dt>
          <dd>{signs.has(key) ? <span class="sign_mark" title={say("is_a_sign")}>◆<span class="hidden"> {say("is_a_sign")}</span></span> : null}
            {values.map((value, i) => <span key={i} class={isFree(key) ? "own_words" : undefined} lang={isFree(key) ? textIn(report.content, "language") || undefined : undefined}>{i > 0 ? ", " : ""}{answerText(key, value)}</span>)}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Words({ message, report }: { message: Message; report: OpenedReport }): JSX.Element | null {
  const story = message.pieces.filter((piece) => !("words" in piece) || piece.words !== "");
  if (story.length === 0) return answersIn(report).length > 0 || filesIn(report).length > 0 ? null : <p class="soft">{say("no_words")}</p>;
  return (
    <div class="own_words" lang={textIn(report.content, "language") || undefined}>
      {story.map((piece, i) => ("words" in piece ? <p key={i}>{piece.words}</p>
        : <p key={i} class="desk_word" lang={language.value}>[{say("parts_missing", { parts: numbersInWords(piece.missing, say("to")), n: message.parts })}]</p>))}
    </div>
  );
}

function Consents({ report }: { report: OpenedReport }): JSX.Element | null {
  const given = textsIn(report.content, "consents");
  const replaces = textIn(report.content, "wish") === "consents";
  if (!given || (given.length === 0 && !replaces)) return null;
  return <p class="desk_word">{say(replaces ? "agrees_from_now" : "agreed_to")} {given.map((consent) => wordFor("consents", consent)).join(", ") || say("nothing")}</p>;
}

function Pictures({ message, reports, viewing }: Pick<MessageProps, "message" | "reports" | "viewing">): JSX.Element {
  const own = message.reports.flatMap((index) => filesIn(reports[index]!).map((file) => ({ report: reports[index]!, file })));
  const pictures = picturesOf(reports, message);
  const all = [...own, ...pictures.flatMap((picture) => (picture.state === "here" ? [{ report: picture.report, file: picture.file }] : []))];
  return (
    <>
      {all.length > 0 ? <div class="files">{all.map(({ report, file }) => <FileCard key={file.id} report={report} file={file} viewing={viewing} />)}</div> : null}
      {pictures.map((picture, i) => (picture.state === "here" ? null
        : <p key={i} class="desk_word">{say("picture")}{picture.type ? ` (${picture.type})` : ""}: {picture.state === "failed" ? sayOf("picture_problem", picture.problem.replace(/-/g, "_")) : say(picture.state === "waiting" ? "picture_waiting" : "picture_at_gateway")}</p>))}
    </>
  );
}

interface TranslationProps {
  /** Its id. */
  report: string;
  all: readonly Translation[];
  onAdd?: ((text: string, to: string) => Promise<void>) | undefined;
  from: string;
}

function TranslationBox({ report, all, onAdd, from }: TranslationProps): JSX.Element | null {
  const [writing, setWriting] = useState(false);
  const [text, setText, forget] = useDraft([`translation ${report}`]);
  useEffect(() => {
    if (text !== "") setWriting(true);   // begun before a lock, or before the page was left
  }, [text]);
  const [error, setError] = useState<unknown>(null);
  const add = async (): Promise<void> => {
    if (text.trim() === "" || !onAdd) return;
    setError(null);
    try {
      await onAdd(text, language.value);
      forget(text);
      setWriting(false);
    } catch (thrown) {
      setError(thrown);
    }
  };
  return (
    <div class="translations">
      {all.map((one, i) => (
        <div key={i} class="translation">
          <p class="desk_head">{say("translation_into", { language: sayOf("lang", one.language) })} · <Person id={one.author} /> · <Time seconds={one.time} /></p>
          <p lang={one.language || undefined}>{one.text}</p>
        </div>
      ))}
      {onAdd && writing ? (
        <div class="translation">
          <TextField label={say("translation_into", { language: sayOf("lang", language.value) })} value={text} onInput={setText} lines={4} maxLength={16_000} autofocus />
          <Trouble error={error} />
          <div class="row"><Button kind="primary" onPress={add}>{say("save")}</Button><Button kind="quiet" onPress={() => setWriting(false)}>{say("cancel")}</Button></div>
        </div>
      ) : null}
      {onAdd && !writing && (all.length === 0 ? from !== language.value : true) ? <Button kind="quiet" onPress={() => setWriting(true)}>{say("translate")}</Button> : null}
    </div>
  );
}

export function MessageBox({ message, reports, translations, fresh, viewing, onTranslate }: MessageProps): JSX.Element {
  const report = reports[message.reports[0]!]!;
  const type = textIn(report.content, "type");
  const from = textIn(report.content, "language");
  const asked = questionBefore(report);
  const hasWords = message.pieces.some((piece) => "words" in piece && piece.words.trim() !== "");
  return (
    <article class={fresh ? "message fresh" : "message"} aria-label={say("from_reporter")}>
      <header>
        <span class="who">{say(type === "followup" ? "wrote_again" : type === "sms" ? "sent_text" : type === "media" ? "sent_picture" : "reported")}</span>
        {fresh ? <span class="unread">{say("new_message")}</span> : null}
        {message.urgency < 3 ? <UrgencyMark level={message.urgency} /> : null}
        <span class="soft">{[report.row.channel === "sms" ? "" : sayOf("channel", report.row.channel), from ? sayOf("lang", from) : ""].filter(Boolean).join(" · ")}</span>
        <span class="when"><Time hour={report.row.received_hour} /></span>
      </header>
      {report.problem !== "" ? <Notice kind="problem"><p>{sayOf("problem", report.problem)}</p></Notice> : (
        <>
          {message.flags.filter((flag) => flag !== "incomplete").map((flag) => <p key={flag} class="flag">! {sayOf("flag", flag.replace(/-/g, "_"))}</p>)}
          {textIn(report.content, "wish") === "delete" ? <Notice kind="problem"><p>{say("asks_delete")}</p></Notice> : null}
          {asked ? <p class="desk_word">{say("was_asked")} {sayOf("asked", asked)}</p> : null}
          <div class={translations.length > 0 ? "side_by_side" : undefined}>
            <Words message={message} report={report} />
            {hasWords && report.problem === "" ? <TranslationBox report={report.row.id} all={translations} from={from} onAdd={onTranslate ? (text, to) => onTranslate(report.row.id, text, to) : undefined} /> : null}
          </div>
          <Answers report={report} />
          <Consents report={report} />
          <Pictures message={message} reports={reports} viewing={viewing} />
          {objectIn(report.content, "raw") || textIn(report.content, "raw") ? <p class="desk_word">{say("raw_kept")}</p> : null}
          {message.parts > 0 ? <p class="desk_word">{say("came_in_parts", { n: message.parts })}</p> : null}
        </>
      )}
    </article>
  );
}
