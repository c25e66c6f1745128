// What a role may do, so that nobody is shown a button that the server would refuse. The server decides: server/console/roles.

export type Role = "caseworker" | "supervisor" | "admin" | "auditor" | "analyst" | "partner";

const leads = (role: string): boolean => role === "supervisor" || role === "admin";

/** Works on reports: holds keys, sees the queue. */
export const worksOnReports = (role: string): boolean => role === "caseworker" || leads(role);
export const seesCounts = (role: string): boolean => worksOnReports(role) || role === "auditor";
/** How many came; small numbers are held back. The others of them may also see what is exact. */
export const seesFigures = (role: string): boolean => leads(role) || role === "auditor" || role === "analyst";
export const seesExactFigures = (role: string): boolean => leads(role) || role === "auditor";
export const mayClose = leads;
export const mayReopen = leads;
export const mayDelete = leads;
export const mayAssignOthers = leads;

/** A caseworker takes what nobody has, and hands on what is theirs. */
export const mayAssign = (role: string, self: string, assignee: string | null): boolean => leads(role) || (role === "caseworker" && (assignee === null || assignee === self));
/** Open to them: a caseworker's own and unassigned cases, everything of the desk for those who lead. */
export const mayWorkOn = (role: string, self: string, assignee: string | null): boolean => leads(role) || (role === "caseworker" && (assignee === null || assignee === self));
