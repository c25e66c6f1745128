// The screens on which reports and cases are worked on.
import { dueState } from "../casework/targets";
import { hourNow } from "../state/clock";
import "../state/casework/changes";
import { counts } from "../state/casework/queue";
import { ActivityScreen } from "./casework/activity_screen";
import { CaseScreen, QueueScreen, ReportScreen } from "./casework/desk_screen";
import { TasksScreen } from "./casework/tasks_screen";
import type { Screen } from "./screen";

const workers = ["caseworker", "supervisor", "admin"] as const;

/** What is unread; alarming while someone is in danger or the oldest is past its target. */
function unread(): ReturnType<NonNullable<Screen["badge"]>> {
  const now = counts.value;
  if (!now || (now.unread === 0 && now.danger === 0)) return null;
  const oldest = now.oldest_unread_due_hour;
  const alarming = now.danger > 0 || (oldest !== null && dueState(oldest, hourNow()).state === "overdue");
  return { text: (now.unread || now.danger).toLocaleString(), alarming };
}

export const casework: readonly Screen[] = [
  { path: "queue", title: "queue", roles: workers, nav: { key: "q" }, badge: unread, draw: QueueScreen },
  { path: "case", title: "case", roles: workers, draw: CaseScreen },
  { path: "report", title: "case", roles: workers, draw: ReportScreen },
  { path: "tasks", title: "tasks", roles: workers, nav: { key: "t" }, draw: TasksScreen },
  { path: "activity", title: "activity", roles: ["auditor", "supervisor", "admin"], nav: { key: "y" }, draw: ActivityScreen },
];
