/** What this browser keeps: keys, receipts, checkpoints. Other tabs see the same. */

/** Small JSON values in localStorage; where that fails, in memory, and `durable` says so. */
export class Store {
  /** Whether what is kept survives the page. */
  durable = true;
  private readonly memory: { [name: string]: string } = {};
  private readonly start: string;

  /** @param scope what all keys begin with, such as a hearing's id */
  constructor(scope: string) {
    this.start = `hearing/${scope}/`;
    this.set("probe", 1);
  }

  /** A value that was kept, or null. */
  get<T>(key: string): T | null {
    const name = this.start + key;
    let found = this.memory[name];
    try {
      found = localStorage.getItem(name) || found;
    } catch {
      // forbidden in this window
    }
    return found ? (JSON.parse(found) as T) : null;
  }

  /** Keep a value. It is on the disk, or `durable` is false, before this returns. */
  set(key: string, value: unknown): void {
    const name = this.start + key;
    this.memory[name] = JSON.stringify(value);
    try {
      localStorage.setItem(name, this.memory[name] as string);
    } catch {
      this.durable = false; // full, or forbidden in this window
    }
  }

  /** All values whose key begins with `prefix`. */
  all<T>(prefix: string): T[] {
    const values = this.values();
    return Object.keys(values)
      .filter((name) => name.startsWith(this.start + prefix))
      .map((name) => JSON.parse(values[name] as string) as T);
  }

  /** Call back when another tab has changed something here. */
  onChange(callback: (key: string) => void): void {
    addEventListener("storage", ({ key }) => {
      if (key && key.startsWith(this.start)) callback(key.slice(this.start.length));
    });
  }

  private values(): { [name: string]: string } {
    try {
      return { ...this.memory, ...(localStorage as unknown as { [name: string]: string }) };
    } catch {
      return this.memory;
    }
  }
}
