// One conversation: all that came and all that was done, in one line of time; beside it what the desk made of it.
import type { JSX } from "preact";
import { effect } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { ApiError } from "../../api/client";
import { casework } from "../../api/casework";
import { outcomeAnswersIn } from "../../casework/outcome_answers";
import { timelineOf } from "../../casework/timeline";
import { mayWorkOn } from "../../casework/rights";
import { urgencyOf } from "../../casework/urgency_hint";
import { keys } from "../../keys/keys";
import type { NewEvent } from "../../keys/types";
import { Button } from "../../parts/button";
import { Empty } from "../../parts/empty";
import { TextField } from "../../parts/field";
import { Failure, Notice } from "../../parts/notice";
import { isAttended, whenAttended } from "../../state/attention";
import { filled, caseDocument } from "../../state/casework/background";
import { changed } from "../../state/casework/changes";
import { type CaseFile, change, Conflict, isElsewhere, loadCase, loadReport, NoKey, recordView, reportsHere } from "../../state/casework/case_file";
import { finishKeeping, keptIn } from "../../state/casework/outcome";
import { book, forget, opened } from "../../state/casework/opened";
import { questionnaire } from "../../state/casework/questions";
import { refreshAll } from "../../state/casework/queue";
import { go, hrefTo } from "../../state/route";
import { me } from "../../state/session";
import { useShortcuts } from "../../state/shortcuts";
import { toast } from "../../state/toast";
import { count, say, sayOf } from "../../words/words";
import { begin, claim, record, takeIn, type CaseActs } from "./case_acts";
import { draftNames, useDraft } from "./draft";
import { EventLine } from "./event_line";
import { intent, intentFollows, intentTaken } from "./intent";
import { News } from "./news";
import { LinkToCase } from "./link_to_case";
import { MessageBox } from "./message";
import { ReplyBox } from "./reply_box";
import { TriagePanel, type OpenDialog } from "./triage_panel";
import { reasonsOf, UrgencyMark } from "./urgency";
import { Trouble } from "./trouble";
import { UnsureLink } from "./unsure_link";
import type { Viewing } from "./viewing";
import { Warnings } from "./warnings";

export type Address = { kind: "case" | "report"; id: string };

function NoteBox({ file, onNote }: { file: CaseFile; onNote: (text: string) => Promise<void> }): JSX.Element {
  const [text, setText, forget] = useDraft(draftNames("note", file));
  const box = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (text !== "" && box.current) box.current.open = true;   // begun before a lock, or before the page was left
  }, [text]);
  const [error, setError] = useState<unknown>(null);
  const save = async (): Promise<void> => {
    setError(null);
    try {
      await onNote(text.trim());
      forget(text);
    } catch (thrown) {
      setError(thrown);
    }
  };
  return (
    <details class="note_box" ref={box}>
      <summary>{say("write_note")}</summary>
      <TextField label={say("note")} hint={say("note_hint")} value={text} onInput={setText} lines={3} maxLength={16_000} />
      <Trouble error={error} />
      <Button disabled={text.trim() === ""} onPress={save}>{say("save_note")}</Button>
    </details>
  );
}

/** First steps with a report that is in no case yet. */
function NewHere({ file, onOpened }: { file: CaseFile; onOpened: (file: CaseFile) => void }): JSX.Element {
  const [error, setError] = useState<unknown>(null);
  const [linking, setLinking] = useState(false);
  const start = (assignee: string | null) => async (): Promise<void> => {
    setError(null);
    try {
      onOpened(await begin(file, assignee));
    } catch (thrown) {
      setError(thrown);
    }
  };
  return (
    <section class="new_here" aria-label={say("first_steps")}>
      {filled.value.complete ? null : <p class="soft" role="status">{say("still_looking_for_case", { n: filled.value.done })}</p>}
      <div class="row">
        <Button kind="primary" onPress={start(me.value!.id)}>{say("take_it")}</Button>
        <Button onPress={start(null)}>{say("open_for_team")}</Button>
        <Button onPress={() => setLinking(true)}>{say("belongs_to_other")}</Button>
      </div>
      <Trouble error={error} />
      {linking ? <LinkToCase reports={file.reports} onLinked={onOpened} onClose={() => setLinking(false)} /> : null}
    </section>
  );
}

interface TimelineProps {
  file: CaseFile;
  news: News;
  viewing: Viewing;
  onTranslate?: ((report: string, text: string, to: string) => Promise<void>) | undefined;
  onTakeBack?: ((text: string) => Promise<void>) | undefined;
  onPutAgain?: (() => Promise<void>) | undefined;
}

