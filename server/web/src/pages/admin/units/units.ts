// The tree of units as rows.
import type { Schemas } from "@/api/client";
import type { Refusal } from "@/api/problem";
import { messages } from "@/base/i18n";
import type { Unit } from "@/pages/admin/all";

export interface Row {
  unit: Unit;
  depth: number;
  below: number; // units just below it that are shown
  folded: boolean;
}

const matches = (unit: Unit, text: string): boolean => `${unit.code} ${unit.name}`.toLowerCase().includes(text);

// Units in the order of the tree, as the API lists them. What matches the text is shown with all that
// lies above it, whatever is folded; closed ones when they are wanted.
export function layOut(units: readonly Unit[], text: string, closed: boolean, folded: ReadonlySet<string>): Row[] {
  const byCode = new Map(units.map((unit) => [unit.code, unit]));
  const wanted = new Set<string>();
  const sought = text.trim().toLowerCase();
  for (const unit of units) {
    if ((unit.closed && !closed) || (sought && !matches(unit, sought))) continue;
    for (let up: Unit | undefined = unit; up && !wanted.has(up.code); up = up.parent ? byCode.get(up.parent) : undefined) wanted.add(up.code);
  }

  const below = new Map<string, number>();
  for (const { code, parent } of units) if (parent && wanted.has(code)) below.set(parent, (below.get(parent) ?? 0) + 1);
  const depths = new Map<string, number>();
  const hidden = new Set<string>();
  const rows: Row[] = [];
  for (const unit of units) {
    const depth = unit.parent && depths.has(unit.parent) ? depths.get(unit.parent)! + 1 : 0;
    depths.set(unit.code, depth);
    if (!wanted.has(unit.code)) continue;
    const isFolded = !sought && folded.has(unit.code);
    const under = unit.parent !== null && hidden.has(unit.parent);
    if (under || isFolded) hidden.add(unit.code);
    if (!under) rows.push({ unit, depth, below: below.get(unit.code) ?? 0, folded: isFolded });
  }
  return rows;
}

const t = messages({
  zh: { staff: "人员及接口客户端 {n} 个", units: "下级机构 {n} 个", complaints: "在办投诉 {n} 件", still: "尚有：{what}。" , and: "、" },
  en: { staff: "{n} people and API clients", units: "{n} open units below", complaints: "{n} open complaints", still: "Left: {what}.", and: ", " },
});

// What a unit that cannot be closed still has, in a line.
export function inUse(refusal: Refusal): string {
  if (refusal.slug !== "unit-in-use") return "";
  const problem = refusal.problem as Schemas["UnitProblem"];
  const left = (["staff", "units", "complaints"] as const).filter((name) => problem[name]).map((name) => t(name, { n: problem[name]! }));
  return left.length ? t("still", { what: left.join(t("and")) }) : "";
}
