// The chat: a log that scrolls up and fades away over the picture.

import { one } from "../lib/dom";
import { say } from "../lib/words";
import type { Line } from "./state";
import { ROOM } from "./words";

const SHOWN = 80;
const NEAR_PX = 48; // whoever is this near to the end wants to see what comes

type Office = "host" | "director" | "care" | "planner" | "merchandiser" | "analyst" | "admin";

export class Chat {
  private readonly list: HTMLElement;
  private readonly more: HTMLButtonElement;
  private readonly shown = new Map<number, HTMLElement>();
  private isAtEnd = true;

  constructor(private readonly box: HTMLElement) {
    this.list = one("ol", box);
    this.more = one<HTMLButtonElement>("#chat-more");
    this.list.replaceChildren();
    box.addEventListener(
      "scroll",
      () => {
        this.isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
        if (this.isAtEnd) this.more.hidden = true;
      },
      { passive: true },
    );
    this.more.addEventListener("click", () => this.toTheEnd());
    new ResizeObserver(() => {
      if (this.isAtEnd) this.toTheEnd();
    }).observe(box);
  }

  /** Show these lines, and no others. */
  show(lines: readonly Line[]): void {
    const wanted = new Map(lines.slice(-SHOWN).map((line) => [line.id, line]));
    for (const [id, element] of this.shown) {
      if (!wanted.has(id)) {
        element.remove();
        this.shown.delete(id);
      }
    }
    const fresh = document.createDocumentFragment();
    for (const line of wanted.values()) {
      if (this.shown.has(line.id)) continue;
      const element = dressed(line);
      this.shown.set(line.id, element);
      fresh.append(element);
    }
    if (!fresh.childElementCount) return;
    this.list.append(fresh);
    if (this.isAtEnd) this.toTheEnd();
    else this.more.hidden = false;
  }

  /** A word of the house's own, which passes. */
  note(sentence: string): void {
    const element = document.createElement("li");
    element.className = "line line-note";
    element.textContent = sentence;
    this.list.append(element);
    if (this.isAtEnd) this.toTheEnd();
    window.setTimeout(() => element.remove(), 8000);
  }

  private toTheEnd(): void {
    this.box.scrollTop = this.box.scrollHeight;
    this.more.hidden = true;
    this.isAtEnd = true;
  }
}

function dressed(line: Line): HTMLElement {
  const element = document.createElement("li");
  const isCrew = line.role !== "" && line.role !== "visitor";
  element.className = isCrew ? "line line-crew" : "line";
  if (isCrew) {
    const office = document.createElement("span");
    office.className = "line-office";
    office.textContent = say(ROOM[line.role as Office] ?? ROOM.admin);
    element.append(office, " ");
  }
  const name = document.createElement("span");
  name.className = "line-name";
  name.textContent = line.role === "visitor" ? say(ROOM.visitor, { name: line.name }) : line.name;
  const text = document.createElement("span");
  text.textContent = line.text; // never as HTML: strangers wrote it
  element.append(name, " ", text);
  return element;
}

/** The field in which one speaks: a line is kept until it is known to be said. */
export class Mouth {
  private readonly input: HTMLInputElement;
  private readonly waiting = new Map<string, string>();

  constructor(
    private readonly form: HTMLFormElement,
    private readonly speak: (text: string, key: string) => boolean,
    private readonly makeKey: () => string,
    private readonly sorry: (sentence: string) => void,
  ) {
    this.input = one<HTMLInputElement>("input", form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.input.value.trim();
      if (!text) return;
      const key = this.makeKey();
      if (!this.speak(text, key)) {
        this.sorry(say(ROOM.notSent));
        return;
      }
      this.waiting.set(key, text);
      this.input.value = "";
    });
  }

  /** A line was said. */
  said(key: string): void {
    this.waiting.delete(key);
  }

  /** A line was refused: its words come back into the field. */
  refused(key: string, sentence: string): void {
    const text = this.waiting.get(key);
    if (text === undefined) return;
    this.waiting.delete(key);
    if (!this.input.value) this.input.value = text;
    this.sorry(sentence || say(ROOM.notSent));
  }

  /** After a break: what got no answer is sent again, with its old key. */
  again(): void {
    for (const [key, text] of this.waiting) this.speak(text, key);
  }

  /** Whether one may speak here at the moment. */
  allow(isOpen: boolean): void {
    this.form.hidden = !isOpen;
  }
}
