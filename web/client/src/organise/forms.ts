/** Forms work without scripts; with them, one is not sent twice, and typing is not lost by accident. */

const LOOK = 300; // ms between two looks whether the paper has come

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
    else send(form);
  });
  addEventListener("beforeunload", (event) => {
    if (!typed) return;
    event.preventDefault();
    event.returnValue = "";
  });
  // Come back to, it may be sent again; whether it is still right, the service says.
  addEventListener("pageshow", () => document.querySelectorAll<HTMLFormElement>(".once").forEach(ready));
}

/** Say at once that it is at work, and take no second press. */
function send(form: HTMLFormElement): void {
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  const work = form.querySelector<HTMLElement>("[data-work]");
  if (work) work.hidden = false;
  const { made } = form.dataset;
  if (made) watch(made, new FormData(form).get("seen") as string);
}

function ready(form: HTMLFormElement): void {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("button")) button.disabled = false;
  const work = form.querySelector<HTMLElement>("[data-work]");
  if (work) work.hidden = true;
}

/** A download leaves the page as it is: once the service says by a cookie that it has come, show how things are now. */
function watch(cookie: string, seen: string): void {
  const waiting = setInterval(() => {
    if (document.cookie.split("; ").indexOf(`${cookie}=${seen}`) < 0) return;
    clearInterval(waiting);
    location.replace(location.pathname + location.search);
  }, LOOK);
}
