/** A QR code as an SVG path, drawn here: the service need not know what it says. */

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

/** The address of such a picture, dark on white. */
export function picture(text: string): string {
  const { size, path } = draw(text);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${path}"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
