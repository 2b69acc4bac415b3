"""What our real paths cost, against hand-written SQL doing the same rows on the same server in the same run."""
