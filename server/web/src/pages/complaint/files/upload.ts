// Files on their way to a complaint, one after the other, as each makes a new version of it. Sent by
// XMLHttpRequest, which alone tells how far it is.
import { onUnmounted, reactive } from "vue";
import { api, changing, newKey, refused, saying, take } from "@/api/client";
import { Refusal, unreachable } from "@/api/problem";
import { messages } from "@/base/i18n";

const t = messages({
  zh: { large: "文件超过 50 MB，无法添加。", empty: "文件没有内容。" },
  en: { large: "The file is larger than 50 MB.", empty: "The file is empty." },
});

// The schema Attachment's; a server that refuses early breaks the connection, of which a page learns nothing.
const SIZE_MAX = 52_428_800;
const TRIES = 5; // when others change the complaint meanwhile, which a file does not mind
const REFUSED = [403, 404, 409, 413, 415, 422]; // for good

export interface Upload {
  id: number;
  file: File;
  state: "waiting" | "sending" | "failed";
  sent: number; // 0 to 1
  problem: string;
  again: boolean; // another try may help
  key: string;
}

interface Answered {
  status: number;
  body: unknown;
  etag: string | null;
}

export function useUploads(complaint: () => { id: string; version: number }, added: () => unknown) {
  const uploads = reactive<Upload[]>([]);
  let last = 0;
  let newest = 0; // version, as far as we know
  let request: XMLHttpRequest | null = null;
  let running = false;

  function post(upload: Upload): Promise<Answered> {
    return new Promise((resolve, reject) => {
      const xhr = (request = new XMLHttpRequest());
      const path = `/v1/complaints/${complaint().id}/attachments`;
      xhr.open("POST", `${path}?name=${encodeURIComponent(upload.file.name)}`);
      const headers = { ...saying(path), ...changing(Math.max(newest, complaint().version), upload.key), "Content-Type": "application/octet-stream" };
      for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
      xhr.responseType = "text";
      xhr.upload.onprogress = ({ loaded, total }) => (upload.sent = loaded / total);
      xhr.onload = () => {
        let body: unknown;
        try {
          body = JSON.parse(xhr.responseText);
        } catch {
          body = undefined;
        }
        resolve({ status: xhr.status, body, etag: xhr.getResponseHeader("ETag") });
      };
      xhr.onerror = () => reject(unreachable());
      xhr.onabort = () => reject(unreachable());
      xhr.send(upload.file);
    });
  }

  async function send(upload: Upload): Promise<void> {
    for (let tried = 1; ; tried++) {
      const { status, body, etag } = await post(upload);
      if (status === 201) {
        newest = Number(etag?.replaceAll('"', ""));
        return;
      }
      if (tried === TRIES || (status !== 412 && status !== 401)) throw await refused(body, status);
      // Asks to sign in again, if that is why.
      newest = (await take(api.GET("/v1/complaints/{id}", { params: { path: { id: complaint().id } } }))).version;
    }
  }

  function remove(upload: Upload): void {
    const index = uploads.findIndex(({ id }) => id === upload.id);
    if (index >= 0) uploads.splice(index, 1);
  }

  async function run(): Promise<void> {
    if (running) return;
    running = true;
    for (let next; (next = uploads.find(({ state }) => state === "waiting")); ) {
      next.state = "sending";
      try {
        await send(next);
        remove(next);
        await added();
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        next.state = "failed";
        next.sent = 0;
        next.again = !REFUSED.includes(error.status);
        next.problem = error.problem.errors?.[0]?.detail ?? error.problem.detail;
      }
    }
    running = false;
  }

  function add(files: Iterable<File>): void {
    for (const file of files) {
      const problem = file.size > SIZE_MAX ? t("large") : file.size === 0 ? t("empty") : "";
      uploads.push({ id: ++last, file, state: problem ? "failed" : "waiting", sent: 0, problem, again: false, key: newKey() });
    }
    void run();
  }

  function retry(upload: Upload): void {
    upload.state = "waiting";
    void run();
  }

  function cancel(upload: Upload): void {
    if (upload.state === "sending") request?.abort();
    remove(upload);
  }

  onUnmounted(() => {
    for (const upload of [...uploads]) cancel(upload);
  });

  return { uploads, add, retry, cancel };
}
