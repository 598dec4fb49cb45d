// The player: low latency where the network allows it, patience where it does not.
//
// The policy comes from measurements: catch up at 1.25×, give 0.25 s of latency for each stall and
// take it back after a minute without one, and after two stalls within a minute stay three
// seconds behind. iPhones play HLS by themselves.

import Hls, { type ErrorData, type HlsConfig } from "hls.js/light";

export interface Figures {
  watchedMs: number;
  stalledMs: number;
}

export interface Watching {
  /** The picture plays, waits, or ended (a recording). */
  playing(isPlaying: boolean): void;
  /** Nothing can be played at the moment; the player tries again by itself. */
  missing(isMissing: boolean): void;
  /** The browser lets it begin only after a touch. */
  blocked(isBlocked: boolean): void;
  /** Width and height are known: a portrait fills the stage, a landscape stands in it. */
  shaped(width: number, height: number): void;
}

const CALM_MS = 60_000; // without a stall, before latency is taken back
const STEP_S = 0.25;
const PATIENT_S = 3; // behind the scene, on a bad network
const STALLS_FOR_PATIENCE = 2;
const RETRY_MS = 1000;
const LONGEST_RETRY_MS = 5000;

const LIVE: Partial<HlsConfig> = {
  lowLatencyMode: true,
  maxLiveSyncPlaybackRate: 1.25,
  liveSyncOnStallIncrease: STEP_S,
  backBufferLength: 20,
  maxBufferLength: 12,
  enableWorker: false, // nothing is transmuxed: it is fragmented MP4 already
};
const RECORDED: Partial<HlsConfig> = { enableWorker: false, backBufferLength: 60 };

