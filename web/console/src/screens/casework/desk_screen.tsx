// The list on the left and what is open on the right; on a phone one at a time.
import type { JSX } from "preact";
import { Empty } from "../../parts/empty";
import { items, itemId } from "../../state/casework/queue";
import { go } from "../../state/route";
import { say } from "../../words/words";
import "../../style/casework.css";
import { type Address, CasePage } from "./case_page";
import { QueueList } from "./queue_list";
import { addressOf } from "./queue_row";

function Panes({ address }: { address: Address | null }): JSX.Element {
  const move = (by: number): void => {
    const all = items.value ?? [];
    const at = all.findIndex((item) => itemId(item) === address?.id);
    const to = all[Math.max(0, Math.min(all.length - 1, at + by))];
    if (to) go(...addressOf(to));
  };
  return (
    <div class={address ? "panes open" : "panes"}>
      <section class="pane_list" aria-label={say("queue")}><QueueList /></section>
      <section class="pane_case" aria-label={say("case")}>
        {address ? <CasePage key={`${address.kind}/${address.id}`} address={address} onMove={move} /> : <Empty title={say("nothing_open")}><p>{say("nothing_open_hint")}</p></Empty>}
      </section>
    </div>
  );
}

export const QueueScreen = (): JSX.Element => <Panes address={null} />;
export const CaseScreen = ({ parts }: { parts: readonly string[] }): JSX.Element => <Panes address={parts[0] ? { kind: "case", id: parts[0] } : null} />;
export const ReportScreen = ({ parts }: { parts: readonly string[] }): JSX.Element => <Panes address={parts[0] ? { kind: "report", id: parts[0] } : null} />;
