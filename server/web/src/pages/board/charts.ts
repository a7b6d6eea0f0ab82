// What the charts draw, by the colours of the theme. Lines differ in their strokes and points, too, as
// colour never tells something alone.
import type { EChartsCoreOption } from "echarts/core";
import { amount, type CauseSum, type Timeliness, type Volume } from "@/pages/board/board";

export interface Palette {
  text: string;
  soft: string;
  line: string;
  surface: string;
  accent: string;
  off: string;
  bad: string;
  good: string;
  font: string;
}

// As they are now: read again when the theme changes.
export function paletteOf(element: Element): Palette {
  const styles = getComputedStyle(element);
  const of = (name: string): string => styles.getPropertyValue(`--${name}`).trim();
  return { text: of("text"), soft: of("text-soft"), line: of("line"), surface: of("raised"), accent: of("accent"), off: of("accent-off"), bad: of("bad"), good: of("good"), font: styles.fontFamily };
}

// What all have; animation would run at every change that is told.
function frame(p: Palette, more: EChartsCoreOption): EChartsCoreOption {
  return {
    animation: false,
    textStyle: { fontFamily: p.font, color: p.soft, fontSize: 12 },
    grid: { left: 4, right: 12, top: 34, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    legend: { top: 0, left: 0, itemWidth: 18, itemHeight: 8, textStyle: { color: p.soft }, inactiveColor: p.line },
    // The server's policy forbids what a tooltip in HTML would do.
    tooltip: { trigger: "axis", renderMode: "richText", confine: true, backgroundColor: p.surface, borderColor: p.line, textStyle: { color: p.text, fontSize: 12 }, axisPointer: { type: "shadow", shadowStyle: { color: p.line, opacity: 0.5 } } },
    ...more,
  };
}

const names = (p: Palette, data: string[], more = {}) => ({ type: "category", data, axisLine: { lineStyle: { color: p.line } }, axisTick: { show: false }, axisLabel: { color: p.soft, hideOverlap: true }, ...more });
const counts = (p: Palette, more = {}) => ({ type: "value", minInterval: 1, splitLine: { lineStyle: { color: p.line } }, axisLabel: { color: p.soft, formatter: amount }, ...more });

const line = (name: string, data: (number | null)[], color: string, stroke: "solid" | "dashed", symbol: string) => ({
  name,
  type: "line",
  data,
  symbol,
  symbolSize: 6,
  showSymbol: data.length <= 31,
  itemStyle: { color },
  lineStyle: { color, width: 2, type: stroke },
});

const short = (day: string): string => day.slice(5);

export const trendOption = (p: Palette, report: Volume, t: (key: "received" | "ended") => string): EChartsCoreOption =>
  frame(p, {
    xAxis: names(p, report.items.map(({ day }) => short(day))),
    yAxis: counts(p),
    series: [
      { name: t("received"), type: "bar", data: report.items.map(({ received }) => received), itemStyle: { color: p.off }, barMaxWidth: 22 },
      line(t("ended"), report.items.map(({ ended }) => ended), p.good, "solid", "circle"),
    ],
  });

export const backlogOption = (p: Palette, report: Volume, t: (key: "open" | "overdue") => string): EChartsCoreOption =>
  frame(p, {
    xAxis: names(p, report.items.map(({ day }) => short(day))),
    yAxis: counts(p),
    series: [
      line(t("open"), report.items.map(({ open }) => open), p.accent, "solid", "circle"),
      line(t("overdue"), report.items.map(({ overdue }) => overdue), p.bad, "dashed", "triangle"),
    ],
  });

export const ageingOption = (p: Palette, report: Timeliness, labels: string[], t: (key: "rest" | "overdue") => string): EChartsCoreOption =>
  frame(p, {
    xAxis: names(p, labels, { axisLabel: { color: p.soft, interval: 0 } }),
    yAxis: counts(p),
    series: [
      { name: t("overdue"), type: "bar", stack: "open", data: report.ageing.map(({ overdue }) => overdue), itemStyle: { color: p.bad, decal: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4, color: "rgb(255 255 255 / 35%)" } }, barMaxWidth: 40 },
      { name: t("rest"), type: "bar", stack: "open", data: report.ageing.map(({ open, overdue }) => open - overdue), itemStyle: { color: p.off }, barMaxWidth: 40 },
    ],
  });

// The most frequent at the top.
export const causesOption = (p: Palette, causes: CauseSum[], nameOf: (cause: CauseSum) => string, received: string): EChartsCoreOption =>
  frame(p, {
    legend: { show: false },
    grid: { left: 4, right: 44, top: 4, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: counts(p, { show: false }),
    yAxis: names(p, causes.map(nameOf), { inverse: true, axisLabel: { color: p.text, width: 150, overflow: "truncate", interval: 0 } }),
    series: [{ name: received, type: "bar", data: causes.map((cause) => cause.received), itemStyle: { color: p.off }, barMaxWidth: 18, label: { show: true, position: "right", color: p.text } }],
  });
