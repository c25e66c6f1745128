// A table for a spreadsheet. Spreadsheets run what begins like a formula, so such fields get an apostrophe (OWASP, "CSV Injection").

const formula = /^[\s\u200B-\u200F\u2060\uFEFF]*[=+\-@\t\r\n|%\uFF1D\uFF0B\uFF0D\uFF20]/;

export function csvField(value: string | number): string {
  const text = typeof value === "number" ? String(value) : value.replace(/\0/g, "");
  const guarded = typeof value === "string" && (formula.test(text) || /^[\t\r\n]/.test(text)) ? `'${text}` : text;
  return `"${guarded.replace(/"/g, '""')}"`;
}

/** RFC 4180: lines end with CR LF; the mark at the beginning tells spreadsheets that it is UTF-8. */
export const csv = (rows: readonly (readonly (string | number)[])[]): string =>
  `\uFEFF${rows.map((row) => `${row.map(csvField).join(",")}\r\n`).join("")}`;
