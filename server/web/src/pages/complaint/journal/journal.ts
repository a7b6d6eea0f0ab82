// What an entry of the journal says, line by line.
import type { Schemas } from "@/api/client";
import { term } from "@/base/vocabulary";
import { fieldName, valueText } from "@/pages/complaint/journal/fields";

export type Entry = Schemas["JournalEntry"];

export interface Line {
  field: string;
  label: string;
  before?: string; // what it was, where it was something
  after: string;
}

// Follows from the rest, or stands elsewhere.
const SILENT = new Set(["clock_from", "limit_level", "due_at", "number", "entered_at", "entered_by", "policy_version", "void_requested_at", "void_requested_by"]);
const SILENT_FACTS = new Set(["complaint", "sha256", "order", "number", "recalculation", "version"]);
// A receipt changes everything: what counts is who got it, and until when.
const OF_RECEIPT = new Set(["source", "level", "owner", "unit", "received_at", "stage_due_at", "statutory_due_at", "external_case_number"]);
const OF_RECEIPT_PRIVATE = new Set(["subject"]);

function kindOf(entry: Entry, field: string, value: unknown): string | null {
  if (field === "kind") return term("link_kind", String(value));
  if (field === "reason" && entry.action === "pauses") return term("pause_reason", String(value));
  return null;
}

export function linesOf(entry: Entry, before: Record<string, string> = {}): Line[] {
  const { changes, facts, private: texts } = entry.detail;
  const receipt = entry.action === "receive";
  const lines: Line[] = [];
  for (const [field, [was, is]] of Object.entries(changes) as [string, [unknown, unknown]][]) {
    if (SILENT.has(field) || (receipt && (!OF_RECEIPT.has(field) || is === null))) continue;
    const empty = was === null || (Array.isArray(was) && was.length === 0);
    lines.push({ field, label: fieldName(field), before: empty ? undefined : valueText(field, was), after: valueText(field, is) });
  }
  for (const [field, value] of Object.entries(facts)) {
    if (SILENT_FACTS.has(field) || value === null || (field === "failed_attempts" && value === 0)) continue;
    lines.push({ field, label: fieldName(field), after: kindOf(entry, field, value) ?? valueText(field, value) });
  }
  for (const [field, value] of Object.entries(texts)) {
    if (receipt && !OF_RECEIPT_PRIVATE.has(field)) continue;
    lines.push({ field, label: fieldName(field), before: before[field], after: value ?? "—" });
  }
  return lines;
}

// Which private values stood before each entry, so that a correction shows what it corrected.
export function standingBefore(entries: readonly Entry[]): Map<number, Record<string, string>> {
  const standing: Record<string, string> = {};
  const found = new Map<number, Record<string, string>>();
  for (const entry of entries) {
    if (entry.action !== "receive" && entry.action !== "correct") continue;
    const texts = entry.detail.private;
    if (entry.action === "correct") found.set(entry.index, Object.fromEntries(Object.keys(texts).flatMap((field) => (standing[field] ? [[field, standing[field]]] : []))));
    for (const [field, value] of Object.entries(texts)) if (value !== null) standing[field] = value;
  }
  return found;
}

export type Kind = "course" | "clocks" | "work" | "contact" | "record" | "rights";

const KINDS: Record<Kind, readonly string[]> = {
  course: ["receive", "advance", "send_back", "offer", "accept", "refuse", "take_back", "assign", "settle", "decline", "withdraw", "close", "reopen", "review", "urge", "answer_urge"],
  clocks: ["pauses", "end_pause", "extensions", "approve_extension", "refuse_extension", "tell_extension", "recalculate"],
  work: ["findings", "plan", "approve_plan", "notices", "deliveries", "attachments", "links", "remove_link", "notes"],
  contact: ["contacts", "deliveries"],
  record: ["classify", "correct", "void", "approve_void", "refuse_void"],
  rights: ["unmask", "approve_unmask", "refuse_unmask", "read_unmasked", "erase"],
};

export const kinds = Object.keys(KINDS) as Kind[];
export const isOf = (entry: Entry, kind: Kind): boolean => KINDS[kind].includes(entry.action);
