/** Forms work without scripts; with them, one is not sent twice, and typing is not lost by accident. */

/** Guard the forms of this page. */
export function guardForms(): void {
  let typed = false;
  document.addEventListener("input", (event) => {
    typed = typed || (event.target as Element).closest("form.keep") !== null;
  });
  document.addEventListener("submit", (event) => {
    typed = false;
    const form = event.target as HTMLFormElement;
    if (!form.matches(".once")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    // A download leaves the page as it is: after a while it may be asked for again.
    setTimeout(() => delete form.dataset.sent, 10_000);
  });
  addEventListener("beforeunload", (event) => {
    if (!typed) return;
    event.preventDefault();
    event.returnValue = "";
  });
}
