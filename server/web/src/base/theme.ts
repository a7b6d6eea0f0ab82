// Light or dark: as the system has it, unless somebody chose.
import { computed, ref, watchEffect } from "vue";

export type Choice = "system" | "light" | "dark";

const STORED = "desk.theme";
const stored = localStorage.getItem(STORED);
const system = matchMedia("(prefers-color-scheme: dark)");
const systemDark = ref(system.matches);
system.addEventListener("change", (event) => (systemDark.value = event.matches));

export const choice = ref<Choice>(stored === "light" || stored === "dark" ? stored : "system");
export const dark = computed(() => (choice.value === "system" ? systemDark.value : choice.value === "dark"));

// To the other one; what the system has anyway is no choice.
export function toggleTheme(): void {
  const wanted = dark.value ? "light" : "dark";
  choice.value = (wanted === "dark") === systemDark.value ? "system" : wanted;
}

watchEffect(() => {
  document.documentElement.dataset.theme = dark.value ? "dark" : "light";
  localStorage.setItem(STORED, choice.value);
});
