/** The little of a browser that the core needs, for tests in Node. Import it before the core. */

/** localStorage that can be shared by several tabs, emptied, or made to fail. */
export class FakeStorage {
  readonly values = new Map<string, string>();
  full = false;

  get length(): number {
    return this.values.size;
  }
  key(index: number): string | null {
    return Array.from(this.values.keys())[index] || null;
  }
  getItem(name: string): string | null {
    const value = this.values.get(name);
    return value === undefined ? null : value;
  }
  setItem(name: string, value: string): void {
    if (this.full) throw new Error("QuotaExceededError");
    this.values.set(name, value);
  }
  removeItem(name: string): void {
    this.values.delete(name);
  }
}

export const storage = new FakeStorage();
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
