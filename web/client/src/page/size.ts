/** The three sizes of text, remembered on this device for all hearings. */

const KEY = "hearing/size";

/** Set the size that was chosen before, and let the buttons choose. */
export function rememberSize(): void {
  const root = document.documentElement;
  const buttons = Array.from(document.querySelectorAll<HTMLElement>("[data-size]"));
  const set = (size: string): void => {
    root.className = "size-" + size;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.size === size));
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      set(button.dataset.size as string);
      try {
        localStorage.setItem(KEY, button.dataset.size as string);
      } catch {
        // then it holds for this page
      }
    });
  }
  try {
    set(localStorage.getItem(KEY) || "1");
  } catch {
    set("1");
  }
}
