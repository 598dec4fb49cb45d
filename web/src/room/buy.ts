// Buying without leaving the room: how many, by which day, to whom; one press, then payment.
//
// The day is asked for before the press (a larger order may ship later), and what counts is
// what the server answers: price and stock are never the page's word. One press has one key,
// so pressing again after a broken connection orders once.

import { getJson, pressKey, Refused, Unreachable } from "../lib/api";
import { all, maybe, one, on } from "../lib/dom";
import { closeSheet, openSheet } from "../lib/sheet";
import { countdown, dayText, yuan } from "../lib/time";
import { toast } from "../lib/toast";
import { language, say, WORDS } from "../lib/words";
import type { Press } from "./press";
import type { Offer } from "./state";
import { ROOM } from "./words";

interface Quote {
  price_fen: number;
  price_version: number;
  left: number;
  most?: number;
  ship_by?: string | null;
  rungs: { ship_by: string; free: number }[];
}

interface Held {
  outcome: "held";
  order: string;
  ship_by: string;
  pay_url: string;
}

/** A place on the waiting list of what is sold out. */
interface InLine {
  outcome: "waiting";
  place: number;
  ahead: number;
}

interface Guest {
  badge: string;
  name: string;
  address_id: number;
}

export interface Shop {
  showId: number;
  offer(offerId: number): Offer | undefined;
  /** What the order door says of an offer at this instant. */
  corrected(offerId: number, now: Pick<Offer, "price_fen" | "price_version" | "left">): void;
  /** Press; what is held is returned, a no is thrown. */
  order<T>(body: Press): Promise<T>;
  badge(): string;
  known(): boolean;
  became(guest: Guest): void;
  clicked(offerId: number): void;
  /** The server's clock. */
  now(): number;
}

const QUOTE_MS = 180;
const BUSY_TRIES = 4;
const EARLY_MS = 30_000; // so long before the sale begins one may press: it is pressed again then
const GROUP_IS_NONE = new Set(["no_such_group", "group_over", "group_full", "in_group_already"]);

export class Buying {
  private quoting: AbortController | null = null;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private keys = new Map<string, string>(); // of presses that got no answer yet
  private isPressing = false;
  private after: (() => void) | null = null; // what the guest's form was opened for
  private addressId: number | null = null;
  private early: string | null = null; // the press that waits for the sale to begin

  constructor(private readonly shop: Shop) {
    on("click", "[data-buy]", (link, event) => {
      const sheet = this.sheet(Number(link.dataset["buy"]));
      if (!sheet) return; // then the link leads to the product's page
      event.preventDefault();
      this.open(sheet, link);
    });
    on("click", ".goods[data-offer]", (card, event) => {
      if (event.target instanceof Element && event.target.closest("a, button")) return;
      const sheet = this.sheet(Number(card.dataset["offer"]));
      if (sheet) this.open(sheet, card);
    });
    on("click", "[data-parts]", (button) => {
      const sheet = this.sheet(Number(button.dataset["parts"]));
      if (!sheet) return;
      this.open(sheet, button);
      const fold = maybe<HTMLDetailsElement>(".buy-price-fold", sheet);
      if (fold) {
        fold.open = true;
        fold.scrollIntoView({ block: "nearest" });
      }
    });
    on("click", "[data-join]", (button, event) => {
      const sheet = button.closest<HTMLDialogElement>("dialog.buy");
      if (!sheet) return; // on another page it is a link
      event.preventDefault();
      this.choose(sheet, button.dataset["join"] ?? "");
    });
    on("click", "[data-step]", (button) => {
      const sheet = button.closest<HTMLDialogElement>("dialog.buy");
      if (sheet) this.step(sheet, Number(button.dataset["step"]));
    });
    on("input", ".buy input[name=quantity]", (input) => {
      const sheet = input.closest<HTMLDialogElement>("dialog.buy");
      if (sheet) this.changed(sheet);
    });
    on("submit", "form.buy-form", (form, event) => {
      event.preventDefault();
      const sheet = form.closest<HTMLDialogElement>("dialog.buy");
      if (sheet) void this.press(sheet);
    });
    on("submit", "#guest-form", (form, event) => {
      event.preventDefault();
      void this.enter(form as HTMLFormElement);
    });
  }

