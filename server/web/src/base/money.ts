// Money is integer fen, shown in yuan: 480000 is "4,800.00".
import { language } from "@/base/i18n";

export function formatMoney(fen: number): string {
  const text = (fen / 100).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return language.value === "zh" ? `${text} 元` : `CNY ${text}`;
}
