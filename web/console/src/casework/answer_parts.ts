// An answer to a mailbox, cut into the parts that it is sealed in; crypto/answer_format.cpp.

/** Room for text beside the object's other members. */
const partTextWrittenMax = 3800;
/** UTF-8 bytes of an answer, at most. */
export const answerBytesMax = 64 * 1024;

const utf8Bytes = (character: string): number => {
  const point = character.codePointAt(0)!;
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
};

/** Bytes of a character as JSON has it: escapes make it longer, so text is cut by its written size. */
function writtenSize(character: string): number {
  if (/["\\\n\r\t\b\f]/.test(character)) return 2;
  return character < " " ? 6 : utf8Bytes(character);
}

export const sizeOf = (text: string): number => Array.from(text).reduce((bytes, character) => bytes + utf8Bytes(character), 0);

/** The pieces in order, cut between characters; joined they are the text. One piece for an empty text. */
export function cutAnswer(text: string): string[] {
  const pieces = [""];
  let written = 0;
  for (const character of text) {
    const size = writtenSize(character);
    if (written + size > partTextWrittenMax) {
      pieces.push("");
      written = 0;
    }
    pieces[pieces.length - 1] += character;
    written += size;
  }
  return pieces;
}

/** Only whole characters can be sealed: a lone half of a pair becomes the sign for "not readable". */
export const wholeCharacters = (text: string): string => text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "\uFFFD");
