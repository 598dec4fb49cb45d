// What the board's scripts say.

import type { Said } from "../lib/words";
import type { Objection } from "./plan";

export const GANTT = {
  onTime: { zh: "批次按时", en: "lot on time" },
  lateDay: { zh: "批次迟不到一天", en: "lot late by less than a day" },
  lateMore: { zh: "批次迟一天以上", en: "lot late by a day or more" },
  done: { zh: "已完成", en: "done" },
  runs: { zh: "进行中", en: "running" },
  fenced: { zh: "冻结期内", en: "behind the frozen fence" },
  planned: { zh: "已排程", en: "planned" },
  noFamily: { zh: "无系列", en: "no family" },
  setup: { zh: "换型", en: "changeover" },
  closed: { zh: "停工", en: "closed" },
  now: { zh: "现在", en: "now" },
  fence: { zh: "冻结期止", en: "end of the frozen fence" },
  pinned: { zh: "已钉住", en: "pinned" },
  operation: { zh: "工序", en: "Operation" },
  machine: { zh: "机器", en: "Machine" },
  time: { zh: "时间", en: "Time" },
  due: { zh: "批次到期", en: "Lot due" },
  doneAt: { zh: "批次完成", en: "Lot done" },
  safe: { zh: "稳妥日期", en: "Safe date" },
  promised: { zh: "承诺发货", en: "Promised by" },
  pieces: { zh: "{n} 件", en: "{n} pieces" },
  lateBy: { zh: "迟 {hours} 小时", en: "{hours} h late" },
  earlyBy: { zh: "早 {hours} 小时", en: "{hours} h early" },
  setupOf: { zh: "含换型 {minutes} 分钟", en: "with {minutes} min of changeover" },
  why: { zh: "看原因和全程", en: "Its way, and why" },
  none: { zh: "没有找到：{letters}", en: "Nothing is called {letters}" },
  failed: { zh: "计划没有读到，请刷新页面。", en: "The plan could not be read. Please load the page again." },
  moveHint: { zh: "拖动一个工序到另一台机器或时间。", en: "Drag an operation to another machine or time." },
  canGo: { zh: "可以放在这里", en: "It can go here" },
  asking: { zh: "正在核对 …", en: "Checking …" },
  empty: { zh: "这份计划里没有工序。", en: "There is no operation in this plan." },
} satisfies Record<string, Said>;

export const OBJECTIONS: Record<Objection, Said> = {
  begun: { zh: "它已经开始，不能再移动。", en: "It has begun, and stays where it is." },
  fixed: { zh: "它在冻结期内，不能再移动。", en: "It is behind the frozen fence, and stays where it is." },
  unable: { zh: "这台机器做不了这道工序。", en: "This machine cannot do it." },
  fence: { zh: "冻结期内不能再排。", en: "Nothing is put behind the frozen fence." },
  closed: { zh: "这台机器此时停工。", en: "The machine is closed at that time." },
  release: { zh: "批次那时还没有投放，材料没到。", en: "The lot is not released by then: its material is not there." },
  forerunner: { zh: "它前面的工序那时还没做完。", en: "What comes before it is not done by then." },
};
