// The room's island: the parts of the room, and how they hear of one another.
//
//   socket → state → chat, hearts, shelf            what happens, as soon as it is told
//   player → playhead → cues → card, pin            what is shown, on the very frame
//   sheet  → order door (socket or HTTP) → payment  what is bought

import { postJson, pressKey } from "./lib/api";
import { all, applyLooks, maybe, on, one, pageData } from "./lib/dom";
import { runEnds } from "./lib/ends";
import { closeSheet, openSheet, useSheets } from "./lib/sheet";
import { many } from "./lib/time";
import { toast } from "./lib/toast";
import { language, say, WORDS } from "./lib/words";
import { Beats } from "./room/beats";
import { Buying } from "./room/buy";
import { NowCard } from "./room/card";
import { Chat, Mouth } from "./room/chat";
import { ServerClock } from "./room/clock";
import { calendarOf, Curtains } from "./room/curtain";
import { type Change, Scheduler } from "./room/cues";
import { Hearts } from "./room/hearts";
import { Player } from "./room/player";
import { Playhead } from "./room/playhead";
import { OrderDoor } from "./room/press";
import { Replay } from "./room/replay";
import { RoomSocket } from "./room/socket";
import { after, type Message, type Room, roomOf, type Told } from "./room/state";
import { Uplink } from "./room/uplink";
import { ROOM } from "./room/words";

interface Page {
  show: number;
  title: string;
  seq: number;
  state: Told;
  now_ms: number;
  planned_ms: number;
  badge: string;
  known: boolean;
  join: { group: number; offer: number } | null; // a link to a group led here
  streams: { live: string; replay: string; status: string };
}

document.documentElement.classList.add("scripted");
const page = pageData<Page>("room-data");
const root = one("#room");
const stage = one("#stage");
const video = one<HTMLVideoElement>("#film");
const desk = window.matchMedia("(min-width: 60rem)");

const clock = new ServerClock();
clock.hear(page.now_ms);
let room: Room = roomOf(page.seq, page.state);
let badge = page.badge;
let isKnown = page.known;
let isReplay = room.air === "ended";

const scene = { isMissing: false, hasPicture: false, isHostLost: false, isBlocked: false };
const curtains = new Curtains(stage, clock, page.planned_ms);
const showCurtain = (): void => curtains.show({ ...scene, air: room.air, isReplay });

// ---- the picture -----------------------------------------------------------------------------
const player = new Player(video, {
  playing: (isPlaying) => {
    root.classList.toggle("is-playing", isPlaying);
  },
  missing: (isMissing) => {
    scene.isMissing = isMissing;
    if (isMissing) scene.hasPicture = false;
    showCurtain();
  },
  blocked: (isBlocked) => {
    scene.isBlocked = isBlocked;
    showCurtain();
    showSound();
  },
  shaped: (width, height) => {
    stage.dataset["shape"] = height >= width ? "portrait" : "landscape";
  },
});

const card = new NowCard(one("#now"));
const pin = one("#pin");
const scheduler = new Scheduler();
scheduler.use(room.cues);

const playhead = new Playhead(video, player, (atMs) => {
  if (!scene.hasPicture) {
    scene.hasPicture = true;
    showCurtain();
  }
  changed(scheduler.at(atMs));
});

// Where no frame tells the time (before the first, or sound only) what is newest is shown.
setInterval(() => {
  if (!playhead.isRunning && !(isReplay && playhead.atMs !== null) && !document.hidden) {
    if (room.air === "on_air" && video.paused === false && scene.hasPicture) return;
    changed(scheduler.newest());
  }
}, 1000);

// The card that was shown last, until somebody has heard of it.
let unsaid: Record<string, unknown> | null = null;
function saySeen(): void {
  if (unsaid && socket.say(unsaid)) unsaid = null;
}

function changed(changes: Change[]): void {
  for (const change of changes) {
    if (change.kind === "card") {
      const offerId = change.now?.offer_id ?? null;
      card.show(offerId);
      if (change.now && offerId !== null && !document.hidden) {
        unsaid = {
          t: "seen",
          offer_id: offerId,
          cue_id: change.now.id,
          ...(change.errorMs === null ? {} : { error_ms: Math.round(change.errorMs) }),
        };
        saySeen();
        root.dataset["cardErrorMs"] = change.errorMs === null ? "" : String(change.errorMs);
        root.dataset["cardCue"] = String(change.now.id);
      }
    } else if (change.kind === "pin") {
      pin.hidden = !change.now;
      one("span", pin).textContent = change.now?.text ?? "";
    }
  }
}