  /** A second has passed: a sale may have begun. */
  tick(): void {
    const sheet = maybe<HTMLDialogElement>("dialog.buy[open]");
    if (sheet && !this.isPressing) this.dress(sheet);
  }

  /** How long it is until the sale of an offer begins; 0: it has. */
  private untilOpen(sheet: HTMLDialogElement): number {
    const opens = maybe(`[id="card-${idOf(sheet)}"]`)?.dataset["opens"];
    return opens ? Math.max(0, Date.parse(opens) - this.shop.now()) : 0;
  }

  private canWait(sheet: HTMLDialogElement): boolean {
    const offer = this.shop.offer(idOf(sheet));
    const isSoldOut = offer?.state === "open" && offer.left <= 0 && offer.price_fen > 0;
    return isSoldOut && maybe(`[id="card-${idOf(sheet)}"][data-waits]`) !== null;
  }

  /** A link to a group led here: its sheet opens, and he would join that group. */
  join(offerId: number, groupId: number): void {
    const sheet = this.sheet(offerId);
    if (!sheet) return;
    this.choose(sheet, String(groupId));
    this.open(sheet, document.body);
  }

  /** Which group he would join; none: he would open one. */
  private choose(sheet: HTMLDialogElement, groupId: string): void {
    sheet.dataset["group"] = groupId;
    this.sorry(sheet, "");
    this.dress(sheet);
  }

  /** What the room told of offers: every sheet says it. */
  told(offerIds: Iterable<number>): void {
    for (const offerId of offerIds) {
      const sheet = this.sheet(offerId);
      if (sheet) this.dress(sheet);
      if (sheet?.open) this.quote(sheet);
    }
  }

  private sheet(offerId: number): HTMLDialogElement | null {
    return maybe<HTMLDialogElement>(`dialog[id="buy-${offerId}"]`);
  }

  private open(sheet: HTMLDialogElement, opener: HTMLElement): void {
    const already = all<HTMLDialogElement>("dialog.sheet[open]").filter((it) => it.matches(":modal"));
    for (const other of already) if (other !== sheet) closeSheet(other);
    this.shop.clicked(idOf(sheet));
    this.sorry(sheet, "");
    this.dress(sheet);
    this.quote(sheet);
    openSheet(sheet, opener);
  }

  private step(sheet: HTMLDialogElement, by: number): void {
    const input = one<HTMLInputElement>("input[name=quantity]", sheet);
    input.value = String(this.quantity(sheet) + by);
    this.changed(sheet);
  }

