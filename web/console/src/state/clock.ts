// The time that pages show, in seconds since 1970; it moves every half minute.
import { computed, signal } from "@preact/signals";

const seconds = (): number => Math.floor(Date.now() / 1000);
export const now = signal(seconds());
setInterval(() => {
  now.value = seconds();
}, 30_000);
/** As the server counts: hours since 1970. */
const hour = computed(() => Math.floor(now.value / 3600));
export const hourNow = (): number => hour.value;