new Uplink(
  page.streams.status,
  () => room.air === "on_air" && (player.isStalled || scene.isMissing || !scene.hasPicture),
  (isLost) => {
    scene.isHostLost = isLost;
    showCurtain();
    if (!isLost) player.toTheFront();
  },
);

const replay = new Replay(video, player, () => room.cues);
function play(): void {
  if (room.air === "on_air") player.load(page.streams.live, true);
  else if (room.air === "ended" && isReplay) {
    player.load(page.streams.replay, false);
    replay.begin();
  }
}

const soundButtons = all<HTMLButtonElement>("[data-sound]");
function showSound(): void {
  for (const button of soundButtons) {
    button.dataset["muted"] = String(video.muted);
    button.setAttribute("aria-label", say(video.muted ? ROOM.soundOn : ROOM.soundOff));
    button.setAttribute("aria-pressed", String(!video.muted));
  }
}
for (const button of soundButtons) {
  button.addEventListener("click", () => {
    video.muted = !video.muted;
    if (video.paused) player.start();
    showSound();
  });
}
video.addEventListener("volumechange", showSound);
one("#tap").addEventListener("click", () => player.start());
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && room.air === "on_air") player.toTheFront();
});

// ---- the room --------------------------------------------------------------------------------
const socket = new RoomSocket(
  (seen) => {
    const where = new URL(`/live/${page.show}/room`, location.href);
    where.protocol = where.protocol.replace("http", "ws");
    where.search = new URLSearchParams({ seen: String(seen), lang: language(), badge }).toString();
    return where.href;
  },
  {
    message: hear,
    lost: (isLost) => {
      one("#lost").hidden = !isLost;
      if (isLost) door.lost();
      else {
        mouth.again();
        saySeen();
      }
    },
    gone: () => location.reload(),
  },
  page.seq,
);

const chat = new Chat(one("#chat"));
const mouth = new Mouth(
  one<HTMLFormElement>("#say"),
  (text, key) => socket.say({ t: "chat", text, key }),
  pressKey,
  (sentence) => toast(sentence, "bad"),
);
const hearts = new Hearts(
  one("#hearts"),
  (n) => socket.say({ t: "like", n }),
  (likes) => {
    for (const place of all("[data-likes]")) place.textContent = likes ? many(likes, language()) : "";
  },
  room.likes,
);
for (const button of all("[data-like]")) {
  button.addEventListener("click", () => {
    if (room.air === "on_air") hearts.like();
  });
}
stage.addEventListener("dblclick", (event) => {
  const isButton = event.target instanceof Element && event.target.closest("button, a, form, dialog");
  if (!isButton && room.air === "on_air") hearts.like();
});

function hear(message: Message): void {
  if (message.t === "said") return mouth.said(message.key);
  if (message.t === "refused") return mouth.refused(message.key, message.title);
  if (message.t === "answer") return door.heard(message);
  if (message.now_ms) clock.hear(message.now_ms);
  const before = room;
  room =
    message.t === "snapshot" ? roomOf(message.seq, message.state) : after(room, message);
  if (message.look) look(message.look);
  if (room.cues !== before.cues) scheduler.use(room.cues);
  if (room.chat !== before.chat) chat.show(room.chat);
  if (room.viewers !== before.viewers) showViewers();
  if (room.likes !== before.likes) hearts.told(room.likes);
  if (room.offers !== before.offers) {
    buying.told(room.offers.keys());
    tellSold(before);
  }
  if (room.air !== before.air) airChanged();
}

/** New looks take the places of old ones; what opened a moment ago needs its page anew. */
function look(html: string): void {
  const applied = new Set(applyLooks(html));
  const unknown = [...room.offers.keys()].some(
    (id) => !maybe(`[id="buy-${id}"]`) && !applied.has(`card-${id}`),
  );
  if (unknown) void fetchShelf();
  card.show(card.shown);
}

let isFetching = false;
async function fetchShelf(): Promise<void> {
  if (isFetching) return;
  isFetching = true;
  try {
    const response = await fetch(`${location.pathname}?part=shelf`, { credentials: "same-origin" });
    if (!response.ok) return;
    const template = document.createElement("template");
    template.innerHTML = await response.text();
    for (const part of ["shelf-list", "sheets"]) {
      const fresh = template.content.querySelector(`#${part}`);
      if (fresh && !document.querySelector("dialog.buy[open]")) one(`#${part}`).replaceWith(fresh);
    }
    count();
    buying.told(room.offers.keys());
  } catch {
    // The next tick asks again.
  } finally {
    isFetching = false;
  }
}

