// Words of the casework screens.
export const en = {} as const satisfies Record<string, string>;
