// What scripts say, in the language of the page.

/** A sentence in the two languages of the house. */
export interface Said {
  zh: string;
  en: string;
}

/** The language of the page: everything that is not English is Chinese here. */
export function language(): "zh" | "en" {
  return document.documentElement.lang.startsWith("en") ? "en" : "zh";
}

/** A sentence in the language of the page, with {name}s filled in. */
export function say(said: Said, values: Record<string, string | number> = {}): string {
  return fill(said[language()], values);
}

/** Put values where a sentence says {name}. */
export function fill(sentence: string, values: Record<string, string | number>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in values ? String(values[name]) : whole,
  );
}

export const WORDS = {
  unreachable: { zh: "网络不通，请再试一次。", en: "No connection. Please try again." },
  fault: { zh: "我们出了点问题，请再试一次。", en: "Something went wrong on our side. Please try again." },
  expired: { zh: "已过付款时限，占用的商品已释放。", en: "The time to pay is over; your pieces were given back." },
  copied: { zh: "链接已复制", en: "Link copied" },
} satisfies Record<string, Said>;
