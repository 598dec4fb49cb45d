// What the crew's scripts say.

import type { Said } from "../lib/words";

export const STUDIO = {
  lost: { zh: "连接中断，正在重连…", en: "Connection lost, trying again…" },
  onAir: { zh: "信号正常", en: "Signal good" },
  mind: { zh: "可改进", en: "Could be better" },
  mend: { zh: "需要处理", en: "Needs mending" },
  noSignal: { zh: "没有信号", en: "No signal" },
  frozen: { zh: "画面停住 {s} 秒", en: "Picture frozen {s} s" },
  seconds: { zh: "{s} 秒", en: "{s} s" },
  copied: { zh: "已复制", en: "Copied" },
} satisfies Record<string, Said>;
