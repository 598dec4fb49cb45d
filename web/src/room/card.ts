// The card of what the host holds up. It is a copy of the card on the shelf, which the server
// keeps true; here it is only brought in and put away.

import { maybe, one } from "../lib/dom";
import { say } from "../lib/words";
import { ROOM } from "./words";

const LEAVING_MS = 240;

export class NowCard {
  private offerId: number | null = null;
  private putAway: number | null = null; // the viewer wants to see more of the picture

  constructor(private readonly place: HTMLElement) {
    place.replaceChildren(); // what stands there for those without scripts
    place.addEventListener("click", (event) => {
      if (event.target instanceof Element && event.target.closest("[data-put-away]")) {
        this.putAway = this.offerId;
        this.clear();
      }
    });
  }

  /** Show the card of an offer, or none. */
  show(offerId: number | null): void {
    if (offerId === this.offerId && this.place.firstElementChild) return;
    this.offerId = offerId;
    for (const element of document.querySelectorAll("[data-now]")) {
      element.removeAttribute("data-now");
    }
    if (offerId === null) {
      this.clear();
      return;
    }
    maybe(`.shelf-item[data-offer="${offerId}"]`)?.setAttribute("data-now", "");
    if (this.putAway === offerId) return;
    this.putAway = null;
    const card = maybe(`.shelf [id="card-${offerId}"]`);
    if (!card) return; // an offer that opened a moment ago: its look is on the way
    const frame = one<HTMLTemplateElement>("#now-template").content.cloneNode(
      true,
    ) as DocumentFragment;
    one(".now-card", frame).append(card.cloneNode(true));
    const bar = maybe(`[id="buy-${offerId}"] .cost-bar`);
    const parts = one(".now-parts", frame);
    parts.dataset["parts"] = String(offerId);
    if (bar) {
      const thin = bar.cloneNode(true) as HTMLElement;
      thin.className = "cost-bar cost-bar-thin";
      thin.removeAttribute("role");
      thin.removeAttribute("aria-label");
      thin.setAttribute("aria-hidden", "true");
      parts.prepend(thin);
    } else parts.remove();
    one("[data-put-away]", frame).setAttribute("aria-label", say(ROOM.putAway));
    this.place.replaceChildren(frame);
    this.place.classList.remove("now-leaving");
  }

  /** The offer whose card is shown. */
  get shown(): number | null {
    return this.place.firstElementChild ? this.offerId : null;
  }

  private clear(): void {
    const old = this.place.firstElementChild;
    if (!old) return;
    this.place.classList.add("now-leaving");
    window.setTimeout(() => {
      if (old.isConnected) old.remove();
      this.place.classList.remove("now-leaving");
    }, LEAVING_MS);
  }
}
