// The crew's pages. Each works without this file; the console becomes alive with it.

import { Refused, csrfToken } from "./lib/api";
import { maybe, on, one, pageData } from "./lib/dom";
import { openSheet, useSheets } from "./lib/sheet";
import { toast } from "./lib/toast";
import { many } from "./lib/time";
import { language, say } from "./lib/words";
import { ServerClock } from "./room/clock";
import { Chat } from "./studio/chat";
import { runClocks } from "./studio/clockwork";
import { sentence, useCommands } from "./studio/commands";
import { watchHealth } from "./studio/health";
import { Parts } from "./studio/parts";
import { type RoomWords, changesParts, listen } from "./studio/room";
import { Screen } from "./studio/screen";
import { useShortcuts } from "./studio/shortcuts";
import type { Ticking } from "./studio/ticking";
import { STUDIO } from "./studio/words";

document.documentElement.classList.add("scripted");
useSheets();

on("click", "[data-copy]", (button) => {
  const field = one<HTMLInputElement>(`#${button.dataset["copy"]}`);
  field.select();
  const done = (): void => toast(say(STUDIO.copied));
  // A page that came by plain http has no clipboard; the selection can be copied all the same.
  if (navigator.clipboard) void navigator.clipboard.writeText(field.value).then(done);
  else if (document.execCommand("copy")) done();
});

const desk = maybe(".desk");
if (desk) console_(desk);

function console_(desk: HTMLElement): void {
  const room = pageData<RoomWords>("room");
  const clock = new ServerClock();
  clock.hear(room.now);
  const screen = new Screen(clock, room.live, room.replay, room.state === "ended");
  const parts = new Parts(desk.dataset["parts"] ?? "", () => undefined);
  const socket = listen(
    room,
    (message) => {
      if ("now_ms" in message && message.now_ms) clock.hear(message.now_ms);
      chat.hear(message);
      if (message.t === "snapshot" || message.t === "tick") {
        const { viewers, likes } = message.t === "snapshot" ? message.state : message;
        if (viewers !== undefined) one("#pulse-viewers").textContent = many(viewers, language());
        if (likes !== undefined) one("#pulse-likes").textContent = many(likes, language());
      }
      if (changesParts(message)) parts.soon();
    },
    (isLost) => isLost && toast(say(STUDIO.lost), "bad"),
  );
  const chat = new Chat(socket);
  useCommands({ seenMs: () => screen.seenMs, changed: () => parts.now() });
  useShortcuts();
  watchHealth(() => screen.latencyMs);
  runClocks(() => tickingOf(room), clock);
  useOfferSheet();
  useKeySheet();
}

/** From what the clocks tick: what the newest parts say, or the page where they say nothing. */
function tickingOf(room: RoomWords): Ticking {
  const said = maybe("#desk-now")?.dataset["ticking"];
  return said ? (JSON.parse(said) as Ticking) : room;
}

function useOfferSheet(): void {
  on("click", "a[data-offer-sheet]", (way, event) => {
    if (event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    void show("offer", `${(way as HTMLAnchorElement).href}?part=1`, { method: "GET" }, way);
  });
}

function useKeySheet(): void {
  on("submit", "form[data-key-sheet]", (form, event) => {
    event.preventDefault();
    const headers = { "X-CSRFToken": csrfToken() };
    void show("key", `${(form as HTMLFormElement).action}?part=1`, { method: "POST", headers }, form);
  });
}

async function show(name: string, url: string, init: RequestInit, from: HTMLElement): Promise<void> {
  try {
    const response = await fetch(url, { credentials: "same-origin", ...init });
    if (!response.ok) {
      throw new Refused({ code: "", title: response.statusText, status: response.status }, null);
    }
    one(`#${name}-body`).innerHTML = await response.text();
    openSheet(one<HTMLDialogElement>(`#${name}-sheet`), from);
  } catch (fault) {
    toast(sentence(fault), "bad");
  }
}
