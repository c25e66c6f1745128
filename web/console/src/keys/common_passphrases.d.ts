declare module "common-passphrases" {
  /** One a line, in small letters: web/console/common_passphrases.mjs. */
  const common: string;
  export default common;
}
