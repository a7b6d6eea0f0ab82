// Both clocks of a complaint, written from the rules and on purpose in the plainest way: day by day
// and period by period. Moments are microseconds since 1970; the institution's zone is +08:00.
import { readFileSync } from 'node:fs';

export const SECOND = 1e6, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const ZONE = 8 * HOUR;

export const dayOf = (at) => Math.floor((at + ZONE) / DAY);
const midnight = (day) => day * DAY - ZONE;
export const endOfDay = (day) => midnight(day) + DAY - SECOND;

// "2026-11-20T09:12:00.123456+08:00"; null stays null.
export function parse(text) {
  if (text === null) return null;
  const [, whole, fraction = '', zone] = /^(.*?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  return Date.parse(whole + zone) * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

export const format = (at) => new Date(Math.floor((at + ZONE) / 1e6) * 1e3).toISOString().slice(0, 19) + '+08:00';

export class Calendar {
  constructor(path) {
    const file = JSON.parse(readFileSync(path, 'utf8'));
    const minutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
    const days = (list) => new Set(list.map((text) => Date.parse(text + 'T00:00:00Z') / 86400e3));
    this.off = days(file.off);
    this.work = days(file.work);
    this.periods = file.periods.map((p) => [minutes(p.from) * MINUTE, minutes(p.to) * MINUTE]);
  }

  works(day) {
    if (this.off.has(day)) return false;
    if (this.work.has(day)) return true;
    const weekday = (day + 3) % 7; // 1970-01-01 was a Thursday; 0 is Monday
    return weekday < 5;
  }

  // The working periods from a moment on, one after the other.
  *periodsFrom(at) {
    for (let day = dayOf(at); ; day++) {
      if (!this.works(day)) continue;
      for (const [from, to] of this.periods) {
        const begin = Math.max(at, midnight(day) + from), end = midnight(day) + to;
        if (end > begin) yield [begin, end];
      }
    }
  }
}

// Stretches as a union in order: overlapping and touching ones become one.
function union(stretches, notBefore) {
  const sorted = stretches.map(([from, to]) => [Math.max(from, notBefore), to]).filter(([from, to]) => to > from)
    .sort((a, b) => a[0] - b[0]);
  const merged = [];
  for (const [from, to] of sorted) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

const until = (pause) => (pause.to === null ? Infinity : pause.to);

// The stage's limit: `days` working days after the day of `start`, in working time outside pauses.
export function stageDue(calendar, start, days, pauses) {
  let lastDay = dayOf(start);
  for (let left = days; left > 0;) if (calendar.works(++lastDay)) left--;
  const end = midnight(lastDay) + calendar.periods.at(-1)[1];
  let budget = 0;
  for (const [from, to] of calendar.periodsFrom(start)) {
    if (from >= end) break;
    budget += Math.min(to, end) - from;
  }
  const stops = union(pauses.map((p) => [p.from, until(p)]), start);
  for (const [from, to] of calendar.periodsFrom(start)) {
    // The parts of the period that lie in no pause.
    let at = from;
    for (const [stop, go] of stops) {
      if (stop >= to || go <= at) continue;
      const runs = Math.max(0, stop - at);
      if (runs >= budget) return at + budget;
      budget -= runs;
      if (go === Infinity) return null;
      at = Math.min(to, go);
    }
    if (to - at >= budget) return at + budget;
    budget -= to - at;
    if (stops.length && stops.at(-1)[1] === Infinity && stops.at(-1)[0] <= to) return null;
  }
}

// The law's limit: natural days after the day of `start`. Pauses that move it were told.
export function statutoryDue(start, days, pauses) {
  let last = dayOf(start) + days;
  const moving = pauses.filter((p) => p.moves).map((p) => [Math.max(p.from, p.toldAt), until(p)]);
  for (const [from, to] of union(moving, start)) {
    if (from >= endOfDay(last)) break;
    if (to === Infinity) return null;
    last += dayOf(to) - dayOf(from);
  }
  return endOfDay(last);
}

export const earlier = (a, b) => (a === null ? b : b === null ? a : Math.min(a, b));
