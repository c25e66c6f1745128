// The keys worker. It has no way to the network: its own policy allows no connection.
import { caseCalls } from "./case_calls";
import { deskCalls } from "./desk_calls";
import { Refusal } from "./keyring";
import type { Ask, Reply } from "./keys";
import { memberCalls } from "./member_calls";
import { searchCalls } from "./search_calls";

const calls: Record<string, (...given: never[]) => Promise<unknown>> = { ...memberCalls, ...deskCalls, ...caseCalls, ...searchCalls };
const answer = (reply: Reply): void => self.postMessage(reply);

// One after the other: a call finds what the one before it left.
let turn: Promise<void> = Promise.resolve();
self.onmessage = ({ data }: MessageEvent<Ask>) => {
  turn = turn.then(async () => {
    try {
      answer({ number: data.number, taken: await calls[data.call]!(...(data.given as never[])) });
    } catch (error) {
      answer({ number: data.number, failed: error instanceof Refusal ? error.message : error instanceof Error && error.message === "too_long" ? "text_long" : "broken" });
    }
  });
};
