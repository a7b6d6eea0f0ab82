// What somebody most likely does next, by what they may.
import { ACTS } from "@/pages/complaint/act/acts";
import type { Act, Action, Complaint, Group } from "@/pages/complaint/act/act";

// What waits for just this person comes first, then the course of the stage.
const WAITING: Action[] = ["accept", "read_unmasked", "approve_plan", "approve_extension", "approve_void", "approve_unmask", "answer_urge", "tell_extension"];
const COURSE: Action[] = ["close", "deliveries", "advance", "findings"];

// What is decided the other way stands beside it.
const OTHER: Partial<Record<Action, Action>> = {
  accept: "refuse",
  approve_plan: "send_back",
  approve_extension: "refuse_extension",
  approve_void: "refuse_void",
  approve_unmask: "refuse_unmask",
  advance: "settle",
};

export interface Offer {
  next: Act[]; // the first is the most likely
  groups: { group: Group; acts: Act[] }[];
}

export function nextAction({ allowed_actions: allowed, counts, overdue, plan_approved, stage }: Complaint): Action | undefined {
  const may = (action: Action): boolean => allowed.includes(action);
  const first = [...WAITING, ...COURSE].find(may);
  if (first) return first;
  if (stage === "feedback" && may("notices")) return "notices";
  if (may("plan")) return counts.plans > 0 && !plan_approved && may("notices") ? "notices" : "plan";
  return overdue && may("urge") ? "urge" : undefined;
}

const GROUPS: Group[] = ["course", "work", "records", "handover", "clocks", "facts", "links", "supervision", "plain"];

// Everything that may be done, each once. Files are added where they are listed.
export function offerOf(complaint: Complaint): Offer {
  const allowed = new Set<Action>(complaint.allowed_actions);
  const first = nextAction(complaint);
  const next = [first, first && OTHER[first]].flatMap((action) => ACTS.filter((act) => act.action === action && allowed.has(act.action)));
  const rest = ACTS.filter((act) => allowed.has(act.action) && !next.includes(act));
  return { next, groups: GROUPS.map((group) => ({ group, acts: rest.filter((act) => act.group === group) })).filter(({ acts }) => acts.length > 0) };
}
