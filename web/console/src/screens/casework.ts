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
  { path: "queue", title: "queue", roles: workers, nav: { key: "q", icon: "M4 5h16v14H4zM4 14h5l1.5 2.5h3L15 14h5" }, badge: unread, draw: QueueScreen },
  { path: "case", title: "case", roles: workers, draw: CaseScreen },
  { path: "report", title: "case", roles: workers, draw: ReportScreen },
  { path: "tasks", title: "tasks", roles: workers, nav: { key: "t", icon: "M4 7l2 2 3-4M4 16l2 2 3-4M12.5 7.5H20M12.5 16.5H20" }, draw: TasksScreen },
  { path: "activity", title: "activity", roles: ["auditor", "supervisor", "admin"], nav: { key: "y", icon: "M12 4a8 8 0 1 0 .01 0M12 8v4.5l3 2" }, draw: ActivityScreen },
];
