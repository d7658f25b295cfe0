/** Signing in: the code makes a key that answers a challenge; the code itself never leaves this page. */

import { sign } from "../core/ed25519";
import { b64url, Malformed, utf8 } from "../core/encoding";
import { getJson } from "../core/http";
import { Problem, problemOf } from "../core/problem";
import { tokenBytes, tokenKey } from "../core/token";
import { t } from "../page/texts";

const form = document.getElementById("sign-in") as HTMLFormElement;
const input = document.getElementById("code") as HTMLInputElement;
const said = document.getElementById("said") as HTMLElement;

function say(text: string, asking: boolean): void {
  said.textContent = text;
  said.className = text && asking ? "notice bad" : "";
  form.hidden = !asking;
  if (asking) input.focus();
}

async function open(code: string): Promise<void> {
  const key = tokenKey(tokenBytes(code));
  const { challenge } = await getJson<{ challenge: string }>("/api/organiser/challenge");
  const signature = b64url(sign(utf8(`hearing/session/v1|organise|${challenge}`), key));
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ challenge, signature });
  const answer = await fetch("/api/organiser/session", { method: "POST", headers, body });
  if (!answer.ok) throw await problemOf(answer);
}

async function attempt(code: string, then: string): Promise<void> {
  say(t("working"), false);
  try {
    await open(code);
    location.replace(then);
  } catch (error) {
    if (error instanceof Problem) say(t("refused"), true);
    else say(t(error instanceof Malformed ? "bad-code" : "offline"), true);
  }
}

/** The code in the address, which it does not stay in: neither the address bar nor a shared link shows it. */
function takeCode(): string {
  const code = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  return code;
}

/** Sign in with the code in the address, or with what is typed; then go on to `then`. */
export function signIn(then: string): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // The whole address may have been pasted.
    void attempt(input.value.replace(/^.*#/, ""), then);
  });
  // Pasted over the address of this very page, it does not load again.
  addEventListener("hashchange", () => void attempt(takeCode(), then));
  const code = takeCode();
  if (code) void attempt(code, then);
  else say("", true);
}
