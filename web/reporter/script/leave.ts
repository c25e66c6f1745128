// The way out: a click on any link to /exit, or Shift three times within five seconds. Everything on the page goes first, at once; then
// the other site takes this page's place in the history, so that Back does not return to it. Without script the link does what it can.

const taps = 3;
const withinMilliseconds = 5000;
const answerMilliseconds = 5000;

let leaving = false;

function leave(): void {
  if (leaving) return;
  leaving = true;
  const out = document.querySelector("a.leave")?.getAttribute("href") ?? "/exit";   // of the answer to a form it says which visit is over
  const to = document.querySelector<HTMLElement>("[data-to]")?.dataset["to"] ?? "/exit";
  for (const form of Array.from(document.forms)) form.reset();
  document.body.textContent = "";
  if (!window.fetch) return location.replace(out);   // too old to ask
  // A form that is on its way would show its page in front of the one that is left for.
  window.stop();
  const go = (where: string): void => {
    leaving = false;   // whatever stops it, it may be tried again
    location.replace(where);
  };
  // /exit makes the browser forget, also when its answer comes late. Opened over a dead line, it would be an error of the browser's with our name in it;
  // asked from here it takes no longer.
  Promise.race([
    fetch(out, { redirect: "manual", cache: "no-store", credentials: "same-origin", keepalive: true }),
    new Promise<never>((_, reject) => setTimeout(reject, navigator.onLine ? answerMilliseconds : 0)),
  ]).then(() => go(to), () => go("about:blank"));
}

export function watchForLeaving(): void {
  for (const told of Array.from(document.querySelectorAll<HTMLElement>("[data-leaves]"))) told.hidden = false;
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest('a[href^="/exit"]');
    if (!link) return;
    event.preventDefault();
    leave();
  }, true);

  let alone = false;   // Shift is down, and nothing else was pressed with it
  let times: number[] = [];
  document.addEventListener("keydown", (event) => {
    alone = event.key === "Shift" && (alone || !event.repeat);
    if (event.key !== "Shift") times = [];   // capital letters are no wish to leave
  }, true);
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !alone) return;
    alone = false;
    times = times.filter((time) => event.timeStamp - time < withinMilliseconds);
    times.push(event.timeStamp);
    if (times.length >= taps) leave();
  }, true);
}
