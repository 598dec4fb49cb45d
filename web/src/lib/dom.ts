// Small words for the page: find, listen, and put in place the looks that the server sends.

/** The first element that a selector finds; an error if the page should have it and has not. */
export function one<T extends Element = HTMLElement>(
  selector: string,
  root: ParentNode = document,
): T {
  const found = root.querySelector<T>(selector);
  if (!found) throw new Error(`nothing on this page is ${selector}`);
  return found;
}

/** The first element that a selector finds, or null where a page may do without it. */
export function maybe<T extends Element = HTMLElement>(
  selector: string,
  root: ParentNode = document,
): T | null {
  return root.querySelector<T>(selector);
}

/** Every element that a selector finds. */
export function all<T extends Element = HTMLElement>(
  selector: string,
  root: ParentNode = document,
): T[] {
  return [...root.querySelectorAll<T>(selector)];
}

/**
 * Listen for an event on whatever matches a selector, also on what comes later: looks are
 * replaced as a whole, so nobody may hold on to an element of theirs.
 */
export function on<K extends keyof DocumentEventMap>(
  name: K,
  selector: string,
  react: (element: HTMLElement, event: DocumentEventMap[K]) => void,
  root: Document | HTMLElement = document,
): void {
  root.addEventListener(name, (event) => {
    const target = event.target instanceof Element ? event.target.closest(selector) : null;
    if (target instanceof HTMLElement) react(target, event as DocumentEventMap[K]);
  });
}

/**
 * Replace elements by their new looks: each top element of HTML takes the place of the
 * elements with its id. Returns the ids that were found. Focus stays where it was, if the
 * new look has an element of the same kind to hold it.
 */
export function applyLooks(html: string, root: ParentNode = document): string[] {
  const template = document.createElement("template");
  template.innerHTML = html;
  const applied: string[] = [];
  for (const look of [...template.content.children]) {
    if (!look.id) continue;
    for (const old of all(`[id="${CSS.escape(look.id)}"]`, root)) {
      const held = heldBy(old);
      const fresh = look.cloneNode(true) as HTMLElement;
      old.replaceWith(fresh);
      if (held) fresh.querySelector<HTMLElement>(held)?.focus({ preventScroll: true });
      applied.push(look.id);
    }
  }
  return applied;
}

function heldBy(element: Element): string | null {
  const focused = document.activeElement;
  if (!focused || !element.contains(focused) || focused === element) return null;
  const buy = focused.getAttribute("data-buy");
  return buy ? `[data-buy="${CSS.escape(buy)}"]` : focused.tagName.toLowerCase();
}

/** The JSON that the page carries in `<script type="application/json" id=…>`. */
export function pageData<T>(id: string): T {
  return JSON.parse(one(`#${id}`).textContent ?? "null") as T;
}

/** Whether the person asked for little motion. */
export function prefersCalm(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
