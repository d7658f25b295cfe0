/** The three sizes of text, remembered on this device for all hearings. */

import { Store } from "../core/store";

/** Set the size that was chosen before, and let the buttons choose. */
export function rememberSize(): void {
  const store = new Store("page");
  const buttons = document.querySelectorAll<HTMLElement>("[data-size]");
  const set = (size: string): void => {
    document.documentElement.className = "size-" + size;
    buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.size === size)));
  };
  buttons.forEach((button) =>
    button.addEventListener("click", () => {
      set(button.dataset.size as string);
      store.set("size", button.dataset.size);
    }),
  );
  set(store.get("size") || "1");
}
