// The parts of the page, made by the server and put in place: one template for the first look
// and every later one. At most one question is underway, and at most one more waits behind it.

import { getHtml } from "../lib/api";
import { all } from "../lib/dom";

const EVERY_MS = 5000;
const AT_MOST_MS = 700; // between two questions that facts ask for

export class Parts {
  private underway: Promise<void> | null = null;
  private again = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private askedAt = 0;

  constructor(
    private readonly address: string,
    private readonly placed: () => void,
  ) {
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.soon();
    });
    this.later();
  }

  /** Something changed: ask soon, together with whatever else changes meanwhile. */
  soon(): void {
    clearTimeout(this.timer);
    const wait = Math.max(0, this.askedAt + AT_MOST_MS - Date.now());
    this.timer = setTimeout(() => void this.now(), wait);
  }

  /** Ask now. */
  async now(): Promise<void> {
    if (this.underway) {
      this.again = true;
      return this.underway;
    }
    this.askedAt = Date.now();
    this.underway = this.ask();
    try {
      await this.underway;
    } finally {
      this.underway = null;
    }
    if (this.again) {
      this.again = false;
      return this.now();
    }
    this.later();
  }

  private later(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.now(), document.hidden ? EVERY_MS * 6 : EVERY_MS);
  }

  private async ask(): Promise<void> {
    try {
      place(await getHtml(this.address));
      this.placed();
    } catch {
      // The next question comes in a moment; the socket says that the connection is lost.
    }
  }
}

/** Put fresh parts in place; one in which somebody is writing or pressing waits for the next. */
export function place(html: string, root: ParentNode = document): void {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const fresh of [...template.content.children]) {
    if (!fresh.id) continue;
    for (const old of all(`[id="${CSS.escape(fresh.id)}"]`, root)) {
      if (old.outerHTML === fresh.outerHTML) continue;
      if (old.contains(document.activeElement) && isWriting()) continue;
      const scrolls = all("[class$=-list]", old).map((list) => list.scrollTop);
      const focus = focusPath(old);
      old.replaceWith(fresh);
      all("[class$=-list]", fresh).forEach((list, at) => (list.scrollTop = scrolls[at] ?? 0));
      if (focus) fresh.querySelector<HTMLElement>(focus)?.focus({ preventScroll: true });
    }
  }
}

function isWriting(): boolean {
  const active = document.activeElement;
  return active instanceof HTMLInputElement && active.type !== "hidden";
}

/** A selector for the button that has the focus: that of the form it stands in. */
function focusPath(root: Element): string | null {
  const active = document.activeElement;
  if (!active || !root.contains(active)) return null;
  const form = active.closest("form");
  if (form) return `form[action="${CSS.escape(form.getAttribute("action") ?? "")}"] button`;
  const href = active.getAttribute("href");
  return href ? `a[href="${CSS.escape(href)}"]` : null;
}
