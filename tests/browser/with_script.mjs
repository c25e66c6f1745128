// What tests of the reporter's pages with script share.
import { Book, Wire, until } from "./support.mjs";

/** A page behind a line of its own, with a book of all it does. `prepare` gets the context before the page opens. */
export async function open_desk({ browser, at, path = "/en/tell", prepare = () => {}, ...more }) {
  const wire = await Wire.open(at);
  const context = await browser.newContext(more);
  await prepare(context);
  const book = await Book.keep(context);
  const page = await context.newPage();
  await page.goto(`${wire.origin}${path}`, { waitUntil: "load" });
  return { wire, context, book, page, close: async () => {
    await context.unrouteAll({ behavior: "ignoreErrors" });   // one that still fetches is of no interest any more
    await context.close();
    wire.cut();
  } };
}

export const mode_of = async (page) => (await page.locator("[data-mode]").first().textContent()).trim();
/** Waits until the page says of itself who locks what. */
export const mode_is = (page, mode) => until(async () => (await mode_of(page)).startsWith(mode.trim()), mode);
export const posts = (book) => book.requests.filter(({ method }) => method !== "GET" && method !== "HEAD").map(({ method, path }) => `${method} ${path}`);

/** Pauses between tries pass at once in the worker; what gives a dead line up does not. */
export const impatient = (context) => context.route(/\.js$/, async (route) => {
  const answer = await route.fetch();
  const text = await answer.text();
  await route.fulfill({ response: answer, body: text.includes("self.onmessage=") ? `{const later=setTimeout;self.setTimeout=(f,wait)=>later(f,wait>100000?wait:0)}${text}` : text });
});

/** Lets the pages' own script come; each other that one asks for waits for `held(n)`, n from 1. False: it is refused. */
export const later_scripts = (held) => async (context) => {
  let own;
  let seen = 0;
  await context.route(/\.js$/, async (route) => {
    const url = route.request().url();
    own ??= url;
    if (url !== own && (await held(++seen)) === false) return route.abort();
    return route.continue();
  });
};

/** Something that is waited for, and comes when `open` is called. */
export function gate() {
  let open;
  const opened = new Promise((resolve) => (open = resolve));
  return { open, opened };
}
