// Asks the server how far a complaint is.
import type { components } from "#openapi";
import type { Language } from "@/progress/texts";

export type Progress = components["schemas"]["Progress"];

export type Outcome =
  | { kind: "found"; progress: Progress; late: boolean } // late: the time for the answer has passed, by the server's clock
  | { kind: "notFound" }
  | { kind: "tooMany"; wait: number } // seconds
  | { kind: "away" };

const PATIENCE_MS = 15_000;

export async function ask(code: string, language: Language): Promise<Outcome> {
  try {
    const answer = await fetch(`/public/progress/${encodeURIComponent(code)}`, {
      headers: { "Accept-Language": language },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.status === 404 || answer.status === 400) return { kind: "notFound" };
    if (answer.status === 429) return { kind: "tooMany", wait: Number(answer.headers.get("Retry-After")) || 60 };
    if (!answer.ok) return { kind: "away" };
    const progress = (await answer.json()) as Progress;
    const now = Date.parse(answer.headers.get("Date") ?? "") || Date.now();
    return { kind: "found", progress, late: !!progress.answer_by && Date.parse(progress.answer_by) < now };
  } catch {
    return { kind: "away" };
  }
}
