// The crew's ear in the room: the same socket as every viewer's, but not counted as one.

import { RoomSocket } from "../room/socket";
import type { Message } from "../room/state";
import type { Ticking } from "./ticking";

/** What the page says of its room. */
export interface RoomWords extends Ticking {
  show: number;
  state: "draft" | "on_air" | "ended";
  badge: string;
  language: "zh" | "en";
  live: string;
  replay: string;
  status: string;
}

/** Open the room's socket. */
export function listen(
  room: RoomWords,
  heard: (message: Message) => void,
  lost: (isLost: boolean) => void,
): RoomSocket {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const address = (seen: number): string => {
    const words = new URLSearchParams({
      seen: String(seen),
      lang: room.language,
      badge: room.badge,
      quiet: "1",
    });
    return `${scheme}://${location.host}/live/${room.show}/room?${words}`;
  };
  const socket = new RoomSocket(address, { message: heard, lost, gone: () => undefined }, 0);
  socket.open();
  window.addEventListener("online", () => socket.now());
  return socket;
}

/** Whether a message means that the parts of the page look otherwise now. */
export function changesParts(message: Message): boolean {
  if (message.t !== "tick") return false;
  const { look, cues, taken_back, show, segment_id, offers, sheet } = message;
  return Boolean(look || cues || taken_back || show || segment_id !== undefined || offers || sheet);
}
