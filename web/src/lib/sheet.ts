// Sheets: from below on a phone, in the middle on a desk. They are `<dialog class="sheet">`;
// the browser keeps the focus inside and gives Escape; we add the rest.
//
//   <button data-sheet="filters">…</button>   <dialog id="filters" class="sheet">…
//   <button data-close>…</button> inside closes it, and so does a touch on the veil.

import { on } from "./dom";

let openedBy: HTMLElement | null = null;

/** Open a sheet; when it closes, the focus goes back to where it came from. */
export function openSheet(sheet: HTMLDialogElement, opener?: HTMLElement): void {
  if (sheet.open) return;
  openedBy = opener ?? (document.activeElement instanceof HTMLElement ? document.activeElement : null);
  sheet.showModal();
  document.documentElement.classList.add("sheet-open");
}

/** Close a sheet. */
export function closeSheet(sheet: HTMLDialogElement): void {
  if (sheet.open) sheet.close();
}

/** Make every sheet of the page, and those that come later, open and close. Call it once. */
export function useSheets(): void {
  on("click", "[data-sheet]", (opener, event) => {
    const sheet = document.getElementById(opener.dataset["sheet"] ?? "");
    if (!(sheet instanceof HTMLDialogElement)) return;
    event.preventDefault();
    openSheet(sheet, opener);
  });
  on("click", "dialog.sheet", (element, event) => {
    const sheet = element as HTMLDialogElement;
    const isClose = event.target instanceof Element && event.target.closest("[data-close]");
    if (isClose || (event.target === sheet && isOutside(sheet, event))) closeSheet(sheet);
  });
  document.addEventListener(
    "close",
    () => {
      document.documentElement.classList.remove("sheet-open");
      if (openedBy?.isConnected) openedBy.focus({ preventScroll: true });
      openedBy = null;
    },
    true,
  );
}

function isOutside(sheet: HTMLElement, event: MouseEvent): boolean {
  const box = sheet.getBoundingClientRect();
  const { clientX: x, clientY: y } = event;
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
}
