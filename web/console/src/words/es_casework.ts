import type { en } from "./en_casework";

export const es: Record<keyof typeof en, string> = {};
