/** The acts of key holders, and of the chair about them, with their members in the order in which they are signed. */

import type { Says } from "../core/acts";

/** `message` names the blob of the certificate; so do the two below. */
export const sendCertificate = (message: string): Says => ({ act: "key.certificate", message });
export const sendPolynomial = (message: string): Says => ({ act: "key.polynomial", message });
export const sendShare = (message: string): Says => ({ act: "key.share", message });
/** `trustees` is the hash of the final object. */
export const acceptKeys = (trustees: string): Says => ({ act: "key.accept", trustees });
/** `message` is the hash of what was dealt. */
export const refuseMessage = (message: string, reason: string): Says => ({ act: "key.refuse", message, reason });
export const decryptTally = (poll: string, decryption: string): Says => ({ act: "key.decrypt", poll, decryption });
export const restartKeys = (holders: readonly string[], threshold: number, reason: string): Says => ({
  act: "key.restart",
  holders,
  threshold,
  reason,
});
