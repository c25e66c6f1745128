// Files of a reporter: covered until someone asks for them, and then as a copy without what a camera writes beside the picture. The original
// leaves only for a reason, which is recorded.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { casework } from "../../api/casework";
import type { FileEntry, OpenedReport } from "../../casework/content";
import { keys } from "../../keys/keys";
import { Button } from "../../parts/button";
import { Dialog } from "../../parts/dialog";
import { TextField } from "../../parts/field";
import { Notice } from "../../parts/notice";
import { say } from "../../words/words";
import { cleanCopy, type Copy, sizeInWords, savedName } from "./clean_copy";
import { Trouble } from "./trouble";
import type { Viewing } from "./viewing";

type State = { at: "covered" } | { at: "fetching" } | { at: "blurred" | "open"; copy: Copy; whole: boolean } | { at: "failed"; error: unknown } | { at: "not-a-picture"; whole: boolean };

const isPicture = (file: FileEntry): boolean => /^image\/(?:png|jpeg|gif|webp|avif|bmp)$/.test(file.mediaType);

function Sum({ file, whole }: { file: FileEntry; whole: boolean | null }): JSX.Element {
  return (
    <p class="sum">
      <span>SHA-256 <code>{file.sha256.slice(0, 16)}…</code></span>{" "}
      {whole === null ? null : whole ? <span class="tag good">✓ {say("sum_right")}</span> : <span class="tag alarm">! {say("sum_wrong")}</span>}
    </p>
  );
}

export function FileCard({ report, file, viewing }: { report: OpenedReport; file: FileEntry; viewing: Viewing }): JSX.Element {
  const [state, setState] = useState<State>({ at: "covered" });
  const [asking, setAsking] = useState(false);
  const address = state.at === "blurred" || state.at === "open" ? state.copy.url : undefined;
  useEffect(() => () => { if (address) URL.revokeObjectURL(address); }, [address]);
  const name = file.name || say("file_without_name");

  const fetchAndOpen = async (): Promise<{ blob: Blob; whole: boolean }> => {
    const sealed = await casework.file(report.row.id, file.id);
    return keys.openFile({ epoch: report.row.epoch }, { id: file.id, name: file.name, media_type: file.mediaType, bytes: file.bytes, sha256: file.sha256 }, sealed);
  };
  const show = async (): Promise<void> => {
    setState({ at: "fetching" });
    try {
      await viewing({ what: "file", subject: file.id });
      const { blob, whole } = await fetchAndOpen();
      const copy = isPicture(file) ? await cleanCopy(blob) : null;
      setState(copy ? { at: "blurred", copy, whole } : { at: "not-a-picture", whole });
    } catch (error) {
      setState({ at: "failed", error });
    }
  };
  const saveOriginal = async (reason: string): Promise<void> => {
    await viewing({ what: "file", subject: file.id, reason });
    const { blob, whole } = await fetchAndOpen();
    const url = URL.createObjectURL(new Blob([blob], { type: "application/octet-stream" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = savedName(file);
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    if (!whole) setState({ at: "not-a-picture", whole });
    setAsking(false);
  };

  return (
    <figure class="file">
      {state.at === "blurred" || state.at === "open" ? (
        <button type="button" class={state.at === "open" ? "picture open" : "picture"} aria-pressed={state.at === "open"} onClick={() => setState({ ...state, at: state.at === "open" ? "blurred" : "open" })}>
          <img src={state.copy.url} width={state.copy.width} height={state.copy.height} alt={say("picture_sent", { name })} />
          <span class="picture_word">{say(state.at === "open" ? "picture_cover" : "picture_uncover")}</span>
        </button>
      ) : (
        <div class="covered" aria-hidden="true">{isPicture(file) ? "▨" : "▤"}</div>
      )}
      <figcaption>
        <p class="file_name">{name}</p>
        <p class="soft">{file.mediaType || say("type_unknown")} · {sizeInWords(file.bytes)}</p>
        <Sum file={file} whole={"whole" in state ? state.whole : null} />
        {state.at === "failed" ? <Trouble error={state.error} /> : null}
        {state.at === "not-a-picture" ? <p class="soft">{say("no_picture_to_show")}</p> : null}
        <div class="row">
          {state.at === "covered" || state.at === "fetching" || state.at === "failed" ? <Button busy={state.at === "fetching"} onPress={show}>{say(isPicture(file) ? "file_show" : "file_check")}</Button> : null}
          <Button kind="quiet" onPress={() => setAsking(true)}>{say("file_original")}</Button>
        </div>
      </figcaption>
      {asking ? <ReasonDialog title={say("file_original")} act={say("file_save")} hint={say("file_original_hint")} onReason={saveOriginal} onClose={() => setAsking(false)} /> : null}
    </figure>
  );
}

interface ReasonProps {
  title: string;
  act: string;
  hint: string;
  onReason: (reason: string) => Promise<void>;
  onClose: () => void;
}

/** Asks once why, and says that it is recorded. */
export function ReasonDialog({ title, act, hint, onReason, onClose }: ReasonProps): JSX.Element {
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState("");
  const [error, setError] = useState<unknown>(null);
  const go = async (): Promise<void> => {
    if (reason.trim() === "") return setProblem(say("reason_needed"));
    setError(null);
    await onReason(reason.trim()).catch(setError);
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{hint}</p>
      <TextField label={say("reason")} value={reason} onInput={setReason} problem={problem || undefined} maxLength={500} autofocus lines={2} />
      <Notice><p>{say("reason_recorded")}</p></Notice>
      <Trouble error={error} />
      <div class="row end"><Button onPress={onClose}>{say("cancel")}</Button><Button kind="primary" onPress={go}>{act}</Button></div>
    </Dialog>
  );
}
