"""Evidence: QR tokens, signatures, the record of a hearing (log, checkpoints, receipts, bundle)."""
