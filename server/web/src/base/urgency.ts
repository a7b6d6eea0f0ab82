// The degrees of urgency, which the vocabulary does not name.
import { messages } from "@/base/i18n";

const t = messages({ zh: { d1: "特急", d2: "紧急", d3: "一般" }, en: { d1: "Urgent", d2: "Pressing", d3: "Normal" } });

export const urgencyName = (degree: number): string => t(degree === 1 ? "d1" : degree === 2 ? "d2" : "d3");

export const urgencies = (): { code: string; name: string }[] => [1, 2, 3].map((degree) => ({ code: String(degree), name: urgencyName(degree) }));
