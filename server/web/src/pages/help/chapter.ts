// What the rules of complaints mean, in short chapters: /desk/help, or one of them /desk/help/pauses. Other
// pages lead there with parts/HelpLink.vue.
import type { Language } from "@/base/i18n";
import { en } from "@/pages/help/en";
import { zh } from "@/pages/help/zh";

export const parts = [
  ["course", ["stages", "ownership", "deputies", "send-back", "urging", "links"]],
  ["time", ["limits", "workdays", "overdue", "pauses", "extensions", "rules"]],
  ["ends", ["simple", "declined", "withdrawn", "closing", "reopening"]],
  ["care", ["four-eyes", "recusal", "masking", "retention", "joint"]],
] as const;

export type ChapterName = (typeof parts)[number][1][number];
export type PartName = (typeof parts)[number][0];

export interface Chapter {
  title: string;
  lead: string;
  points: string[];
  law?: string;
}

export type Texts = Record<ChapterName, Chapter>;

export const chapters: Record<Language, Texts> = { zh, en };

export const isChapter = (name: unknown): name is ChapterName => parts.some(([, names]) => (names as readonly unknown[]).includes(name));
