// The chat as the crew sees it: questions stand out, a line can be hidden, one can answer.

import { pressKey } from "../lib/api";
import { all, maybe, one } from "../lib/dom";
import { toast } from "../lib/toast";
import type { Line, Message } from "../room/state";
import type { RoomSocket } from "../room/socket";

const KEPT = 200;
const NEAR_END_PX = 48;

export class Chat {
  private readonly list = one("#chat");

  constructor(private readonly socket: RoomSocket) {
    this.toEnd();
    const only = maybe<HTMLInputElement>("#only-questions");
    only?.addEventListener("change", () => {
      this.list.classList.toggle("only-asks", only.checked);
      this.toEnd();
    });
    const form = maybe<HTMLFormElement>("#say");
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      const field = one<HTMLInputElement>("input", form);
      const text = field.value.trim();
      if (text && this.socket.say({ t: "chat", text, key: pressKey() })) field.value = "";
    });
  }

  /** A message of the room: lines that were said, lines that were hidden, a line refused. */
  hear(message: Message): void {
    if (message.t === "refused") toast(message.title, "bad");
    if (message.t === "snapshot") this.add(message.state.chat);
    if (message.t !== "tick") return;
    this.add(message.chat ?? []);
    for (const id of message.hidden ?? []) this.hide(id);
  }

  private add(lines: Line[]): void {
    const follows =
      this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR_END_PX;
    for (const line of lines) {
      if (maybe(`[data-line="${line.id}"]`, this.list)) continue;
      this.list.append(this.row(line));
    }
    for (const old of all("li", this.list).slice(0, -KEPT)) old.remove();
    if (follows && lines.length) this.toEnd();
  }

  private hide(id: number): void {
    const row = maybe(`[data-line="${id}"]`, this.list);
    row?.classList.add("line-hidden");
    row?.querySelector("form")?.remove();
  }

  private toEnd(): void {
    this.list.scrollTop = this.list.scrollHeight;
  }

  private row(line: Line): HTMLElement {
    const row = document.createElement("li");
    row.className = line.question ? "line line-asks" : "line";
    row.dataset["line"] = String(line.id);
    const who = document.createElement("span");
    const isCrew = line.role !== "" && line.role !== "visitor";
    who.className = isCrew ? "line-who line-crew" : "line-who";
    who.textContent = line.name;
    const text = document.createElement("span");
    text.className = "line-text";
    text.textContent = line.text;
    row.append(who, " ", text);
    const hiding = this.hiding(line.id);
    if (hiding) row.append(hiding);
    return row;
  }

  /** The form that hides a line, as the server makes it; none for who may not. */
  private hiding(id: number): Node | null {
    const form = maybe<HTMLTemplateElement>("#hide-form")?.content.cloneNode(true);
    if (!(form instanceof DocumentFragment)) return null;
    one<HTMLInputElement>("input[name=line_id]", form).value = String(id);
    return form;
  }
}
