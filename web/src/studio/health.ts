// How well the stream comes in, asked of the media process every two seconds.

import { getJson } from "../lib/api";
import { maybe, one } from "../lib/dom";
import { language, say } from "../lib/words";
import { STUDIO } from "./words";

const EVERY_MS = 2000;
const FROZEN_MS = 1500;

/** What /media/<channel>/status.json says. */
export interface Status {
  on_air: boolean;
  publishing?: boolean;
  bitrate_kbps?: number;
  width?: number;
  height?: number;
  fps?: number;
  gop_ms?: number;
  frame_age_ms?: number;
  advice?: { code: string; weight: "mind" | "mend"; sentence: string }[];
}

export type Manner = "good" | "mind" | "mend" | "none";

/** The verdict on a stream in a word. Pure. */
export function mannerOf(status: Status): Manner {
  if (!status.on_air && !status.publishing) return "none";
  if ((status.frame_age_ms ?? 0) > FROZEN_MS) return "mend";
  const weights = (status.advice ?? []).map((advice) => advice.weight);
  return weights.includes("mend") ? "mend" : weights.includes("mind") ? "mind" : "good";
}

/** Show the stream's health, and go on asking for it. */
export function watchHealth(latencyMs: () => number | null): void {
  const panel = maybe("#health");
  if (!panel) return;
  const address = `${panel.dataset["status"]}?lang=${language()}`;
  const ask = async (): Promise<void> => {
    if (!document.hidden) {
      try {
        show(panel, await getJson<Status>(address), latencyMs());
      } catch {
        show(panel, { on_air: false }, null);
      }
    }
    window.setTimeout(() => void ask(), EVERY_MS);
  };
  void ask();
}

function show(panel: HTMLElement, status: Status, latencyMs: number | null): void {
  const manner = mannerOf(status);
  const state = one(".health-state", panel);
  state.className = `health-state health-${manner}`;
  const frozenS = Math.floor((status.frame_age_ms ?? 0) / 1000);
  const words = { good: STUDIO.onAir, mind: STUDIO.mind, mend: STUDIO.mend, none: STUDIO.noSignal };
  one("#health-state").textContent =
    manner === "mend" && (status.frame_age_ms ?? 0) > FROZEN_MS
      ? say(STUDIO.frozen, { s: frozenS })
      : say(words[manner]);
  const figure = (id: string, text: string): void => void (one(id).textContent = text);
  const there = manner !== "none";
  const rate = status.bitrate_kbps ?? 0;
  figure("#health-bitrate", there ? `${(rate / 1000).toFixed(1)} Mbit/s` : "—");
  figure("#health-fps", there ? `${status.height ?? 0}p ${Math.round(status.fps ?? 0)}/s` : "—");
  const gop = ((status.gop_ms ?? 0) / 1000).toFixed(1);
  figure("#health-gop", there ? say(STUDIO.seconds, { s: gop }) : "—");
  const late = latencyMs === null ? null : (latencyMs / 1000).toFixed(1);
  figure("#health-latency", late === null ? "—" : say(STUDIO.seconds, { s: late }));
  const list = one("#health-advice");
  list.replaceChildren(
    ...(status.advice ?? []).slice(0, 3).map((advice) => {
      const item = document.createElement("li");
      item.className = advice.weight;
      item.textContent = advice.sentence;
      return item;
    }),
  );
}
