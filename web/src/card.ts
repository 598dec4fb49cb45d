// The page of a signed cost card: let the reader's own browser check the signature, so that he
// need not take our word for it.

import { maybe, on } from "./lib/dom";
import { bytesOf, isSigned } from "./lib/signature";

on("click", "[data-check-card]", (button) => {
  const card = button.closest<HTMLElement>("[data-card]");
  if (!card) return;
  const { card: text = "", signature = "", public: key = "" } = card.dataset;
  isSigned(new TextEncoder().encode(text), bytesOf(signature), bytesOf(key))
    .then((right) => show(card, right ? "right" : "wrong"))
    .catch(() => show(card, "cannot"));
});

function show(card: HTMLElement, answer: "right" | "wrong" | "cannot"): void {
  const said = maybe("[data-said]", card);
  if (!said) return;
  said.textContent = card.dataset[answer] ?? "";
  said.className = answer === "right" ? "badge badge-good" : "badge badge-warn";
}
