// What many people take for a passphrase, one a line, in small letters: from the list of a package, the first 3,000, which others are made of,
// and every one that would be long enough. Both clients refuse them: the browser's worker has them bundled, the program carries the file.
import { createRequire } from "node:module";
import { join } from "node:path";

/** PACKAGES is the folder where npm put node_modules. */
export function commonPassphrases(packages) {
  const all = createRequire(join(packages, "package.json"))("@zxcvbn-ts/language-common").dictionary["passwords-common"];
  const small = (word) => word.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return [...new Set(all.filter((word, at) => at < 3000 || Buffer.byteLength(word) >= 12).map(small))].join("\n");
}
/** What `import common from "common-passphrases"` is. */
export const moduleName = "common-passphrases";
export const moduleText = (packages) => `export default ${JSON.stringify(commonPassphrases(packages))};`;