  private changed(sheet: HTMLDialogElement): void {
    const input = one<HTMLInputElement>("input[name=quantity]", sheet);
    const quantity = this.quantity(sheet);
    if (input.value !== "" && input.value !== String(quantity)) input.value = String(quantity);
    this.dress(sheet);
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.quote(sheet), QUOTE_MS);
  }

  private quantity(sheet: HTMLDialogElement): number {
    const input = one<HTMLInputElement>("input[name=quantity]", sheet);
    const asked = Number.parseInt(input.value, 10);
    return Math.min(Math.max(1, Number.isNaN(asked) ? 1 : asked), this.most(sheet));
  }

  private most(sheet: HTMLDialogElement): number {
    const offer = this.shop.offer(idOf(sheet));
    if (offer && this.canWait(sheet)) return Math.max(1, offer.limit);
    return offer ? Math.max(1, Math.min(offer.limit, offer.left)) : 1;
  }

  /** Price, total and button, by what is known here. */
  private dress(sheet: HTMLDialogElement): void {
    const offer = this.shop.offer(idOf(sheet));
    if (!offer) return;
    const quantity = this.quantity(sheet);
    const button = one<HTMLButtonElement>(".buy-press", sheet);
    const canBuy = offer.state === "open" && offer.left > 0 && offer.price_fen > 0;
    one(".buy-price", sheet).textContent = yuan(offer.price_fen);
    one(".buy-limit", sheet).textContent = say(ROOM.perPerson, { n: offer.limit });
    for (const part of all<HTMLButtonElement>("[data-step]", sheet)) {
      const next = quantity + Number(part.dataset["step"]);
      part.disabled = next < 1 || next > this.most(sheet);
    }
    const early = this.untilOpen(sheet);
    const canWait = this.canWait(sheet);
    const inLine = canWait && sheet.dataset["inLine"] !== undefined;
    const depositFen = Number(sheet.dataset["depositFen"] ?? 0);
    one(".buy-hold", sheet).hidden = canWait;
    button.disabled =
      (!canBuy && (!canWait || inLine)) || early > EARLY_MS || this.isPressing;
    button.textContent = this.isPressing
      ? say(ROOM.ordering)
      : early > 0
        ? say(ROOM.opensIn, { time: countdown(early) })
        : canBuy
          ? depositFen
            ? say(ROOM.deposit, { amount: yuan(quantity * depositFen) })
            : say(ROOM.order, { amount: yuan(quantity * offer.price_fen) })
          : canWait
            ? say(inLine ? ROOM.waiting : ROOM.wait)
            : say(offer.state === "open" ? ROOM.soldOut : ROOM.closed);
    const chosen = maybe(".group-chosen", sheet);
    if (!chosen) return;
    const groupId = sheet.dataset["group"] ?? "";
    chosen.hidden = !groupId;
    for (const row of all("[data-group]", sheet)) {
      row.toggleAttribute("data-chosen", Boolean(groupId) && row.dataset["group"] === groupId);
    }
    if (canBuy && !this.isPressing) {
      const amount = yuan(quantity * offer.price_fen);
      button.textContent = say(groupId ? ROOM.join : ROOM.openGroup, { amount });
    }
  }

  /** Ask by which day so many pieces would ship. */
  private quote(sheet: HTMLDialogElement): void {
    this.quoting?.abort();
    const asking = new AbortController();
    this.quoting = asking;
    const quantity = this.quantity(sheet);
    const url = `/live/${this.shop.showId}/quote?offer=${idOf(sheet)}&quantity=${quantity}`;
    getJson<Quote>(url, asking.signal).then(
      (quote) => {
        this.shop.corrected(idOf(sheet), quote);
        this.dress(sheet);
        const day = quote.ship_by ?? null;
        const line = one(".buy-promise", sheet);
        line.textContent = day
          ? say(ROOM.shipBy, { day: dayText(day, language()) })
          : say(ROOM.noDate);
        one(".buy-when", sheet).classList.toggle("buy-when-none", !day);
      },
      () => undefined, // the ladder on the sheet says it, too
    );
  }

  /** One press. */
  private async press(sheet: HTMLDialogElement): Promise<void> {
    if (this.isPressing) return;
    if (!this.shop.known()) {
      this.ask(() => void this.press(sheet));
      return;
    }
    const offer = this.shop.offer(idOf(sheet));
    if (!offer) return;
    const quantity = this.quantity(sheet);
    const groupId = Number(sheet.dataset["group"] || 0);
    const waits = this.canWait(sheet);
    const press = `${idOf(sheet)}:${quantity}:${offer.price_version}:${groupId}:${waits}`;
    const key = this.keys.get(press) ?? pressKey();
    this.keys.set(press, key);
    this.sorry(sheet, "");
    this.pressing(sheet, true);
    try {
      const answer = await this.send(sheet, {
        badge: this.shop.badge(),
        key,
        offer_id: idOf(sheet),
        quantity,
        price_version: offer.price_version,
        price_fen: offer.price_fen,
        ...(groupId ? { group_id: groupId } : {}),
        ...(waits ? { waits } : {}),
        ...(this.addressId === null ? {} : { address_id: this.addressId }),
      });
      if (answer.outcome === "waiting") {
        sheet.dataset["inLine"] = "";
        this.pressing(sheet, false); // the key is kept: pressing again says the same place
        this.sorry(sheet, say(ROOM.inLine, { place: answer.place, ahead: answer.ahead }));
        return;
      }
      this.keys.delete(press);
      const day = dayText(answer.ship_by, language());
      toast(`${say(ROOM.held)} · ${say(ROOM.shipBy, { day })}`);
      location.assign(answer.pay_url);
    } catch (fault) {
      this.pressing(sheet, false);
      this.failed(sheet, offer, press, fault);
    }
  }

  private async send(sheet: HTMLDialogElement, body: Press): Promise<Held | InLine> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await this.shop.order<Held | InLine>(body);
      } catch (fault) {
        const wait = fault instanceof Refused && fault.problem.status === 503;
        if (!wait || tries >= BUSY_TRIES) throw fault;
        const seconds = fault.retryAfterSeconds ?? 1;
        this.sorry(sheet, say(ROOM.busy, { s: seconds }));
        await new Promise((done) => setTimeout(done, seconds * 1000 * (1 + Math.random())));
      }
    }
  }

  private failed(sheet: HTMLDialogElement, offer: Offer, press: string, fault: unknown): void {
    if (fault instanceof Unreachable) {
      this.sorry(sheet, say(WORDS.unreachable)); // the key is kept: the same press again
      return;
    }
    if (!(fault instanceof Refused)) {
      this.sorry(sheet, say(WORDS.fault));
      return;
    }
    const { code, title } = fault.problem;
    if (code === "who_are_you") {
      this.ask(() => void this.press(sheet));
      return;
    }
    const opensAt = Date.parse(String(fault.problem["opens_at"] ?? ""));
    if (code === "not_yet_open" && opensAt && this.early !== press) {
      this.early = press; // once, by itself, when our clock says so
      this.sorry(sheet, title);
      setTimeout(() => void this.press(sheet), Math.max(0, opensAt - this.shop.now()));
      return;
    }
    if (code === "badge_expired") {
      location.reload();
      return;
    }
    if (fault.problem.status < 500) this.keys.delete(press);
    if (GROUP_IS_NONE.has(code)) sheet.dataset["group"] = "";
    const now = this.shop.offer(idOf(sheet));
    const isOther = code === "price_changed" && now && now.price_fen !== offer.price_fen;
    this.sorry(
      sheet,
      isOther
        ? say(ROOM.priceChanged, { was: yuan(offer.price_fen), now: yuan(now.price_fen) })
        : title,
    );
    this.quote(sheet);
  }

  /** Ask who he is and where the parcel goes, then go on. */
  private ask(after: () => void): void {
    this.after = after;
    const sheet = one<HTMLDialogElement>("#guest");
    openSheet(sheet);
    one<HTMLInputElement>("input:not([type=hidden])", sheet).focus();
  }

  private async enter(form: HTMLFormElement): Promise<void> {
    const button = one<HTMLButtonElement>("button[type=submit]", form);
    const note = one("#guest-note", form);
    button.disabled = true;
    note.textContent = "";
    try {
      const guest = await sendForm<Guest>(form);
      this.addressId = guest.address_id;
      this.shop.became(guest);
      closeSheet(one<HTMLDialogElement>("#guest"));
      const after = this.after;
      this.after = null;
      after?.();
    } catch (fault) {
      const fields = fault instanceof Refused ? (fault.problem["fields"] as Wrong) : undefined;
      mark(form, fields ?? {});
      note.textContent =
        fault instanceof Refused
          ? fault.problem.title
          : say(fault instanceof Unreachable ? WORDS.unreachable : WORDS.fault);
    } finally {
      button.disabled = false;
    }
  }

  private pressing(sheet: HTMLDialogElement, is: boolean): void {
    this.isPressing = is;
    one(".buy-press", sheet).setAttribute("aria-busy", String(is));
    this.dress(sheet);
  }

  private sorry(sheet: HTMLDialogElement, sentence: string): void {
    const note = one(".buy-note", sheet);
    note.textContent = sentence;
    note.hidden = !sentence;
  }
}

type Wrong = Record<string, string[]>;

function mark(form: HTMLFormElement, wrong: Wrong): void {
  let first: HTMLInputElement | null = null;
  for (const field of all<HTMLInputElement>("input:not([type=hidden])", form)) {
    const errors = wrong[field.name];
    field.setAttribute("aria-invalid", String(Boolean(errors)));
    const box = maybe(`[data-error-of="${field.name}"]`, form);
    if (box) box.textContent = errors?.[0] ?? "";
    if (errors) first ??= field;
  }
  first?.focus();
}

async function sendForm<T>(form: HTMLFormElement): Promise<T> {
  let response: Response;
  try {
    response = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
      credentials: "same-origin",
    });
  } catch (fault) {
    throw new Unreachable(String(fault));
  }
  const said: unknown = await response.json().catch(() => null);
  if (response.ok) return said as T;
  const problem = (said ?? {}) as Partial<Refused["problem"]>;
  throw new Refused(
    { code: "fault", title: say(WORDS.fault), status: response.status, ...problem },
    null,
  );
}

function idOf(sheet: HTMLElement): number {
  return Number(sheet.dataset["offer"]);
}