export class Player {
  private hls: Hls | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private retryMs = RETRY_MS;
  private stalls: number[] = [];
  private baseTarget: number | null = null;
  private waitingSince: number | null = null;
  private playedSince: number | null = null;
  private hasPlayed = false;
  private stalledMs = 0;
  private watchedMs = 0;
  private source = "";
  private isLive = true;
  private isPatient = false;
  private isEnding = false;
  private readonly calm: ReturnType<typeof setInterval>;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly watching: Watching,
  ) {
    video.addEventListener("playing", () => this.began());
    video.addEventListener("waiting", () => this.waits());
    video.addEventListener("pause", () => this.rests());
    video.addEventListener("ended", () => this.rests());
    video.addEventListener("seeking", () => {
      this.waitingSince = null;
    });
    video.addEventListener("resize", () => {
      if (video.videoWidth) watching.shaped(video.videoWidth, video.videoHeight);
    });
    this.calm = setInterval(() => this.takeBack(), 5000);
  }

  /** Play a stream, or a recording. */
  load(source: string, isLive: boolean): void {
    this.unload();
    this.isEnding = false;
    [this.source, this.isLive] = [source, isLive];
    if (playsByItself(this.video)) {
      this.video.src = source;
      this.video.onerror = () => this.again();
      this.start();
      return;
    }
    if (!Hls.isSupported()) {
      this.watching.missing(true);
      return;
    }
    const patience = this.isPatient ? { liveSyncDuration: PATIENT_S } : {};
    const hls = new Hls(isLive ? { ...LIVE, ...patience } : RECORDED);
    this.hls = hls;
    hls.on(Hls.Events.MANIFEST_PARSED, () => this.start());
    hls.on(Hls.Events.FRAG_BUFFERED, () => {
      this.retryMs = RETRY_MS;
      this.watching.missing(false);
    });
    hls.on(Hls.Events.ERROR, (_event, fault) => this.failed(hls, fault));
    hls.loadSource(source);
    hls.attachMedia(this.video);
  }

  /** The show is over: play what is there to its end, and do not look for more. */
  letEnd(): void {
    this.isEnding = true;
    clearTimeout(this.retry);
  }

  /** Begin or go on, with sound if the browser lets us; without it otherwise. */
  start(): void {
    this.video.play().then(
      () => this.watching.blocked(false),
      (fault: unknown) => {
        const name = fault instanceof DOMException ? fault.name : "";
        if (name === "NotAllowedError" && !this.video.muted) {
          this.video.muted = true;
          this.start();
        } else if (name === "NotAllowedError") this.watching.blocked(true);
      },
    );
  }

  /** The media time at `currentTime`, or null while it is not known. */
  playingMs(): number | null {
    if (this.hls) return this.hls.playingDate?.getTime() ?? null;
    const native = this.video as HTMLVideoElement & { getStartDate?: () => Date };
    const start = native.getStartDate?.().getTime();
    return start === undefined || Number.isNaN(start)
      ? null
      : start + this.video.currentTime * 1000;
  }

  /** Where in the recording a media time is, in seconds; null where it is not in it. */
  positionOf(atMs: number): number | null {
    const fragments = this.hls?.levels[0]?.details?.fragments;
    if (!fragments) {
      const base = this.playingMs();
      const seconds = base === null ? null : this.video.currentTime + (atMs - base) / 1000;
      return seconds !== null && seconds >= 0 && seconds <= this.video.duration ? seconds : null;
    }
    // Between two runs of the host's uplink the media time leaps, so each fragment says its own.
    let found: number | null = null;
    for (const fragment of fragments) {
      const began = fragment.programDateTime;
      if (began === null || began > atMs) break;
      found = fragment.start + Math.min((atMs - began) / 1000, fragment.duration);
    }
    return found;
  }

  /** Go to the front of a live stream (after a pause), if we are far behind it. */
  toTheFront(): void {
    const front = this.hls?.liveSyncPosition;
    if (this.isLive && front && front - this.video.currentTime > 3) this.video.currentTime = front;
  }

  /** What was watched and stalled since this was asked last. */
  figures(): Figures {
    const now = performance.now();
    if (this.playedSince !== null) {
      this.watchedMs += now - this.playedSince;
      this.playedSince = now;
    }
    if (this.waitingSince !== null) {
      this.stalledMs += now - this.waitingSince;
      this.waitingSince = now;
    }
    const figures = {
      watchedMs: Math.round(this.watchedMs),
      stalledMs: Math.round(this.stalledMs),
    };
    this.watchedMs = this.stalledMs = 0;
    return figures;
  }

  /** Whether the picture stands still although it should move. */
  get isStalled(): boolean {
    return this.waitingSince !== null && performance.now() - this.waitingSince > 350;
  }

  unload(): void {
    clearTimeout(this.retry);
    this.rests();
    this.hls?.destroy();
    this.hls = null;
    this.baseTarget = null;
    if (this.video.src) {
      this.video.removeAttribute("src");
      this.video.onerror = null;
      this.video.load();
    }
  }

  destroy(): void {
    clearInterval(this.calm);
    this.unload();
  }

  private began(): void {
    const now = performance.now();
    if (this.waitingSince !== null) this.stalledMs += now - this.waitingSince;
    this.waitingSince = null;
    this.playedSince ??= now;
    this.hasPlayed = true;
    this.watching.missing(false);
    this.watching.playing(true);
  }

  private waits(): void {
    const now = performance.now();
    this.rests(false);
    // What comes before the first picture is starting, and after a seek seeking.
    if (this.hasPlayed && !this.video.paused && !this.video.seeking) {
      this.waitingSince ??= now;
      this.stalls = [...this.stalls.filter((at) => now - at < CALM_MS), now];
      if (this.isLive && !this.isPatient && this.stalls.length > STALLS_FOR_PATIENCE) {
        this.isPatient = true;
        if (this.hls) this.hls.targetLatency = PATIENT_S;
      }
    }
    this.watching.playing(false);
  }

  private rests(forGood = true): void {
    const now = performance.now();
    if (this.playedSince !== null) this.watchedMs += now - this.playedSince;
    this.playedSince = null;
    if (forGood) {
      if (this.waitingSince !== null) this.stalledMs += now - this.waitingSince;
      this.waitingSince = null;
      this.watching.playing(false);
    }
  }

  /** hls.js adds latency after each stall and never takes it back; a calm minute does. */
  private takeBack(): void {
    const target = this.hls?.targetLatency;
    if (!this.hls || !this.isLive || !target) return;
    this.baseTarget ??= target;
    const last = this.stalls.at(-1);
    if (last !== undefined && performance.now() - last < CALM_MS) return;
    this.isPatient = false;
    if (target > this.baseTarget + 0.05) {
      this.hls.targetLatency = Math.max(this.baseTarget, target - STEP_S);
    }
  }

  private failed(hls: Hls, fault: ErrorData): void {
    if (!fault.fatal || this.hls !== hls) return;
    if (fault.type === Hls.ErrorTypes.MEDIA_ERROR && this.hasPlayed) {
      hls.recoverMediaError();
      return;
    }
    this.again();
  }

  /** From the start, after a while: the host may not have begun, or the origin was restarted. */
  private again(): void {
    this.watching.missing(true);
    clearTimeout(this.retry);
    if (this.isEnding) return;
    this.retry = setTimeout(() => this.load(this.source, this.isLive), this.retryMs);
    this.retryMs = Math.min(LONGEST_RETRY_MS, this.retryMs * 1.5);
  }
}

/** iPhones, whose own player is the only one that may show HLS everywhere. */
function playsByItself(video: HTMLVideoElement): boolean {
  if (!video.canPlayType("application/vnd.apple.mpegurl")) return false;
  return !Hls.isSupported() || /iPhone|iPad|iPod/.test(navigator.userAgent);
}
