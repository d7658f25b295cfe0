export interface Trustee { readonly keys: readonly bigint[]; readonly threshold: number }
