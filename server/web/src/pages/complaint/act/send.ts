// Sends an act. Its path and members were checked where it was declared (act.ts).
import { api, changing, type Answer } from "@/api/client";
import type { Act, Complaint } from "@/pages/complaint/act/act";

interface Sent {
  params: { path: { id: string; number?: number }; header: Record<string, string> };
  body: object;
}
type Post = (path: string, sent: Sent) => Promise<Answer<unknown>>;

export interface Intent {
  body: Record<string, unknown>;
  number?: number;
}

export function sendAct(act: Act, { id }: Complaint, { body, number }: Intent, key: string, version: number): Promise<Answer<unknown>> {
  const post = api.POST as unknown as Post;
  return post(`/v1/complaints/{id}/${act.path}`, { params: { path: { id, number }, header: changing(version, key) }, body });
}

export const isNumbered = ({ path }: Act): boolean => path.includes("{number}");

// The complaint itself, when that is what the act answered.
export const complaintOf = (answer: unknown): Complaint | undefined => (typeof answer === "object" && answer !== null && "allowed_actions" in answer ? (answer as Complaint) : undefined);
