// What can be done to a complaint, as data: an act has a place in the panel, fields, and what is to be
// read before. Its rules are the server's; names of members are checked against openapi.yaml.
import type { components, paths } from "#openapi";
import type { Schemas } from "@/api/client";
import { language, type Language } from "@/base/i18n";

export type Action = Schemas["action"];
export type Complaint = Schemas["Complaint"];
export type Words = Record<Language, string>;
export const words = (zh: string, en: string): Words => ({ zh, en });
export const say = (text: Words): string => text[language.value];

type Prefix = "/v1/complaints/{id}/";
type Rest<P> = P extends `${Prefix}${infer R}` ? R : never;
// "advance", "pauses/{number}/end": what follows the complaint in an act's path.
export type ActPath = Rest<keyof paths>;
type BodyOf<R extends string> = paths[Extract<keyof paths, `${Prefix}${R}`>] extends { post: { requestBody?: { content: { "application/json": infer B } } } } ? B : never;
type MemberOf<B> = B extends unknown ? keyof B & string : never;

export interface Option {
  code: string;
  name: string;
}

// What a field holds while it is typed: text for most, codes for several, rows for redress.
export type Value = string | string[] | RedressRow[];
export type Values = Record<string, Value>;
export interface RedressRow {
  type: string;
  yuan: string;
}

interface FieldBase<N extends string> {
  name: N;
  label: Words;
  hint?: Words;
  required?: boolean;
  // What it holds at first.
  initial?: (complaint: Complaint) => Value;
  // Whether it is asked for, by what the others hold.
  when?: (values: Values) => boolean;
}

export type Field<N extends string = string> = FieldBase<N> &
  (
    | { kind: "text"; max?: number; rows?: number }
    | { kind: "choice"; options: (complaint: Complaint) => Option[]; as?: (code: string) => unknown }
    | { kind: "several"; options: () => Option[] }
    | { kind: "line" | "number"; max?: number }
    | { kind: "time" | "yuan" | "redress" | "complaint" }
    // owns: the stage that they are to own; apart: those who cannot be meant.
    | { kind: "staff"; owns: (complaint: Complaint, values: Values) => string | undefined; apart?: (complaint: Complaint) => string[] }
    | { kind: "class"; dimension: "A" | "B" | "C" }
  );

// Something on record that an act is about: an extension to approve, an order to answer.
export interface Subject {
  number: number;
  title: string;
  facts: [name: string, text: string][];
}

export type Group = "course" | "work" | "handover" | "clocks" | "records" | "facts" | "links" | "supervision" | "plain";

export interface Act {
  action: Action;
  group: Group;
  path: ActPath | ""; // empty: it has a form of its own
  fields: Field[];
  // Another name than the vocabulary's.
  label?: (complaint: Complaint) => string;
  about?: Words;
  // Done by one click, without a form.
  direct?: boolean;
  grave?: boolean;
  // Only what differs from what it held at first is sent.
  changes?: boolean;
  subjects?: (complaint: Complaint) => Promise<Subject[]>;
  // What is on record already and saves typing.
  draft?: (complaint: Complaint) => Promise<Values>;
  // What due times it would move.
  preview?: (values: Values, body: Record<string, unknown>, complaint: Complaint) => Preview | null;
}

export type Preview = Omit<components["schemas"]["ComplaintPreviewInput"], "complaint">;

// An act whose fields have the names of its command's members.
export function act<R extends ActPath>(action: Action, group: Group, path: R, fields: Field<MemberOf<BodyOf<R>>>[] = [], more: Partial<Act> = {}): Act {
  return { action, group, path, fields: fields as Field[], ...more };
}
