// Money is integer fen, shown in yuan: 480000 is "4,800.00".
import { language } from "@/base/i18n";

// "4,800" or "４８００．５" yuan as people type it, in fen; null: it is no amount of whole fen.
export function parseMoney(typed: string): number | null {
  const text = typed.normalize("NFKC").replace(/[\s,，]/g, "").replace(/^[¥￥]|元$/g, "");
  const [, yuan, fen = ""] = /^(\d{1,13})(?:\.(\d{1,2}))?$/.exec(text) ?? [];
  return yuan === undefined ? null : Number(yuan) * 100 + Number(fen.padEnd(2, "0"));
}

export function formatMoney(fen: number): string {
  const text = (fen / 100).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return language.value === "zh" ? `${text} 元` : `CNY ${text}`;
}
