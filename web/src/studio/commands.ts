// Commands: every one is a form that works by itself. Here it is sent without leaving the page,
// stamped with the media time of the frame on this screen, and its answer is said at the foot.

import { Refused, Unreachable, csrfToken } from "../lib/api";
import { all, on } from "../lib/dom";
import { closeSheet } from "../lib/sheet";
import { toast } from "../lib/toast";
import { WORDS, say } from "../lib/words";

export interface Desk {
  /** The media time of the frame that is seen now; null while there is no picture. */
  seenMs(): number | null;
  /** Something was changed: show it anew. */
  changed(): Promise<void>;
}

/** Send the forms of the page that are commands, and those that come later. */
export function useCommands(desk: Desk): void {
  on("submit", "form[data-command]", (element, event) => {
    const form = element as HTMLFormElement;
    event.preventDefault();
    void send(form, (event as SubmitEvent).submitter, desk);
  });
}

const underway = new WeakSet<HTMLFormElement>();

async function send(form: HTMLFormElement, pressed: HTMLElement | null, desk: Desk): Promise<void> {
  const question = form.dataset["ask"];
  // The frame is the one that was seen when the button was pressed, not when it was answered.
  const atMs = "stamped" in form.dataset ? desk.seenMs() : null;
  if (underway.has(form) || (question && !window.confirm(question))) return;
  underway.add(form);
  const button = pressed ?? form.querySelector("button");
  button?.setAttribute("aria-busy", "true");
  const body = new FormData(form, pressed instanceof HTMLButtonElement ? pressed : null);
  if (atMs !== null) body.set("at_ms", String(Math.round(atMs)));
  const address = pressed?.getAttribute("formaction") ?? form.action;
  try {
    const said = await post(address, body);
    toast(said);
    const sheet = form.closest("dialog");
    if (form.dataset["then"] === "reload") location.reload();
    else {
      if (sheet) closeSheet(sheet);
      if (form.matches(".desk-pin, .desk-open form")) form.reset();
      await desk.changed();
    }
  } catch (fault) {
    refuse(form, sentence(fault));
    await desk.changed();
  } finally {
    underway.delete(form);
    button?.removeAttribute("aria-busy");
  }
}

/** Say why not: in the sheet that is open, since it covers the foot of the page; there otherwise. */
function refuse(form: HTMLFormElement, why: string): void {
  const sheet = form.closest("dialog");
  if (!sheet) return toast(why, "bad");
  for (const old of all(".refused", sheet)) old.remove();
  const said = document.createElement("p");
  said.className = "notice notice-bad refused";
  said.setAttribute("role", "alert");
  said.textContent = why;
  form.append(said);
}

async function post(address: string, body: FormData): Promise<string> {
  let response: Response;
  try {
    response = await fetch(address, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
      body,
      credentials: "same-origin",
    });
  } catch (fault) {
    throw new Unreachable(String(fault));
  }
  const words = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (response.ok) return String(words["said"] ?? "");
  throw new Refused(
    {
      code: String(words["code"] ?? "fault"),
      title: String(words["title"] ?? say(WORDS.fault)),
      status: response.status,
    },
    null,
  );
}

/** What to say of a command that did not go well. */
export function sentence(fault: unknown): string {
  if (fault instanceof Refused) return fault.problem.title;
  return say(fault instanceof Unreachable ? WORDS.unreachable : WORDS.fault);
}
