/** The little of a browser that the core needs, for tests in Node. Import it before the core. */

/** localStorage that can be shared by several tabs, emptied, or made to fail. */
export class FakeStorage {
  [name: string]: unknown;

  getItem(name: string): string | null {
    return (this[name] as string | undefined) || null;
  }
  setItem(name: string, value: string): void {
    if (disk.full) throw new Error("QuotaExceededError");
    this[name] = value;
  }
}

/** Set `full` to make storage fail. */
export const disk = { full: false };
const storage = new FakeStorage();

/** Forget everything that was kept. */
export function wipe(): void {
  disk.full = false;
  for (const name of Object.keys(storage)) delete storage[name];
}

const events = new EventTarget();

/** What answers requests: replaced by each test. */
export const service: { answer: (path: string, options: RequestInit) => Promise<Response> } = {
  answer: () => Promise.reject(new Error("no service")),
};

Object.assign(globalThis, {
  localStorage: storage,
  document: Object.assign(new EventTarget(), { documentElement: { lang: "en" }, hidden: false }),
  addEventListener: events.addEventListener.bind(events),
  fetch: (path: string, options: RequestInit) => service.answer(path, options),
});

/** An answer in JSON. */
export function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status });
}
