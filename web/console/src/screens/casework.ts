// The screens on which reports and cases are worked on.
import type { Screen } from "./screen";

export const casework: readonly Screen[] = [];
