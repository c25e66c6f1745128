// How many came. null: held back.
import { api } from "./client";
import type { components } from "./schema";

export type Month = components["schemas"]["MonthFigures"];
export type Count = components["schemas"]["Count"];

/** Months as "2026-01", both in it. */
export interface Asked {
  from: string;
  to: string;
  exact: boolean;
}

export const figures = ({ from, to, exact }: Asked, signal: AbortSignal): Promise<{ exact: boolean; months: Month[] }> =>
  api.get("/api/v1/figures", { query: { from, to, exact: String(exact) }, signal });
