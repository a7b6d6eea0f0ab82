// Tokens of API clients.
import type { Schemas } from "@/api/client";
import { now } from "@/base/time";

export type Token = Schemas["ClientToken"];

export const SCOPES: readonly Schemas["scope"][] = ["read", "write", "administer"];
export const DAYS = [30, 90, 180, 365];

const SOON_MS = 14 * 86_400_000;

// How a token stands: good, to be replaced soon, or over.
export function stateOf(token: Token): "good" | "soon" | "over" {
  const left = Date.parse(token.expires_at) - now.value;
  return left <= 0 ? "over" : left < SOON_MS ? "soon" : "good";
}
