// Asking the server. A refusal (problem details) is an answer with a sentence for the person,
// not an accident; only the lack of any answer is one.

/** What the server says when it says no (RFC 9457, with our stable `code`). */
export interface Problem {
  code: string;
  title: string;
  status: number;
  [field: string]: unknown;
}

/** The server said no. */
export class Refused extends Error {
  constructor(
    readonly problem: Problem,
    readonly retryAfterSeconds: number | null,
  ) {
    super(problem.title);
  }
}

/** The server did not answer at all. */
export class Unreachable extends Error {}

/** A cookie of this page, or an empty text. */
export function cookie(name: string, jar: string = document.cookie): string {
  for (const part of jar.split("; ")) {
    const at = part.indexOf("=");
    if (part.slice(0, at) === name) return decodeURIComponent(part.slice(at + 1));
  }
  return "";
}

/** The proof that a request comes from our own page; a form on the page or the cookie has it. */
export function csrfToken(): string {
  const field = document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]");
  return field?.value || cookie("csrftoken");
}

/** GET some JSON. */
export async function getJson<T>(url: string, signal?: AbortSignal): Promise<T> {
  return answer<T>(await reach(url, { headers: { Accept: "application/json" } }, signal));
}

/** POST some JSON, with the CSRF token, and read the JSON that comes back. */
export async function postJson<T>(url: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const headers = {
    Accept: "application/json",
    "Content-Type": "application/json",
    "X-CSRFToken": csrfToken(),
  };
  return answer<T>(
    await reach(url, { method: "POST", headers, body: JSON.stringify(body) }, signal),
  );
}

/** GET a page or a part of one as text. */
export async function getHtml(url: string, signal?: AbortSignal): Promise<string> {
  const response = await reach(url, { headers: { Accept: "text/html" } }, signal);
  if (!response.ok) throw new Refused(await problemOf(response), null);
  return response.text();
}

async function reach(url: string, init: RequestInit, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { credentials: "same-origin", ...init, ...(signal ? { signal } : {}) });
  } catch (fault) {
    if (fault instanceof DOMException && fault.name === "AbortError") throw fault;
    throw new Unreachable(String(fault));
  }
}

async function answer<T>(response: Response): Promise<T> {
  if (response.ok) return (await response.json()) as T;
  const wait = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  throw new Refused(await problemOf(response), Number.isNaN(wait) ? null : wait);
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    const said = (await response.json()) as Partial<Problem>;
    if (said.code && said.title) return { status: response.status, ...said } as Problem;
  } catch {
    // What is not JSON is not for us: a page of a proxy, say.
  }
  return { code: "fault", title: response.statusText, status: response.status };
}

/** A fresh name for one press of a button: the same press sent twice is one order. */
export function pressKey(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // plain http on a phone has no more
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
