// Messages of one thread: long texts put together from the parts in which they came, pictures put to the text that names them.
// The rules are those of server/cli/text_parts.cpp: what one of the two puts together the other must not show apart.
import { type OpenedReport, cameByText, numberIn, objectIn, textIn, textsIn, wordsIn } from "./content";
import { urgencyOfText } from "./danger_words";
import { broughtPicture, pictureReferences } from "./pictures";

const partsMax = 255;             // as in a text's header
const togetherHoursMax = 24;

/** Words of the person, or the numbers of parts that have not come: those are told in the desk's words, in their place. */
export type Piece = { words: string } | { missing: number[] };

export interface Message {
  /** Places among the thread's reports, in order of arrival; never empty. */
  reports: number[];
  pieces: Piece[];
  /** How many parts the sender made; 0: it did not come in parts. */
  parts: number;
  /** Parts that have not come. */
  missing: number[];
  /** Places of reports that bring its pictures. */
  pictures: number[];
  /** Each once; `incomplete` while parts are missing. */
  flags: string[];
  /** 0 to 4: of its most urgent part, or 0 when the words put together tell of danger. */
  urgency: number;
}

/** What the person wrote, without what is missing. */
export const wordsOf = (message: Message): string => message.pieces.map((piece) => ("words" in piece ? piece.words : "\n…\n")).join("");

interface Part {
  key: string;
  count: number;
  number: number;
  text: string;
}

interface GatheredPiece {
  text: string;
  /** Reports that bring these words; never empty. */
  copies: number[];
  /** The text that these words may belong to as well, as late copies. */
  lentBy?: Gathered | undefined;
}

interface Gathered {
  count: number;
  firstHour: number;
  pieces: Map<number, GatheredPiece>;
  /** Came after the text was complete. */
  lateCopies: Map<number, number[]>;
}

function partOf(report: OpenedReport): Part | undefined {
  if (!cameByText(report)) return undefined;
  const place = objectIn(report.content, "part");
  const way = objectIn(report.content, "sms");
  if (!place || !way) return undefined;
  const count = numberIn(place, "count") ?? 0;
  const number = numberIn(place, "number") ?? 0;
  const from = textIn(way, "from");
  const reference = place["reference"];
  if (typeof reference !== "string" || count < 2 || count > partsMax || number < 1 || number > count || from === "") return undefined;
  return { key: JSON.stringify([textIn(way, "gateway"), from, textIn(way, "to"), reference, count]), count, number, text: textIn(report.content, "text") };
}

const isComplete = (text: Gathered): boolean => text.pieces.size === text.count;

const push = (map: Map<number, number[]>, key: number, ...values: number[]): void => {
  map.set(key, [...(map.get(key) ?? []), ...values]);
};

/** The texts that parts make up, one after the other of a key. */
class Gathering {
  readonly texts: Gathered[] = [];
  private readonly latest = new Map<string, Gathered>();

  add(part: Part, report: number, hour: number): void {
    let text = this.latest.get(part.key);
    if (!text || (hour > text.firstHour && hour - text.firstHour > togetherHoursMax)) text = this.begin(part, hour);
    const known = text.pieces.get(part.number);
    if (!known) {
      text.pieces.set(part.number, { text: part.text, copies: [report] });
    } else if (known.text === part.text) {
      known.lentBy = undefined;
      if (isComplete(text)) push(text.lateCopies, part.number, report);
      else known.copies.push(report);
    } else if (known.lentBy && !isComplete(text)) {
      // So the copy was one of the text before after all.
      push(known.lentBy.lateCopies, part.number, ...known.copies);
      text.pieces.set(part.number, { text: part.text, copies: [report] });
    } else {
      this.beginAfter(text, part, hour).pieces.set(part.number, { text: part.text, copies: [report] });
    }
  }

  private begin(part: Part, hour: number): Gathered {
    const text: Gathered = { count: part.count, firstHour: hour, pieces: new Map(), lateCopies: new Map() };
    this.texts.push(text);
    this.latest.set(part.key, text);
    return text;
  }

