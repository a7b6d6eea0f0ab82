// What is on record of a file, and the file itself.
import { api, take, type Schemas } from "@/api/client";
import { fetchFile, type Fetched } from "@/base/download";

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

export const fetchAttachment = (id: string, number: number): Promise<Fetched> =>
  fetchFile(api.GET("/v1/complaints/{id}/attachments/{number}", { params: { path: { id, number } }, parseAs: "blob" }));
