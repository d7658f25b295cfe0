/** What this browser keeps for one hearing: keys, receipts, checkpoints. Other tabs see the same. */

/** Small JSON values in localStorage; where that fails, in memory, and `durable` says so. */
export class Store {
  /** Whether what is kept survives the page. */
  durable = true;
  private readonly memory = new Map<string, string>();
  private readonly area: Storage | null;

  /** @param scope what all keys begin with, such as the hearing's id */
  constructor(private readonly scope: string) {
    this.area = storage();
    this.durable = this.area !== null;
  }

  /** A value that was kept, or null. */
  get<T>(key: string): T | null {
    const name = this.name(key);
    const found = (this.area && this.area.getItem(name)) || this.memory.get(name);
    return found ? (JSON.parse(found) as T) : null;
  }

  /** Keep a value. It is on the disk, or `durable` is false, before this returns. */
  set(key: string, value: unknown): void {
    const name = this.name(key);
    const json = JSON.stringify(value);
    this.memory.set(name, json);
    try {
      if (this.area) this.area.setItem(name, json);
    } catch {
      this.durable = false; // full, or forbidden in this window
    }
  }

  /** All values whose key begins with `prefix`. */
  all<T>(prefix: string): T[] {
    const names = new Set(this.memory.keys());
    for (let i = 0; this.area && i < this.area.length; i++) names.add(this.area.key(i) as string);
    const start = this.name(prefix);
    return Array.from(names)
      .filter((name) => name.startsWith(start))
      .map((name) => this.get<T>(name.slice(this.name("").length)) as T);
  }

  /** Call back when another tab has changed something here. */
  onChange(callback: (key: string) => void): void {
    const start = this.name("");
    addEventListener("storage", (event) => {
      if (event.key && event.key.startsWith(start)) callback(event.key.slice(start.length));
    });
  }

  private name(key: string): string {
    return `hearing/${this.scope}/${key}`;
  }
}

function storage(): Storage | null {
  try {
    const probe = "hearing/probe";
    localStorage.setItem(probe, probe);
    localStorage.removeItem(probe);
    return localStorage;
  } catch {
    return null;
  }
}
