// Numbers and secrets inside free text, found while it is typed, so that they can be put where they
// belong. The server masks and warns by its own rule: this one is a hint, and may miss some.
export interface Found {
  kind: "card" | "identity" | "secret";
  at: number; // where it stands
  length: number;
  digits: string; // without spaces, for the field it belongs to
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

// GB 11643: the last of 18 checks the others.
function isIdentity(text: string): boolean {
  if (!/^\d{17}[\dX]$/.test(text)) return false;
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(text[index]), 0);
  return "10X98765432"[sum % 11] === text[17];
}

function isCard(digits: string): boolean {
  if (!/^\d{16,19}$/.test(digits)) return false;
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

const NUMBER = /\d(?:[ -]?\d){14,18}[ -]?[\dXx]/g;
const SECRET = /(?:密码|密碼|口令|安全码|安全碼|验证码|cvv2?|cvc2?|cvn2?|passwor[dt]|passcode|\bpwd\b|\bpin\b)(?:号码|是|为|:|=|设为|改为|\s|is|was|["'“‘(「【])*([A-Za-z0-9!@#$%^&_+-]{3,20})(?![年月日次位个元天])/gi;

// Full-width letters and digits as plain ones; every character keeps its place.
const plainOf = (text: string): string => text.replace(/[\uFF01-\uFF5E]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));

export function findSensitive(text: string): Found[] {
  const plain = plainOf(text);
  const found: Found[] = [];
  for (const match of plain.matchAll(NUMBER)) {
    const digits = match[0].replace(/[ -]/g, "").toUpperCase();
    const kind = isIdentity(digits) ? "identity" : isCard(digits) ? "card" : null;
    if (kind) found.push({ kind, at: match.index, length: match[0].length, digits });
  }
  for (const match of plain.matchAll(SECRET)) {
    const secret = match[1] ?? "";
    if (/\d/.test(secret)) found.push({ kind: "secret", at: match.index + match[0].length - secret.length, length: secret.length, digits: "" });
  }
  return found;
}

// 622202*******1234: what the text shows from then on.
export function maskedNumber({ kind, digits }: Found): string {
  const first = kind === "card" ? 6 : 3;
  return digits.slice(0, first) + "*".repeat(digits.length - first - 4) + digits.slice(-4);
}

// The text without it. removed: what stands for a secret.
export function withoutSensitive(text: string, found: Found, removed: string): string {
  return text.slice(0, found.at) + (found.kind === "secret" ? removed : maskedNumber(found)) + text.slice(found.at + found.length);
}

// A text that goes into an address, without what may be numbers of people.
export const withoutNumbers = (text: string): string => text.replace(/\d(?:[ -]?\d){5,}/g, " ").trim();
