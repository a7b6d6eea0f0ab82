// Who calls in the test of rights, and how each stands to a complaint: a second account of
// lib/complaint/permission.c, from the same documents.

// The demo's staff, and those whom the test adds: by login, the home unit and roles by unit.
const at = (unit, ...roles) => ({ unit, grants: roles.map((role) => ({ role, unit })) });
export const DEMO = {
  agent1: at("HN-CS-001", "intake", "handler"),
  handler1: at("HN-CS-001", "handler"),
  agent2: at("HN-CS-002", "intake", "handler"),
  supervisor1: at("HN", "supervisor"),
  auditor1: at("HN", "auditor"),
  admin: at("HN", "security_admin", "system_admin"),
};
export const ADDED = {
  "r-owner": at("HN-CS-001", "handler"),
  "r-pending": at("HN-CS-002", "handler"),
  "r-earlier": at("HN-CS-002", "handler"),
  "r-complained-of": at("HN-CS-001", "handler"),
  "r-intake": at("HN-CS-001", "intake"),
  "r-supervisor": at("HN-CS-001", "supervisor"), // of the owning unit, so not superior to it
  "r-supervisor-2": at("HN-CS-002", "supervisor"),
  "r-auditor-2": at("HN-CS-002", "auditor"),
  "r-security": at("HN", "security_admin"),
  "r-system": at("HN", "system_admin"),
};
export const PEOPLE = { ...DEMO, ...ADDED };

const SEEING = ["intake", "handler", "supervisor", "auditor"];
const OWNING = ["intake", "handler", "supervisor"];
const ROOT = "HN";
const within = (unit, root) => unit === root || root === ROOT;

export const hasRole = (who, roles) => who.grants.some(({ role }) => roles.includes(role));
export const hasRoleOver = (who, roles, unit) =>
  who.grants.some((grant) => roles.includes(grant.role) && within(unit, grant.unit));

// How somebody stands to a complaint {unit, owner, pending, handlers, complainedOf, planner,
// requester}, in the words of --print-permissions; none: it does not exist for them.
export function relations(login, complaint) {
  const who = PEOPLE[login];
  const owning = PEOPLE[complaint.owner].unit;
  const over = (...roles) => [complaint.unit, owning].some((unit) => hasRoleOver(who, roles, unit));
  const found = [];
  if (complaint.complainedOf === login || !hasRole(who, SEEING)) return found;
  if (hasRole(who, OWNING)) {
    if (complaint.owner === login) found.push("owner");
    if (complaint.pending === login) found.push("pending");
  }
  if (found.length === 0 && complaint.handlers.includes(login)) found.push("earlier owner");
  if (over("intake", "handler")) found.push("staff");
  if (over("auditor")) found.push("auditor");
  if (over("supervisor")) {
    found.push("supervisor");
    if (within(owning, who.unit) && (who.unit !== owning || owning === ROOT)) {
      found.push("superior supervisor");
    }
  }
  if (found.length > 0 && complaint.planner === login) found.push("planner");
  if (found.length > 0 && complaint.requester === login) found.push("requester");
  return found;
}