function Timeline({ file, news, viewing, onTranslate, onTakeBack, onPutAgain }: TimelineProps): JSX.Element {
  const last = keptIn(file);
  const kept = last && outcomeAnswersIn(last.body).length > 0 ? last : undefined;
  const entries = useMemo(() => timelineOf(file.reports, file.events), [file]);
  // Who looked at it stands beside; here only what was revealed, and what was done.
  const shown = entries.filter((entry) => entry.kind === "message" || entry.event.kind !== "view" || entry.event.body["what"] !== "case");
  return (
    <ol class="timeline" aria-label={say("timeline")}>
      {shown.map((entry) => (
        <li key={entry.kind === "message" ? entry.report.row.id : entry.event.row.id}>
          {entry.kind === "message"
            ? <MessageBox message={entry.message} reports={file.reports} translations={file.state.translations.get(entry.report.row.id) ?? []} fresh={news.has(entry.report.row.id)} viewing={viewing} onTranslate={onTranslate} />
            : <EventLine event={entry.event} refused={file.state.refused.has(entry.event.row.id)} texts={file.texts} conversations={file.conversations} onTakeBack={onTakeBack} onPutAgain={entry.event === kept ? onPutAgain : undefined} />}
        </li>
      ))}
    </ol>
  );
}

type Loaded = { at: "loading" } | { at: "failed"; error: unknown } | { at: "there"; file: CaseFile };

/** What else can be done by a key to the case that lies open, the list beside it passes on. */
const keysHere = [{ key: "u", does: "key_back" as const, run: () => go("queue") }];