  /** Whoever sends a text again with a few words changed begins it with parts that look like late copies: the new text has them too. */
  private beginAfter(before: Gathered, part: Part, hour: number): Gathered {
    const text = this.begin(part, hour);
    for (const [number, copies] of before.lateCopies) text.pieces.set(number, { text: before.pieces.get(number)!.text, copies, lentBy: before });
    before.lateCopies.clear();
    return text;
  }
}

/** Its flags, each once; none unless a gateway delivered it. */
export const flagsOf = (report: OpenedReport): string[] => (cameByText(report) ? [...new Set(textsIn(report.content, "flags") ?? [])] : []);

/** What all reports of a message say together: flags, and the urgency that the server saw. */
function addUp(message: Message, reports: readonly OpenedReport[]): void {
  for (const index of message.reports) {
    message.flags = [...new Set([...message.flags, ...flagsOf(reports[index]!)])];
    message.urgency = Math.min(message.urgency, reports[index]!.row.priority);
  }
}

const emptyMessage = (reports: number[]): Message => ({ reports, pieces: [], parts: 0, missing: [], pictures: [], flags: [], urgency: 4 });

function fromParts(gathered: Gathered, reports: readonly OpenedReport[]): Message {
  const places = [...[...gathered.pieces.values()].flatMap((piece) => piece.copies), ...[...gathered.lateCopies.values()].flat()];
  const message = emptyMessage(places.sort((a, b) => a - b));
  message.parts = gathered.count;
  addUp(message, reports);
  for (let number = 1; number <= gathered.count; ++number) {
    const piece = gathered.pieces.get(number);
    const last = message.pieces.at(-1);
    if (!piece) {
      message.missing.push(number);
      if (last && "missing" in last) last.missing.push(number);
      else message.pieces.push({ missing: [number] });
    } else if (last && "words" in last) {
      last.words += piece.text;
    } else {
      message.pieces.push({ words: piece.text });
    }
  }
  // Words that end where a part is missing must not be taken for whole ones with what comes after it: each run is looked at alone.
  for (const piece of message.pieces) {
    if ("words" in piece && piece.words !== "") message.urgency = Math.min(message.urgency, urgencyOfText(piece.words));
  }
  if (message.missing.length > 0) message.flags = [...new Set([...message.flags, "incomplete"])];
  return message;
}

/** Takes what brings a picture out of the messages, to the message that names it; one that no message names stands alone. */
function joinPictures(messages: Message[], reports: readonly OpenedReport[]): Message[] {
  const named = new Map<string, Message>();
  for (const message of messages) {
    for (const index of message.reports) {
      for (const reference of pictureReferences(reports[index]!)) if (!named.has(reference)) named.set(reference, message);
    }
  }
  return messages.filter((message) => {
    const reference = broughtPicture(reports[message.reports[0]!]!);
    const home = reference === "" ? undefined : named.get(reference);
    home?.pictures.push(message.reports[0]!);
    return home === undefined;
  });
}

/**
 * The messages of one thread, given its reports in order of arrival; a message stands where its first part came. Parts belong together
 * when gateway, sender, receiver, reference and count are the same, in whatever order they came. References are used again: a part that
 * came already with other words, or more than 24 hours after the first, begins another message.
 */
export function messagesOf(reports: readonly OpenedReport[]): Message[] {
  const messages: Message[] = [];
  const gathering = new Gathering();
  reports.forEach((report, index) => {
    const part = partOf(report);
    if (part) return gathering.add(part, index, report.row.received_hour);
    const message = emptyMessage([index]);
    message.pieces = [{ words: wordsIn(report) }];
    addUp(message, reports);
    messages.push(message);
    return undefined;
  });
  messages.push(...gathering.texts.map((text) => fromParts(text, reports)));
  messages.sort((a, b) => a.reports[0]! - b.reports[0]!);
  return joinPictures(messages, reports);
}

/** "1, 4 to 6", with the reader's word for "to". */
export function numbersInWords(numbers: readonly number[], to: string): string {
  const runs: number[][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run && run.at(-1) === number - 1) run.push(number);
    else runs.push([number]);
  }
  return runs.map((run) => (run.length < 3 ? run.join(", ") : `${run[0]} ${to} ${run.at(-1)}`)).join(", ");
}