const SOLD_MS = 4000;
let soldOver: ReturnType<typeof setTimeout> | undefined;
function tellSold(before: Room): void {
  for (const [id, offer] of room.offers) {
    const was = before.offers.get(id);
    if (was && id === card.shown && was.left > offer.left && offer.left >= 0) {
      const place = one("#sold");
      place.textContent = say(ROOM.sold, { n: was.left - offer.left });
      place.classList.remove("sold-now");
      void place.offsetWidth; // the animation begins anew
      place.classList.add("sold-now");
      clearTimeout(soldOver);
      soldOver = setTimeout(() => {
        place.textContent = "";
      }, SOLD_MS);
    }
  }
}

function showViewers(): void {
  for (const place of all("[data-viewers]")) place.textContent = many(room.viewers, language());
}

function count(): void {
  const items = all(".shelf-item").length;
  for (const place of all("[data-shelf-count]")) place.textContent = String(items || "");
}

function airChanged(): void {
  root.dataset["air"] = room.air;
  mouth.allow(room.air !== "ended");
  if (room.air === "on_air") {
    chat.note(say(ROOM.began));
    play();
  }
  if (room.air === "ended") {
    player.letEnd();
    chat.note(say(ROOM.over));
  }
  showCurtain();
}

on("click", "[data-replay]", () => {
  isReplay = true;
  scene.hasPicture = false;
  play();
  showCurtain();
});

// ---- the shelf -------------------------------------------------------------------------------
const shelf = one<HTMLDialogElement>("#shelf");
useSheets();
function placeShelf(): void {
  if (desk.matches) {
    closeSheet(shelf);
    shelf.setAttribute("role", "region");
  } else shelf.removeAttribute("role");
}
desk.addEventListener("change", placeShelf);
placeShelf();
on("click", "[data-open-shelf]", (button) => openSheet(shelf, button));
on("click", "[data-now-goto]", (button) => {
  closeSheet(shelf);
  button.blur();
});

const door = new OrderDoor(
  (words) => socket.say(words),
  (body) => postJson(`/live/${page.show}/orders`, body),
);
const buying = new Buying({
  showId: page.show,
  order: (body) => door.press(body),
  offer: (id) => room.offers.get(id),
  corrected: (id, now) => {
    const known = room.offers.get(id);
    if (!known || now.price_version < known.price_version) return;
    const { price_fen, price_version, left } = now;
    room.offers.set(id, { ...known, price_fen, price_version, left });
  },
  badge: () => badge,
  known: () => isKnown,
  became: (guest) => {
    badge = guest.badge;
    isKnown = true;
    socket.renew();
    toast(say(ROOM.saved));
  },
  now: () => clock.now(),
  clicked: (offer_id) => {
    socket.say({ t: "click", offer_id });
  },
});

// ---- small things ----------------------------------------------------------------------------
on("click", "[data-share]", () => {
  const link = { title: page.title, url: location.href };
  if (navigator.share) navigator.share(link).catch(() => undefined);
  else {
    navigator.clipboard?.writeText(location.href).then(
      () => toast(say(ROOM.linkCopied)),
      () => toast(say(WORDS.fault), "bad"),
    );
  }
});
on("click", "[data-remind]", () => {
  const text = calendarOf(page.title, location.href, page.planned_ms, clock.now());
  const file = URL.createObjectURL(new Blob([text], { type: "text/calendar" }));
  const link = document.createElement("a");
  link.href = file;
  link.download = "firsthand.ics";
  link.click();
  URL.revokeObjectURL(file);
  toast(say(ROOM.reminder));
});

new Beats(
  {
    figures: () => player.figures(),
    latencyMs: () =>
      room.air === "on_air" && playhead.atMs !== null && playhead.isRunning
        ? clock.now() - playhead.atMs
        : null,
  },
  (words) => socket.say(words),
);

runEnds(() => clock.now());
setInterval(() => buying.tick(), 250);
if (page.join) buying.join(page.join.offer, page.join.group);

addEventListener("online", () => socket.now());
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload(); // a page from the browser's cache has an old badge
});

// From here on the playhead has the word; until there is one, what is newest is shown.
pin.hidden = true;
if (!isReplay) changed(scheduler.newest());
chat.show(room.chat);
showViewers();
count();
showSound();
mouth.allow(room.air !== "ended");
showCurtain();
socket.open();
play();
