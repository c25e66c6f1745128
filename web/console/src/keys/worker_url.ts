// Where the worker's script is. Trusted Types: this one address is all that ever becomes a script by name.

interface Policies {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): { createScriptURL(url: string): unknown };
}

const named = (): string => document.querySelector('meta[name="worker"]')?.getAttribute("content") ?? "";
const check = (url: string): string => {
  if (url !== named() || !/^\/s\/[0-9a-f]{16}\.js$/.test(url)) throw new TypeError("not the worker of this page");
  return url;
};
const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;
const policy = policies?.createPolicy("console", { createScriptURL: check });

export const workerUrl = (): unknown => (policy ? policy.createScriptURL(named()) : check(named()));
