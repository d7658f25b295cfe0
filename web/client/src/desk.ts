/** The desk: let people in by name or card, and help those who have lost their phone. */

import { comeIn, cosign, goOut, revokeDevice } from "./core/acts";
import { deskModel, type Filter, FILTERS } from "./desk/model";
import { ask, listenToDialog } from "./hall/dialog";
import { Office } from "./hall/office";
import { cardNumber } from "./hall/people";
import { fill, listen } from "./page/bind";
import { sentences, t } from "./page/texts";

const hearing = document.body.dataset.hearing as string;
const search = document.getElementById("search") as HTMLInputElement;
let filter: Filter = "all";

const office = new Office(hearing, () => draw());

function draw(): void {
  fill(document.body, deskModel(office, search.value, filter));
  for (const name of FILTERS) {
    const button = document.getElementById(`filter-${name}`);
    if (button) button.setAttribute("aria-pressed", String(name === filter));
  }
}

listen({
  in: (row) => office.act(comeIn(String(row.member), null), { text: String(row.name) }),
  async out(row) {
    const name = String(row.name);
    if (await ask({ title: t("out"), says: t("says-out", { name }), action: t("out") })) {
      office.act(goOut(String(row.member)), { text: name });
    }
  },
  async lost(row) {
    const name = String(row.name);
    const says = [t("says-lost"), !!row.holds_key && t("says-lost-key"), !!row.in_secret && t("says-lost-secret")];
    const answer = await ask({
      title: t("lost", { name }),
      says: sentences(says),
      action: t("do-lost"),
      reason: t("reason-label"),
      ...(!row.in_secret && { check: t("reballot") }),
    });
    if (answer) office.act(revokeDevice(String(row.device), answer.reason, answer.checked), { text: name });
  },
  async sign(row) {
    const says = t("says-sign", { name: String(row.name) });
    if (await ask({ title: t("sign"), says, action: t("sign") })) office.act(cosign(String(row.leaf)), { text: String(row.leaf) });
  },
  filter(_, element) {
    filter = element.dataset.filter as Filter;
    draw();
  },
  search() {
    // a scanner types the address of a card and presses Enter
    search.value = cardNumber(search.value) || search.value;
    search.select();
    draw();
  },
  dismiss: () => office.dismiss(),
});
listenToDialog();
search.addEventListener("input", draw);
const scanned = /[?&]card=([^&]+)/.exec(location.search);
if (scanned) search.value = decodeURIComponent(scanned[1] as string);
setInterval(draw, 1000);
draw();
