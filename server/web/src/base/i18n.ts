// The two languages. Texts stand beside the page that shows them:
//
//   const t = messages({ zh: { overdue: "已逾期 {n} 件" }, en: { overdue: "{n} overdue" } });
//   t("overdue", { n: 3 })
//
// A page's English must have the same keys as its Chinese, or it does not compile.
import { ref, watch } from "vue";

export type Language = "zh" | "en";
export type Values = Record<string, string | number>;

const STORED = "desk.language";

export const language = ref<Language>(localStorage.getItem(STORED) === "en" ? "en" : "zh");

watch(
  language,
  (now) => {
    document.documentElement.lang = now === "zh" ? "zh-CN" : "en";
    localStorage.setItem(STORED, now);
  },
  { immediate: true },
);

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function messages<K extends string>(table: { zh: Record<K, string>; en: Record<NoInfer<K>, string> }) {
  return (key: K, values: Values = {}): string => fill(table[language.value][key], values);
}

// Several things after one another.
export const listed = (words: readonly string[]): string => words.join(language.value === "zh" ? "、" : ", ");

// What Accept-Language says, so that refusals come in the language shown.
export const acceptLanguage = (): string => (language.value === "zh" ? "zh-CN, en;q=0.5" : "en, zh;q=0.5");