export function CasePage({ address }: { address: Address }): JSX.Element {
  const [loaded, setLoaded] = useState<Loaded>({ at: "loading" });
  const [dialog, setDialog] = useState<OpenDialog>(null);
  const shownDialog = useRef<OpenDialog>(null);
  const showDialog = (which: OpenDialog): void => {
    const heldBack = shownDialog.current === "delete" || shownDialog.current === "keep";
    shownDialog.current = which;
    setDialog(which);
    if (which === null && heldBack) void load(true);
  };
  const [replying, setReplying] = useState(false);
  const [trouble, setTrouble] = useState<Conflict | null>(null);
  const wanted = useRef(address);
  const shown = useRef<CaseFile | null>(null);
  wanted.current = address;
  const gone = useRef(false);
  const stopWaiting = useRef(() => undefined as void);
  useEffect(() => () => {
    gone.current = true;
    stopWaiting.current();
  }, []);
  const news = useRef(new News());
  const heading = useRef<HTMLHeadingElement>(null);

  /** Whoever has gone on to something else meanwhile stays there. */
  const show = (file: CaseFile): void => {
    if (!gone.current) {
      if (file.row && wanted.current.kind === "report") go("case", file.row.id);
      setLoaded({ at: "there", file });
    }
    if (file.row) {
      const notes = file.events.filter((event) => event.kind === "note" || event.kind === "reply").map((event) => String(event.body["text"] ?? "")).join("\n");
      const document = caseDocument(file.row, notes);
      if (document) void keys.searchAdd([document]).catch(() => undefined);
    }
    void refreshAll();
  };
  const leave = (): void => {
    toast(say("deleted_done"));
    if (!gone.current) go("queue");
    gone.current = true;
    void refreshAll();
  };
  const running = useRef<Promise<void> | null>(null);
  const again = useRef(false);
  /** One after the other: what comes while it is fetched is fetched once more, and two of our own never meet at the server. */
  const load = (quietly: boolean): Promise<void> => {
    // What ends a conversation goes on in its dialog, whatever becomes of the page behind it meanwhile; it is fetched when that closes.
    if (quietly && (shownDialog.current === "delete" || shownDialog.current === "keep")) return Promise.resolve();
    if (running.current) {
      again.current = true;
      return running.current;
    }
    running.current = fetchIt(quietly).finally(() => {
      running.current = null;
      if (!again.current || gone.current) return;
      again.current = false;
      void load(true);
    });
    return running.current;
  };
  const fetchIt = async (quietly: boolean): Promise<void> => {
    if (!quietly) setLoaded({ at: "loading" });
    const mine = wanted.current;
    const left = (): boolean => wanted.current.id !== mine.id || gone.current;
    try {
      let file = mine.kind === "case" ? await loadCase(mine.id) : await loadReport(mine.id, quietly ? shown.current : null);
      if (left()) return undefined;
      if ("inCase" in file) {
        intentFollows(mine.id, file.inCase);
        return go("case", file.inCase);
      }
      setLoaded({ at: "there", file });
      if (!quietly && !isElsewhere(file)) {
        file = await recordView(file);
        void refreshAll();
      }
      // What came while nobody sat here stays unread, and people are called: until somebody is back.
      stopWaiting.current();
      if (quietly && file.fresh.length > 0 && !isAttended()) return void (stopWaiting.current = whenAttended(() => void load(true)));
      file = await takeIn(file).catch(() => file as CaseFile);
      if (!left()) setLoaded({ at: "there", file });
    } catch (error) {
      const isGone = error instanceof ApiError && error.status === 404;
      if (isGone) forget(mine.kind === "report" ? [mine.id] : [], mine.kind === "case" ? [mine.id] : []);
      if (!left() && (!quietly || isGone)) setLoaded({ at: "failed", error });
    }
    return undefined;
  };
  useEffect(() => {
    scrollTo(0, 0);
    void load(false);
  }, [address.kind, address.id]);
  useEffect(() => {
    if (loaded.at === "there") void load(true);
  }, [changed.value]);
  // What was opened since may belong here, or name the case that this belongs to. Without drawing anything for what does not.
  useEffect(() => effect(() => {
    if (opened.value === 0 || loaded.at !== "there" || loaded.file.reports.length === 0) return;
    const { row, reports } = loaded.file;
    const now = row ? book.reportsOf(row.id).length : book.conversationOf(reports[0]!).length;
    if (now !== reports.length || (!row && book.caseOf(reports[0]!))) void load(true);
  }), [loaded]);

  const file = loaded.at === "there" ? loaded.file : null;
  shown.current = file;
  const mayAct = file !== null && file.row !== null && mayWorkOn(me.value!.role, me.value!.id, file.state.assignee);
  const isSure = file?.unsure.length === 0;
  const readOnly = !mayAct || !isSure || file.state.state === "closed";
  const attempt = async (act: () => Promise<CaseFile>): Promise<void> => {
    setTrouble(null);
    try {
      show(await act());
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      setTrouble(error);
      await load(true);
      throw error;
    }
  };
  const acts: CaseActs = {
    record: (events: NewEvent[]) => attempt(() => record(file!, events)),
    claim: () => attempt(() => claim(file!)).then(() => toast(say("is_yours_now"))).catch((error: unknown) => {
      if (!(error instanceof Conflict)) toast(say("not_stored"));
    }),
  };
  const wish = (what: "assign" | "reply" | "close"): void => {
    if (!file || isElsewhere(file)) return;
    if (what === "reply") return setReplying(true);
    if (!file.row) {
      if (what === "assign") void begin(file, me.value!.id).then(show, (error: unknown) => (error instanceof Conflict ? setTrouble(error) : toast(say("not_stored"))));
      else toast(say("open_case_first"));
      return;
    }
    if (what === "close" && !readOnly) showDialog("close");
    if (what === "assign" && isSure && file.state.state !== "closed") file.state.assignee === null ? void acts.claim() : showDialog("assign");
  };
  // Whoever reads with ears goes on where the case begins; whoever writes is left alone.
  useLayoutEffect(() => {
    if (!document.activeElement?.matches("input, textarea, select, dialog, dialog *")) heading.current?.focus({ preventScroll: true });
  }, [loaded.at]);
  useEffect(() => {
    if (loaded.at === "loading") return;
    const wanted = intentTaken(address.id);
    if (wanted && file) wish(wanted);   // of what does not open nothing is wanted later
  }, [loaded.at, intent.value]);
  useEffect(() => () => void intentTaken(address.id), []);
  useShortcuts(keysHere);

  if (loaded.at === "loading") return <div class="case_view loading" aria-busy="true"><p class="soft" role="status">{say("opening")}</p><span class="bone wide" /><span class="bone" /><span class="bone wide" /></div>;
  if (loaded.at === "failed") {
    return (
      <div class="case_view">
        {loaded.error instanceof ApiError && loaded.error.status === 403 ? <Notice kind="problem" title={say("no_key_title")}><p>{say("colleague_has_it")}</p></Notice> : loaded.error instanceof ApiError && loaded.error.status === 404 ? <Notice><p>{say("not_there_any_more")}</p></Notice> : loaded.error instanceof NoKey ? <Notice kind="problem" title={say("no_key_title")}><p>{say("problem_no_key")}</p></Notice> : <Failure error={loaded.error} />}
        <Button onPress={() => load(false)}>{say("try_again")}</Button>
      </div>
    );
  }
  // What a colleague has is not read here: docs/decisions/0032-casework-on-the-command-line.md.
  if (isElsewhere(loaded.file)) return <div class="case_view"><h1 tabIndex={-1} ref={heading}>{say("no_key_title")}</h1><Notice kind="problem"><p>{say("is_elsewhere")}</p></Notice><Button onPress={() => load(false)}>{say("try_again")}</Button></div>;
  const { state, row } = loaded.file;
  const reports = reportsHere(loaded.file);
  const here = loaded.file.elsewhere.length > 0 ? { ...loaded.file, reports } : loaded.file;
  news.current.look(loaded.file);
  const hints = reports.map((report) => urgencyOf(report, questionnaire.value));
  const level = row ? state.urgency : Math.min(4, ...hints.map((hint) => hint.level));
  const reasons = [...new Set(hints.filter((hint) => hint.level <= level).flatMap(reasonsOf))];
  const viewing: Viewing = async (body) => {
    if (row) setLoaded({ at: "there", file: await change(loaded.file, { events: [{ kind: "view", body: { ...body } }] }) });
    else await casework.view(reports[0]!.row.id, await keys.sealView({ id: reports[0]!.row.id, epoch: reports[0]!.row.epoch }, body));
  };
  /** Whatever the server says to it: how it stands with the text is shown anew. */
  const takeBack = async (text: string): Promise<void> => {
    await casework.takeTextBack(row!.id, text).then(() => toast(say("text_taken_back"))).finally(() => load(true));
  };
  const mayReply = row ? !readOnly : true;
  return (
    <div class="case_view">
      <header class="case_head">
        <a class="back" href={hrefTo("queue")}>← {say("queue")}</a>
        <div class="case_title">
          <h1 tabIndex={-1} ref={heading}>{row ? say("case_named", { id: row.id.slice(0, 8) }) : say("new_report")}</h1>
          <UrgencyMark level={level} />
          {row && state.state !== "open" ? <span class="tag">{sayOf("state", state.state)}</span> : null}
        </div>
        {reasons.length > 0 ? <p class="case_why">{reasons.join(" · ")}</p> : null}
        {row ? (
          <div class="row no_print">
            {mayReply ? <Button kind="primary" onPress={() => setReplying(true)}>{say("reply")}</Button> : null}
            {!readOnly ? <Button onPress={() => showDialog("close")}>{say(me.value!.role === "caseworker" ? "ask_to_close" : "close_case")}</Button> : null}
          </div>
        ) : null}
      </header>
      <p class="flag" role="status">{news.current.arrived > 0 ? count("new_below", news.current.arrived) : null}</p>
      {trouble ? <Trouble error={trouble} /> : null}
      <UnsureLink file={loaded.file} viewing={viewing} onLink={mayAct ? () => attempt(() => change(loaded.file, { events: [], files: loaded.file.unsure })) : undefined} />
      <Warnings file={here} onDialog={showDialog} />
      {loaded.file.elsewhere.length > 0 ? <Notice><p>{say("is_elsewhere")}</p></Notice> : null}
      {row ? null : <NewHere file={loaded.file} onOpened={(opened) => show(opened)} />}
      <div class="case_columns">
        <div class="case_main">
          {reports.length === 0 && loaded.file.unsure.length === 0 ? <Empty title={say("messages_gone")} /> : null}
          <Timeline file={here} news={news.current} viewing={viewing} onTakeBack={mayAct ? takeBack : undefined}
            onPutAgain={mayAct ? () => finishKeeping(loaded.file).then(() => toast(say("keep_done"))) : undefined}
            onTranslate={readOnly ? undefined : (report, text, to) => acts.record([{ kind: "translation", body: { report, language: to, text } }])} />
          {row && !readOnly ? <NoteBox file={loaded.file} onNote={(text) => acts.record([{ kind: "note", body: { text } }])} /> : null}
          {mayReply && reports.length > 0 ? (
            replying || row ? <ReplyBox file={loaded.file} focused={replying} ready={async () => (row ? loaded.file : begin(loaded.file, me.value!.id))} onDone={show} />
              : <Button onPress={() => setReplying(true)}>{say("take_and_reply")}</Button>
          ) : null}
        </div>
        <aside class="case_side" aria-label={say("triage")}><TriagePanel file={loaded.file} level={level} acts={acts} readOnly={readOnly} dialog={dialog} onDialog={showDialog} viewing={viewing} onChanged={show} onDeleted={leave} /></aside>
      </div>
    </div>
  );
}
