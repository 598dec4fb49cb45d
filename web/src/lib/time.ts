// Times and amounts as the house writes them; the templates' filters say the same in Python.

/** The time that is left, as 14:59 or 1:02:03; never below nought. */
export function countdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const [hours, minutes, rest] = [
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ];
  const two = (number: number): string => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${two(minutes)}:${two(rest)}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A day (2026-12-01) as people say it: 12月1日, 1 Dec; the year only when it is another one. */
export function dayText(iso: string, language: "zh" | "en", thisYear = new Date().getFullYear()): string {
  const [year, month, day] = iso.slice(0, 10).split("-").map(Number);
  if (!year || !month || !day) return iso;
  if (language === "zh") {
    return `${year === thisYear ? "" : `${year}年`}${month}月${day}日`;
  }
  return `${day} ${MONTHS[month - 1]}${year === thisYear ? "" : ` ${year}`}`;
}

/** An amount in fen as people write it: ¥1,999 and ¥9.90. */
export function yuan(fen: number): string {
  const whole = Math.trunc(Math.abs(fen) / 100).toLocaleString("en-US");
  const cents = Math.abs(fen) % 100;
  const tail = cents ? `.${String(cents).padStart(2, "0")}` : "";
  return `${fen < 0 ? "−" : ""}¥${whole}${tail}`;
}

/** A large count as people say it: 1.2万, 12k. */
export function many(count: number, language: "zh" | "en"): string {
  const short = (number: number): string => number.toFixed(1).replace(/\.0$/, "");
  if (language === "zh") return count >= 10_000 ? `${short(count / 10_000)}万` : String(count);
  if (count >= 1_000_000) return `${short(count / 1_000_000)}M`;
  return count >= 10_000 ? `${short(count / 1000)}k` : count.toLocaleString("en-US");
}
