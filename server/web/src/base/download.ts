// A file of the API's, saved as it is named there.
//
//   const file = useDownload(() => api.GET("/v1/reports/volume", { params: { query: { format: "csv" } }, parseAs: "blob" }));
//   file.busy   await file.run()
//
// said: what is told instead of the name. By a request and not by a link: the file comes in the language shown, and a refusal is told here instead
// of being saved as if it were the file.
import { reactive, ref } from "vue";
import { take, type Answer } from "@/api/client";
import { Refusal } from "@/api/problem";
import { messages } from "@/base/i18n";
import { tell } from "@/base/tell";

const t = messages({ zh: { saved: "已下载 {name}", failed: "下载失败：{why}" }, en: { saved: "{name} is downloaded", failed: "The download failed: {why}" } });

// "complaints.csv", of 'attachment; filename="complaints.csv"'; the form with a language comes first.
function nameOf(disposition: string | null): string {
  const exact = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? "")?.[1];
  return exact ? decodeURIComponent(exact) : (/filename="?([^";]+)"?/i.exec(disposition ?? "")?.[1] ?? "download");
}

export interface Fetched {
  blob: Blob;
  name: string;
}

// The file of an answer that is read with parseAs: "blob". Throws a Refusal.
export async function fetchFile(asked: Promise<Answer<unknown>>): Promise<Fetched> {
  let name = "";
  const blob = await take(
    asked.then((answer) => {
      name = nameOf(answer.response.headers.get("Content-Disposition"));
      return answer;
    }),
  );
  return { blob: blob as Blob, name };
}

export function saveFile({ blob, name }: Fetched): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // some browsers read it later
}

export function useDownload<A extends unknown[]>(ask: (...of: A) => Promise<Answer<unknown>>, said?: () => string) {
  const busy = ref(false);

  async function run(...of: A): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    try {
      const file = await fetchFile(ask(...of));
      saveFile(file);
      tell(said?.() ?? t("saved", { name: file.name }));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      tell(t("failed", { why: error.problem.detail }), "failed");
    } finally {
      busy.value = false;
    }
  }

  return reactive({ busy, run });
}
