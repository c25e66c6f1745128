// The score that the HTTP Observatory would give an answer, by its published rules: https://github.com/mdn/mdn-http-observatory
// (src/analyzer/tests, src/grader/charts.js, algorithm 6). Written from the rules; a rule that holds only for what we never send
// (cookies, CORS, redirects to elsewhere) is here as "there must be none".

const words_of = (policy) => {
  const directives = new Map();
  for (const part of policy.split(";")) {
    const [name, ...sources] = part.trim().toLowerCase().split(/\s+/);
    if (!name) continue;
    if (directives.has(name)) return undefined;  // said twice is not understood
    directives.set(name, sources.length > 0 ? sources : ["'none'"]);
  }
  return directives;
};
const broad = ["ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"];

function csp(value) {
  if (!value) return ["csp-not-implemented", -25];
  const policy = words_of(value);
  if (!policy) return ["csp-header-invalid", -25];
  const of = (name) => policy.get(name) ?? policy.get("default-src") ?? ["*"];
  const any = (sources, list) => sources.some((source) => list.includes(source));
  const hashed = (sources) => sources.some((source) => /^'(sha(256|384|512)|nonce)-/.test(source));
  const without_covered = (sources) => (hashed(sources) ? sources.filter((source) => source !== "'unsafe-inline'") : sources);
  const script = without_covered(of("script-src"));
  const style = without_covered(of("style-src"));
  if (any(script, [...broad, "'unsafe-inline'", "data:"]) || any(of("object-src"), broad)) return ["csp-implemented-with-unsafe-inline", -20];
  const active = [...policy].filter(([name]) => !["img-src", "media-src", "script-src"].includes(name)).flatMap(([, sources]) => sources).concat(script);
  const plain = (source) => source.startsWith("http:") || source.startsWith("ftp:");
  if (active.some(plain)) return ["csp-implemented-with-insecure-scheme", -20];
  if (any([...script, ...style], ["'unsafe-eval'"])) return ["csp-implemented-with-unsafe-eval", -10];
  if ([...of("img-src"), ...of("media-src")].some(plain)) return ["csp-implemented-with-insecure-scheme-in-passive-content-only", -10];
  if (any(style, [...broad, "'unsafe-inline'", "data:"])) return ["csp-implemented-with-unsafe-inline-in-style-src-only", 0];
  const none = policy.get("default-src");
  return none?.length === 1 && none[0] === "'none'" ? ["csp-implemented-with-no-unsafe-default-src-none", 10] : ["csp-implemented-with-no-unsafe", 5];
}

function hsts(value) {
  const age = /(?:^|;)\s*max-age=(\d+)/i.exec(value ?? "")?.[1];
  if (!value) return ["hsts-not-implemented", -20];
  if (age === undefined || value.includes(",")) return ["hsts-header-invalid", -20];
  return Number(age) >= 15_552_000 ? ["hsts-implemented-max-age-at-least-six-months", 0] : ["hsts-implemented-max-age-less-than-six-months", -10];
}

function referrer(value) {
  if (!value) return ["referrer-policy-not-implemented", 0];
  const last = value.split(",").map((word) => word.trim().toLowerCase()).at(-1);
  if (["no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"].includes(last)) return ["referrer-policy-private", 5];
  return ["referrer-policy-unsafe", -5];
}

function framing(headers) {
  if (words_of(headers["content-security-policy"] ?? "")?.has("frame-ancestors")) return ["x-frame-options-implemented-via-csp", 5];
  return /^(deny|sameorigin)$/i.test(headers["x-frame-options"] ?? "") ? ["x-frame-options-sameorigin-or-deny", 0] : ["x-frame-options-not-implemented", -20];
}

function integrity(html) {
  const scripts = [...html.matchAll(/<script\b([^>]*)>/gi)].map((match) => match[1]);
  if (scripts.length === 0) return ["sri-not-implemented-but-no-scripts-loaded", 0];
  const loaded = scripts.filter((attributes) => /\ssrc=/i.test(attributes));
  if (loaded.some((attributes) => /\ssrc="?(https?:)?\/\//i.test(attributes))) return ["sri-not-implemented-but-external-scripts", -5];
  return loaded.some((attributes) => /\sintegrity=/i.test(attributes))
    ? ["sri-implemented-and-all-scripts-loaded-securely", 5] : ["sri-not-implemented-but-all-scripts-loaded-from-secure-origin", 0];
}

const token = (value) => (value ?? "").split(";")[0].trim();
const opener = (value) => (!value ? ["coop-not-implemented", 0] : token(value) === "same-origin" ? ["coop-implemented-with-same-origin", 10] : ["coop-weaker", 0]);
const embedder = (value) => (!value ? ["coep-not-implemented", 0]
  : ["require-corp", "credentialless"].includes(token(value)) ? ["coep-implemented", 10] : ["coep-weaker", 0]);
const resource = (value) => (!value ? ["corp-not-implemented", 0]
  : ["same-origin", "same-site"].includes(value.trim().toLowerCase()) ? ["corp-implemented", 10] : ["corp-weaker", 0]);

/** { score, results: [[rule, points]…] } of an answer over https, with lower-case header names, and its body. */
export function observatory(headers, html) {
  const results = [
    csp(headers["content-security-policy"]),
    headers["set-cookie"] ? ["cookies-found", -20] : ["cookies-not-found", 0],
    headers["access-control-allow-origin"] ? ["cross-origin-resource-sharing-implemented", -50] : ["cross-origin-resource-sharing-not-implemented", 0],
    ["redirection-not-needed-no-http", 0],
    referrer(headers["referrer-policy"]),
    hsts(headers["strict-transport-security"]),
    integrity(html),
    /^nosniff$/i.test(headers["x-content-type-options"] ?? "") ? ["x-content-type-options-nosniff", 0] : ["x-content-type-options-not-implemented", -5],
    framing(headers),
    resource(headers["cross-origin-resource-policy"]),
    opener(headers["cross-origin-opener-policy"]),
    embedder(headers["cross-origin-embedder-policy"]),
  ];
  const penalties = results.reduce((sum, [, points]) => sum + Math.min(points, 0), 100);
  const all = results.reduce((sum, [, points]) => sum + points, 100);
  return { score: Math.max(0, penalties >= 90 ? all : penalties), results };
}

/**
 * The most that a page can reach by what a server sends. Not among it: +5 for cookies (we set none), +5 for a name on the browsers'
 * preload list (each operator's own step). Without a script there is no integrity to give +5 for.
 */
export const observatory_most = (html) => 150 + (/<script\b/i.test(html) ? 5 : 0);
