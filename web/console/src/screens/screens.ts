// All screens, in the order of the navigation.
import { me } from "../state/session";
import { accountScreen } from "./account";
import { casework } from "./casework";
import { membersScreen } from "./members";
import { statisticsScreen } from "./statistics";
import type { Screen } from "./screen";

const order = ["queue", "case", "tasks", "members", "activity", "statistics", "account"];
const all: readonly Screen[] = [...casework, membersScreen, statisticsScreen, accountScreen].sort((a, b) => order.indexOf(a.path) - order.indexOf(b.path));

/** Those that the member who is signed in may see. */
export const screens = (): Screen[] => all.filter(({ roles }) => !roles || (me.value !== null && roles.includes(me.value.role)));
