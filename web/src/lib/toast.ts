// A toast: one sentence that passes. Whatever must not be missed stands on the page instead.

const SHOWN_MS = 4000;
const AT_MOST = 3;

/** Say a sentence at the foot of the page; screen readers hear it (the region is polite). */
export function toast(sentence: string, manner: "plain" | "bad" = "plain"): void {
  const region = document.getElementById("toasts");
  if (!region) return;
  while (region.children.length >= AT_MOST) region.firstElementChild?.remove();
  const element = document.createElement("div");
  element.className = manner === "bad" ? "toast toast-bad" : "toast";
  element.textContent = sentence;
  region.append(element);
  window.setTimeout(() => element.remove(), SHOWN_MS);
}
