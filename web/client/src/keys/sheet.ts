/** The printed backup sheet: whose key it is, a code that leads back to this page, and the same as text. */

import type { HallState } from "../hall/state";
import { draw } from "../page/qr";
import { clock, pick, t } from "../page/texts";
import type { KeptSeed } from "./keeper";

const GROUP = 5;
let shown = "";

/** Characters in groups, a line for every six of them. */
export function inGroups(sheet: string): string {
  const [version, letters] = [sheet.slice(0, 4), sheet.slice(4)];
  return [version, ...(letters.match(new RegExp(`.{1,${GROUP}}`, "g")) || [])].join(" ");
}

/** Fill the sheet on the page. */
export function showSheet(kept: KeptSeed | null, state: HallState, member: string): void {
  if (!kept || !kept.sheet || shown === kept.sheet) return;
  shown = kept.sheet;
  const address = `${location.origin}${location.pathname}`;
  const put = (id: string, text: string): void => {
    (document.getElementById(id) as HTMLElement).textContent = text;
  };
  const { size, path } = draw(`${address}#${kept.sheet}`);
  const picture = document.getElementById("sheet-code") as unknown as SVGElement;
  picture.setAttribute("viewBox", `0 0 ${size} ${size}`);
  (picture.querySelector("path") as SVGPathElement).setAttribute("d", path);
  put("sheet-letters", inGroups(kept.sheet));
  put("sheet-address", address);
  put("sheet-who", state.names[member] || t("somebody"));
  put("sheet-when", `${pick(state.title)} · ${clock(state.starts, state.community.zone, true)}`);
}
