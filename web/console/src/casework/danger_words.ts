// Words that make a text urgent whoever reads it first; server/sms/message.cpp.

const dangerNow = 0;
const someSigns = 3;

/** 0 when a text tells of danger, otherwise 3. */
export function urgencyOfText(text: string): number {
  if (text.replace(/^[ \t\r\n.,!]+|[ \t\r\n.,!]+$/g, "") === "9") return dangerNow;
  return text.split(/[^A-Za-z0-9_]+/).some((word) => /^(?:danger|peligro)$/i.test(word)) ? dangerNow : someSigns;
}
