// How many texts of a phone a message takes; server/sms/segments.cpp, 3GPP TS 23.038.

const beyondAscii = new Set("£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà");
const extended = new Set("^{}\\[~]|€");

/** Septets of a character in GSM-7; 0 when it has none. */
function septetsOf(character: string): number {
  if (extended.has(character)) return 2;
  if (character === "\n" || character === "\r") return 1;
  if (character >= " " && character <= "~") return character === "`" ? 0 : 1;
  return beyondAscii.has(character) ? 1 : 0;
}

export interface Segments {
  /** Every character is in GSM 03.38's alphabet or its extension: 160 fit into one text, otherwise 70. */
  gsm7: boolean;
  texts: number;
  /** Characters (septets, or UTF-16 units) that still fit into the last of them. */
  left: number;
  /** Characters that make it dear: those that GSM-7 has not, each once. */
  dear: string[];
}

export function segmentsOf(text: string): Segments {
  const characters = Array.from(text);
  const dear = [...new Set(characters.filter((character) => septetsOf(character) === 0))];
  const gsm7 = dear.length === 0;
  const alone = gsm7 ? 160 : 70;
  const joined = gsm7 ? 153 : 67;
  let total = 0;
  let texts = 1;
  let here = 0;
  for (const character of characters) {
    const units = gsm7 ? septetsOf(character) : character.length;
    // What takes two is never cut.
    if (here + units > joined) {
      ++texts;
      here = 0;
    }
    here += units;
    total += units;
  }
  return total <= alone ? { gsm7, texts: 1, left: alone - total, dear } : { gsm7, texts, left: joined - here, dear };
}

/** The server takes no more. */
export const segmentsMax = 10;
