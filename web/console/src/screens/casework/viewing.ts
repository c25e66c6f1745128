/** Records that something was seen, before it is shown. Throws when it could not be recorded: then it is not shown. */
export type Viewing = (what: { what: "file" | "number"; subject?: string; reason?: string }) => Promise<void>;
