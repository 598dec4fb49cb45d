// The mall's island. Every page works without it; it saves a click or a page here and there.

import { getHtml } from "./lib/api";
import { all, maybe, on } from "./lib/dom";
import { runEnds } from "./lib/ends";
import { useSheets } from "./lib/sheet";
import { countdown } from "./lib/time";
import { toast } from "./lib/toast";
import { say, WORDS } from "./lib/words";

const TICK_MS = 1000;

document.documentElement.classList.add("scripted");
useSheets();
useQuantities();
useSwaps();
useGallery();
useClocks();
useOncePresses();
useCopies();
if (maybe("[data-ends]")) {
  const skew = serverSkewMs();
  runEnds(() => Date.now() + skew);
}

/** The two buttons around a quantity. */
function useQuantities(): void {
  on("click", "[data-step]", (button) => {
    const input = button.parentElement?.querySelector("input");
    if (!input) return;
    const wanted = (Number(input.value) || 1) + Number(button.dataset["step"]);
    input.value = String(Math.min(Number(input.max) || 1, Math.max(1, wanted)));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

/**
 * A link with data-swap="id" fetches its page and takes over that one element: another colour
 * of a product comes without a flash. The address changes as if one had gone there.
 */
function useSwaps(): void {
  let asking: AbortController | null = null;
  on("click", "a[data-swap]", (element, event) => {
    const link = element as HTMLAnchorElement;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    swap(link.href, link.dataset["swap"] ?? "", signal)
      .then(() => window.history.replaceState(null, "", link.href))
      .catch((fault: unknown) => {
        if (!signal.aborted) window.location.assign(link.href);
        else if (!(fault instanceof DOMException)) throw fault;
      });
  });
}

async function swap(url: string, id: string, signal: AbortSignal): Promise<void> {
  const page = new DOMParser().parseFromString(await getHtml(url, signal), "text/html");
  const fresh = page.getElementById(id);
  const old = document.getElementById(id);
  if (!fresh || !old) throw new Error(`no #${id} to swap`);
  const chosen = document.activeElement?.getAttribute("href");
  old.replaceWith(fresh);
  document.title = page.title;
  if (chosen) maybe(`a[href="${CSS.escape(chosen)}"]`, fresh)?.focus({ preventScroll: true });
}

/** A thumbnail moves the track, and not the page to the track. */
function useGallery(): void {
  on("click", ".gallery-thumbs a", (link, event) => {
    const picture = document.getElementById(link.getAttribute("href")?.slice(1) ?? "");
    const track = picture?.parentElement;
    if (!picture || !track) return;
    event.preventDefault();
    track.scrollTo({ left: picture.offsetLeft - track.offsetLeft });
    for (const other of all(".gallery-thumbs a")) other.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
  });
}

/** Clocks that run down to the end of a hold; at the end the page is read again, once. */
function useClocks(): void {
  const clocks = all("[data-until]");
  if (!clocks.length) return;
  const skew = serverSkewMs();
  const timer = window.setInterval(show, TICK_MS);
  show();

  function show(): void {
    for (const clock of clocks) {
      const rest = Date.parse(clock.dataset["until"] ?? "") - (Date.now() + skew);
      const face = maybe("[data-clock]", clock);
      if (face) face.textContent = countdown(rest);
      if (rest > 0) continue;
      window.clearInterval(timer);
      toast(say(WORDS.expired), "bad");
      window.setTimeout(() => window.location.reload(), 2 * TICK_MS);
    }
  }
}

/** A button that copies the text of a field, and says so. */
function useCopies(): void {
  on("click", "[data-copy]", (button) => {
    const field = document.getElementById(button.dataset["copy"] ?? "");
    if (!(field instanceof HTMLInputElement)) return;
    field.select();
    const done = (): void => toast(button.dataset["done"] ?? "");
    // A page that came by plain http has no clipboard; the selection can be copied all the same.
    if (navigator.clipboard) void navigator.clipboard.writeText(field.value).then(done);
    else if (document.execCommand("copy")) done();
  });
}

/** How far this device's clock is from ours; phones are often minutes off. */
function serverSkewMs(): number {
  const said = maybe<HTMLMetaElement>('meta[name="server-time"]')?.content;
  return said ? Date.parse(said) - Date.now() : 0;
}

/** A form that was sent is not sent twice by an impatient thumb. */
function useOncePresses(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
    if (form.dataset["sent"]) {
      event.preventDefault();
      return;
    }
    form.dataset["sent"] = "yes";
    form.querySelector("button:not([type=button])")?.setAttribute("aria-busy", "true");
  });
  // Coming back by the browser's own button brings the page as it was: ready to be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of all<HTMLFormElement>("form[data-sent]")) {
      delete form.dataset["sent"];
      form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
    }
  });
}
