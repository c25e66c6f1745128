/** Waits that long, or until `stop`. */
export const pause = (milliseconds: number, stop: AbortSignal): Promise<void> => new Promise((resolve) => {
  const timer = setTimeout(resolve, milliseconds);
  stop.addEventListener("abort", () => {
    clearTimeout(timer);
    resolve();
  }, { once: true });
});
