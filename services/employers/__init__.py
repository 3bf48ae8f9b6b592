"""Who an employer is, as people decide it: merged, parted, its code verified; and who watches it."""
