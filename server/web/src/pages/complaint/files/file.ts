// What is on record of a file, and the file itself.
import { refusalOf, unreachable } from "@/api/problem";
import { api, take, type Schemas } from "@/api/client";
import { acceptLanguage } from "@/base/i18n";

export type Attachment = Schemas["Attachment"];

const ALL = 200; // a complaint has no more

export async function readFiles(id: string): Promise<Attachment[]> {
  return (await take(api.GET("/v1/complaints/{id}/attachments", { params: { path: { id }, query: { limit: ALL } } }))).items;
}

const UNITS = ["B", "KB", "MB"];

// "1.4 MB".
export function formatSize(bytes: number): string {
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), UNITS.length - 1);
  const size = bytes / 1024 ** power;
  return `${power && size < 10 ? size.toFixed(1) : Math.round(size)} ${UNITS[power]}`;
}

// What can be shown here. Pictures are drawn, texts are shown as texts, and a PDF is left to the browser's
// viewer: nothing in a file is part of the page.
export type Shown = "picture" | "text" | "pdf" | null;
const PICTURES = ["jpeg", "png", "gif", "webp"];
const TEXT_MAX = 1_048_576;

export function shownAs({ type, size, name }: Attachment): Shown {
  if (name === null) return null;
  if (type === "pdf") return "pdf";
  return PICTURES.includes(type) ? "picture" : type === "text" && size <= TEXT_MAX ? "text" : null;
}

export async function fetchFile(id: string, number: number): Promise<{ blob: Blob; name: string }> {
  const answer = await fetch(`/v1/complaints/${id}/attachments/${number}`, { headers: { "Accept-Language": acceptLanguage() } }).catch(() => Promise.reject(unreachable()));
  if (answer.status === 401 && (await signedInAgain())) return fetchFile(id, number);
  if (!answer.ok) throw refusalOf(await answer.json().catch(() => undefined), answer.status);
  const [, encoded] = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get("Content-Disposition") ?? "") ?? [];
  return { blob: await answer.blob(), name: encoded ? decodeURIComponent(encoded) : `attachment-${number}` };
}

// An ordinary request asks for it.
const signedInAgain = (): Promise<boolean> => take(api.GET("/v1/sessions/current")).then(() => true);

export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
