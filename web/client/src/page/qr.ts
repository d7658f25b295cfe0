/** A QR code as an SVG path, drawn here: what it says leaves this device only on paper. */

import { encode } from "uqr";

/** Side of the picture in modules, the quiet zone included; and the dark ones. */
export interface Drawn {
  readonly size: number;
  readonly path: string;
}

/** Draw a text. */
export function draw(text: string): Drawn {
  const { data, size } = encode(text, { ecc: "M", border: 4 });
  let path = "";
  data.forEach((row, y) => row.forEach((dark, x) => (path += dark ? `M${x} ${y}h1v1h-1z` : "")));
  return { size, path };
}
