// The order door: over the room's socket while it is open, over HTTP when it is not.
//
// The socket is there already, so a press costs no new connection in the very second in which
// everybody presses. One press has one key whichever way it goes: if the socket breaks or says
// nothing, the same press goes over HTTP, and the server holds it once.

import { Refused } from "../lib/api";

export interface Press {
  key: string;
  [word: string]: unknown;
}

/** What the socket says of a press: the words of the answer, or of the refusal. */
export interface Answer {
  t: "answer";
  key: string;
  status: number;
  code?: string;
  title?: string;
  retry_after_seconds?: number;
}

const PATIENCE_MS = 4000;

export class OrderDoor {
  private readonly waiting = new Map<string, (answer: Answer | null) => void>();

  constructor(
    private readonly say: (words: Record<string, unknown>) => boolean,
    private readonly post: <T>(body: Press) => Promise<T>,
  ) {}

  /** Press, and hear what came of it; a no is thrown (Refused). */
  async press<T>(body: Press): Promise<T> {
    const answer = await this.overSocket(body);
    if (answer === null) return this.post<T>(body);
    if (answer.status < 400) return answer as unknown as T;
    const { code = "fault", title = "", retry_after_seconds: wait = null } = answer;
    throw new Refused({ ...answer, code, title }, wait);
  }

  /** The socket told something of a press. */
  heard(answer: Answer): void {
    this.waiting.get(answer.key)?.(answer);
  }

  /** The socket is gone: whoever waits goes the other way at once. */
  lost(): void {
    for (const told of [...this.waiting.values()]) told(null);
  }

  private overSocket(body: Press): Promise<Answer | null> {
    return new Promise((done) => {
      const told = (answer: Answer | null): void => {
        clearTimeout(patience);
        this.waiting.delete(body.key);
        done(answer);
      };
      const patience = setTimeout(told, PATIENCE_MS, null);
      this.waiting.set(body.key, told);
      if (!this.say({ t: "press", ...body })) told(null);
    });
  }
}
