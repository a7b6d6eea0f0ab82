// The names of codes, read once after sign-in: term("stage", "intake") is 受理.
import { shallowRef } from "vue";
import { api, take, type Schemas } from "@/api/client";
import { language } from "@/base/i18n";

const vocabulary = shallowRef<Schemas["Vocabulary"]>({ vocabularies: {} as never, classes: [] });

export async function loadVocabulary(): Promise<void> {
  vocabulary.value = await take(api.GET("/v1/vocabulary"));
}

type Name = "stage" | "status" | "level" | "source" | "tag" | "capacity" | "outcome" | "decline_reason" | "redress" | "upheld" | "channel" | "direction" | "pause_reason" | "round_kind" | "link_kind" | "link_direction" | "unmask_field" | "attachment_type" | "role" | "scope" | "action" | "weekday" | "rules" | "order";

// The codes of a vocabulary with their names, in the order in which people expect them.
export function terms(name: Name): { code: string; name: string }[] {
  const found = (vocabulary.value.vocabularies as Record<string, Schemas["Term"][]>)[name] ?? [];
  return found.map((term) => ({ code: term.code, name: term[language.value] }));
}

// A code's name; the code itself where there is none.
export function term(name: Name, code: string): string {
  return terms(name).find((candidate) => candidate.code === code)?.name ?? code;
}

// The classes of a dimension: A channel, B business, C cause.
export function classes(dimension: "A" | "B" | "C"): { code: string; name: string }[] {
  return vocabulary.value.classes
    .filter((candidate) => candidate.dimension === dimension)
    .map((found) => ({ code: found.code, name: found[language.value] ?? found.zh }));
}
