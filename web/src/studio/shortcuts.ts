// Keys of the console. They press the buttons that are on the page, so they can do nothing that
// a button cannot; while somebody writes they are letters.

import { all, maybe, one } from "../lib/dom";
import { openSheet } from "../lib/sheet";

/** Whether a key press is meant for a field, a sheet or the browser. Pure but for the DOM. */
export function isWriting(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  return target.matches("input, textarea, select") || target.closest("dialog[open]") !== null;
}

/** Listen for the console's keys. */
export function useShortcuts(): void {
  document.addEventListener("keydown", (event) => {
    if (isWriting(event) || event.repeat) return;
    const key = event.key.toLowerCase();
    if (!press(key)) return;
    event.preventDefault();
  });
}

function press(key: string): boolean {
  const command = maybe<HTMLFormElement>(`form[data-key="${CSS.escape(key)}"]`);
  if (command) {
    command.requestSubmit(command.querySelector("button"));
    return true;
  }
  if (/^[1-9]$/.test(key)) {
    const way = all<HTMLAnchorElement>("a[data-offer-sheet]")[Number(key) - 1];
    way?.click();
    return way !== undefined;
  }
  switch (key) {
    case "p":
      maybe<HTMLInputElement>("[data-key-p]")?.focus();
      return true;
    case "t":
      maybe<HTMLInputElement>("#say input")?.focus();
      return true;
    case "q":
      maybe<HTMLInputElement>("#only-questions")?.click();
      return true;
    case "m":
      maybe<HTMLButtonElement>("[data-sound]")?.click();
      return true;
    case "?":
      openSheet(one<HTMLDialogElement>("#desk-help"));
      return true;
    default:
      return false;
  }
}
