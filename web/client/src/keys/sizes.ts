/** Sizes that a page and its worker both know. */

/** The fewest characters of a passphrase; what is shorter can be guessed from the sheet. */
export const SHORTEST = 10;
