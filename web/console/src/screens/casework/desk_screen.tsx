// The list on the left and what is open on the right; on a phone one at a time.
import type { JSX } from "preact";
import { Empty } from "../../parts/empty";
import { say } from "../../words/words";
import "../../style/casework.css";
import { type Address, CasePage } from "./case_page";
import { QueueList } from "./queue_list";

function Panes({ address }: { address: Address | null }): JSX.Element {
  return (
    <div class={address ? "panes open" : "panes"}>
      <section class="pane_list" aria-label={say("queue")}><QueueList /></section>
      <section class="pane_case" aria-label={say("case")}>
        {address ? <CasePage key={`${address.kind}/${address.id}`} address={address} /> : <Empty title={say("nothing_open")}><p>{say("nothing_open_hint")}</p></Empty>}
      </section>
    </div>
  );
}

export const QueueScreen = (): JSX.Element => <Panes address={null} />;
export const CaseScreen = ({ parts }: { parts: readonly string[] }): JSX.Element => <Panes address={parts[0] ? { kind: "case", id: parts[0] } : null} />;
export const ReportScreen = ({ parts }: { parts: readonly string[] }): JSX.Element => <Panes address={parts[0] ? { kind: "report", id: parts[0] } : null} />;
