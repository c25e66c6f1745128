// What a reporter reads when everything of theirs is deleted: the text "found.deleted" of web/i18n, which the command line takes as well.
const texts: Record<string, string> = {
  en: "What you sent to us is deleted, with all files. If we passed something on before, as you let us, we cannot take that back. You can write to us again at any time.",
  es: "Borramos lo que nos envió, con todos los archivos. Si antes contamos algo con su permiso, eso ya no lo podemos recuperar. Puede escribirnos otra vez cuando quiera.",
};

/** In their language as far as it is known here, else in English. */
export const deletedText = (language: string): string => texts[language] ?? texts[language.split("-")[0]!] ?? texts["en"]!;
